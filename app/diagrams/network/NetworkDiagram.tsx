'use client';

import { shorten } from '../model/names';
import { refOf } from '../model/scene';
import { Drawing } from '../parts/Drawing';
import { Empty } from '../parts/Empty';
import { Key } from '../parts/Key';
import { type DiagramProps, enlarged, nodeProps } from '../parts/node';
import { type DeviceNode, networkModel } from './model';
import {
  type PlacedBox,
  type PlacedBridge,
  type PlacedCable,
  type PlacedDevice,
  type PlacedLine,
  placeNetwork,
} from './placement';
import './network.css';

export function NetworkDiagram(given: DiagramProps) {
  const props = enlarged(given);
  const model = networkModel(props.scene);
  if (model.boxes.length === 0) {
    return (
      <Empty title="No network yet">
        Each network namespace appears as a box with its devices on the rim, cables between them, and its routes, packet
        rules and listening sockets inside.
      </Empty>
    );
  }
  const placement = placeNetwork(model, Math.max(props.width, 340));
  return (
    <>
      <Drawing
        label="Network namespaces and the cables between them"
        width={placement.width}
        height={placement.height}
        room={props.width}
        scale={props.scale}
      >
        {placement.boxes.map((placed) => (
          <BoxShape key={placed.box.ns} placed={placed} labelWidth={placement.labelWidth} {...props} />
        ))}
        {placement.cables.map((placed) => (
          <CableShape key={placed.cable.key} placed={placed} />
        ))}
        {placement.boxes.flatMap(({ devices }) =>
          devices.map((placed) => <DeviceShape key={placed.node.key} placed={placed} {...props} />),
        )}
      </Drawing>
      <Key
        entries={[
          { shape: 'light-up', text: 'up' },
          { shape: 'light-waiting', text: 'set up, no carrier' },
          { shape: 'light-down', text: 'down' },
          { shape: 'cable', text: 'veth cable' },
        ]}
      />
    </>
  );
}

function BoxShape({ placed, labelWidth, ...props }: DiagramProps & { placed: PlacedBox; labelWidth: number }) {
  const { box, x, y, width, height, headY } = placed;
  const note = [
    box.machine ? null : `net:[${box.inode}]`,
    box.moreDevices > 0 ? `${box.moreDevices} more devices` : null,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <g className="dg-net" data-made={box.made || undefined} data-mark={box.mark}>
      <g {...nodeProps(props, refOf('namespaces', box.ns), `${box.title}, network namespace ${box.inode}`, box.mark)}>
        <rect className="dg-net-box" x={x} y={y} width={width} height={height} rx="8" />
        {box.mark && box.mark !== 'gone' && (
          <rect className="dg-marker" x={x + 11} y={headY - 13} width={box.title.length * 7.4 + 6} height="17" rx="1" />
        )}
        <text className="dg-net-title" x={x + 14} y={headY}>
          {box.title}
          {note && (
            <tspan className="dg-net-inode" dx="8">
              {width > 230 ? note : ''}
            </tspan>
          )}
        </text>
      </g>
      {box.forwards && (
        <text className="dg-net-flag" x={x + 14} y={headY + 15}>
          forwards IPv4
        </text>
      )}
      {box.loopback && <Loopback node={box.loopback} x={x + width - 48} y={headY - 4} {...props} />}
      {placed.lines.map((line) => (
        <LineShape key={line.line.key} placed={line} labelWidth={labelWidth} {...props} />
      ))}
      {box.moreLines > 0 && (
        <text
          className="dg-net-more"
          x={x + 14 + labelWidth}
          y={headY + (box.forwards ? 40 : 25) + placed.lines.length * 20}
        >
          and {box.moreLines} more
        </text>
      )}
      {placed.bridges.map((bridge) => (
        <BridgeShape key={bridge.node.key} placed={bridge} {...props} />
      ))}
    </g>
  );
}

function Loopback({ node, x, y, ...props }: DiagramProps & { node: DeviceNode; x: number; y: number }) {
  return (
    <g className="dg-lo" {...nodeProps(props, node.ref, `lo, ${node.light}`, node.mark)}>
      {node.mark && node.mark !== 'gone' && (
        <rect className="dg-marker" x={x - 2} y={y - 9} width="38" height="17" rx="1" />
      )}
      <rect className="dg-hit" x={x - 4} y={y - 10} width="42" height="20" />
      <Light light={node.light} x={x + 6} y={y} />
      <text x={x + 15} y={y + 4}>
        lo
      </text>
    </g>
  );
}

