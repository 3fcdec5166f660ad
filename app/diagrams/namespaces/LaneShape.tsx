import { counted, nsTitle } from '../model/names';
import { refOf } from '../model/scene';
import { type DiagramProps, nodeProps } from '../parts/node';
import type { Row } from './model';
import type { MatrixPlacement, PlacedColumn, PlacedLane } from './placement';

type LaneProps = DiagramProps & { lane: PlacedLane; column: PlacedColumn; layout: MatrixPlacement };

/** A namespace: a line through the rows that are in it, with a stop at each. */
export function LaneShape({ lane, column, layout, ...props }: LaneProps) {
  const stops = layout.rows.filter(({ row }) => row.members[column.kind] === lane.id);
  const entered =
    lane.origin === 'made' && !lane.mark ? stops.filter(({ row }) => row.mark && row.mark !== 'gone') : [];
  const title = nsTitle(props.scene.state, lane.id);
  const { x, top, bottom } = lane;
  return (
    <g
      className="dg-lane"
      data-origin={lane.origin}
      style={{ '--kind': `var(--ns-${column.kind})` }}
      {...nodeProps(props, refOf('namespaces', lane.id), `${title}, in ${counted(stops.length, 'row')}`, lane.mark)}
    >
      <title>{title}</title>
      {lane.mark && lane.mark !== 'gone' && (
        <rect className="dg-marker" x={x - 9.5} y={top - 12} width="19" height={bottom - top + 24} rx="9.5" />
      )}
      {entered.map(({ row, y }) => (
        <circle key={row.key} className="dg-marker" cx={x} cy={y} r="10" />
      ))}
      <rect className="dg-lane-hit" x={x - 8} y={top - 10} width="16" height={bottom - top + 20} />
      <line className="dg-lane-line" x1={x} x2={x} y1={top} y2={bottom} />
      {stops.map(({ row, y }) => (
        <Stop key={row.key} kind={row.kind} lane={lane} y={y} />
      ))}
    </g>
  );
}

/** A round stop is a process; a diamond is something else that keeps the namespace alive. */
function Stop({ kind, lane, y }: { kind: Row['kind']; lane: PlacedLane; y: number }) {
  const { x, number, origin } = lane;
  if (kind === 'pin' || kind === 'kept') {
    return (
      <rect
        className="dg-stop"
        data-stop={kind}
        x={x - 4.5}
        y={y - 4.5}
        width="9"
        height="9"
        transform={`rotate(45 ${x} ${y})`}
      />
    );
  }
  return (
    <>
      <circle className="dg-stop" cx={x} cy={y} r={number !== null ? 7 : origin === 'made' ? 5 : 4} />
      {number !== null && (
        <text className="dg-stop-number" x={x} y={y + 3.2} textAnchor="middle">
          {number}
        </text>
      )}
    </>
  );
}
