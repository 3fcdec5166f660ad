import { type Bus, lanePitch, type MountPlacement } from './placement';

/** Width of the strip the buses are drawn in, in drawing units. */
export const busGutter = (lanes: number) => (lanes === 0 ? 0 : 20 + lanes * lanePitch);

/** The peer groups beside the trees: one line a group, with a tap for each mount that belongs to it. */
export function Buses({ placement, scale }: { placement: MountPlacement; scale: number }) {
  const width = busGutter(placement.lanes);
  if (width === 0) return null;
  return (
    <svg
      className="dg-buses"
      aria-hidden="true"
      width={width * scale}
      height={placement.height * scale}
      viewBox={`0 0 ${width} ${placement.height}`}
    >
      {placement.buses.map((bus) => (
        <BusShape key={bus.group} bus={bus} />
      ))}
      {placement.buses.map((bus) => (
        <BusNumber key={bus.group} bus={bus} />
      ))}
    </svg>
  );
}

function BusShape({ bus }: { bus: Bus }) {
  const x = 20 + bus.lane * lanePitch;
  return (
    <g className="dg-bus">
      <line className="dg-bus-line" x1={x} x2={x} y1={bus.from} y2={bus.to} />
      {bus.taps.map(({ key, y, role }) => (
        <g key={`${key} ${role}`} data-role={role}>
          <line x1={role === 'slave' ? 8 : 1} x2={x} y1={y} y2={y} />
          {role === 'slave' ? <path d={`M1 ${y}l9 -4.5v9z`} /> : <circle cx={x} cy={y} r="3.5" />}
        </g>
      ))}
    </g>
  );
}

/** The group's number, between its first two mounts. */
function BusNumber({ bus }: { bus: Bus }) {
  const x = 20 + bus.lane * lanePitch;
  const [first, second] = bus.taps.map(({ y }) => y).sort((a, b) => a - b);
  const middle = ((first ?? bus.from) + (second ?? bus.to)) / 2;
  return (
    <g className="dg-bus-number">
      <rect x={x - 10} y={middle - 8} width="20" height="16" rx="8" />
      <text x={x} y={middle + 3.8} textAnchor="middle">
        {bus.group}
      </text>
    </g>
  );
}