/** Green and full: up. Amber ring: set up, but nothing at the other end. Empty: down. */
function Light({ light, x, y }: { light: DeviceNode['light']; x: number; y: number }) {
  return <circle className="dg-light" data-light={light} cx={x} cy={y} r="4" />;
}

function DeviceShape({ placed, ...props }: DiagramProps & { placed: PlacedDevice }) {
  const { node, x, y, width, height } = placed;
  const { device, addresses, light, mark } = node;
  const more = addresses.length > 1 ? ` +${addresses.length - 1}` : '';
  return (
    <g
      className="dg-device"
      data-light={light}
      {...nodeProps(
        props,
        node.ref,
        `${device.name}, ${device.kind}, ${light}, ${addresses.join(', ') || 'no address'}`,
        mark,
      )}
    >
      <rect className="dg-device-box" x={x} y={y} width={width} height={height} rx="5" />
      {mark && mark !== 'gone' && (
        <rect className="dg-marker" x={x + 19} y={y + 5} width={device.name.length * 7.3 + 6} height="15" rx="1" />
      )}
      <Light light={light} x={x + 12} y={y + 13} />
      <text className="dg-device-name" x={x + 22} y={y + 17}>
        {device.name}
      </text>
      <text className="dg-device-address" x={x + 10} y={y + 33}>
        {addresses[0] ? `${addresses[0]}${more}` : device.master === null ? 'no address' : 'bridge port'}
      </text>
    </g>
  );
}

function BridgeShape({ placed, ...props }: DiagramProps & { placed: PlacedBridge }) {
  const { node, x, y, width, height, ports } = placed;
  const { device, addresses, light, mark } = node;
  return (
    <g className="dg-bridge">
      {ports.map(({ key, x: at, from, to }) => (
        <line key={key} className="dg-port" x1={at} x2={at} y1={from} y2={to} />
      ))}
      <g
        {...nodeProps(
          props,
          node.ref,
          `bridge ${device.name}, ${light}, ${addresses.join(', ') || 'no address'}`,
          mark,
        )}
      >
        <rect className="dg-bridge-bar" x={x} y={y} width={width} height={height} rx="4" />
        {mark && mark !== 'gone' && (
          <rect className="dg-marker" x={x + 19} y={y + 9} width={device.name.length * 7.3 + 6} height="16" rx="1" />
        )}
        <Light light={light} x={x + 12} y={y + height / 2} />
        <text className="dg-device-name" x={x + 22} y={y + 21}>
          {device.name}
          <tspan className="dg-device-address" dx="8">
            {addresses[0] ?? 'no address'}
          </tspan>
        </text>
        <text className="dg-bridge-kind" x={x + width - 10} y={y + 21} textAnchor="end">
          bridge
        </text>
      </g>
    </g>
  );
}

function LineShape({ placed, labelWidth, ...props }: DiagramProps & { placed: PlacedLine; labelWidth: number }) {
  const { line, label, x, y, width } = placed;
  const text = shorten(
    labelWidth === 0 ? line.brief : line.text,
    Math.max(12, Math.floor((width - labelWidth) / 6.65)),
  );
  return (
    <g className="dg-netline" data-mark={line.mark}>
      {label && labelWidth > 0 && (
        <text className="dg-netline-label" x={x} y={y + 14}>
          {label}
        </text>
      )}
      <g {...nodeProps(props, line.ref, line.text, line.mark)}>
        <rect className="dg-hit" x={x + labelWidth - 4} y={y} width={width - labelWidth + 4} height="20" />
        {line.mark && line.mark !== 'gone' && (
          <rect
            className="dg-marker"
            x={x + labelWidth - 3}
            y={y + 3}
            width={text.length * 6.65 + 6}
            height="15"
            rx="1"
          />
        )}
        <text className="dg-netline-text" x={x + labelWidth} y={y + 14}>
          {text}
        </text>
      </g>
    </g>
  );
}

function CableShape({ placed: { cable, path } }: { placed: PlacedCable }) {
  return (
    <g
      className="dg-cable"
      data-live={cable.live || undefined}
      data-stacked={cable.stacked || undefined}
      data-mark={cable.mark}
    >
      {cable.mark && cable.mark !== 'gone' && <path className="dg-cable-marker" d={path} />}
      <path className="dg-cable-line" d={path} />
    </g>
  );
}
