/** Where boxes, devices, bridges, lines and cables go. */
import type { Cable, DeviceNode, NetBox, NetLine, NetworkModel } from './model';
import { rankBoxes } from './ranks';

interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedDevice extends Rect {
  node: DeviceNode;
  side: 'top' | 'bottom';
}

export interface PlacedBridge extends Rect {
  node: DeviceNode;
  /** From the bridge to each of its ports. */
  ports: Array<{ key: string; x: number; from: number; to: number }>;
}

export interface PlacedLine extends Rect {
  line: NetLine;
  /** The first of its group carries the group's name. */
  label: string | null;
}

export interface PlacedBox extends Rect {
  box: NetBox;
  headY: number;
  devices: PlacedDevice[];
  bridges: PlacedBridge[];
  lines: PlacedLine[];
}

export interface PlacedCable {
  cable: Cable;
  path: string;
}

export interface NetworkPlacement {
  /** Room for the names of groups of lines; 0 in a narrow drawing. */
  labelWidth: number;
  width: number;
  height: number;
  boxes: PlacedBox[];
  cables: PlacedCable[];
}

export const deviceHeight = 42;
const half = deviceHeight / 2;
const deviceGap = 12;
const pad = 14;
const lineHeight = 20;
const bridgeHeight = 34;
const rowGap = 78;
/** From the title's base line to the first line, without and with the word that the box forwards. */
const underHead = { plain: 11, forwards: 26 };
const boxGap = 20;
const charWidth = 6.65;
/** Below this width there is no column for the names of the groups, and lines are cut earlier. */
const narrowWidth = 520;
const labelColumn = 48;

export function placeNetwork(model: NetworkModel, width: number): NetworkPlacement {
  const rows = rankBoxes(model);
  const labelWidth = width < narrowWidth ? 0 : labelColumn;
  const rowOf = new Map(
    rows.flatMap((row, index) => row.flatMap((box) => box.devices.map(({ key }) => [key, index] as const))),
  );
  const sideOf = (node: DeviceNode, index: number): PlacedDevice['side'] => {
    const link = node.device.link;
    const other = link?.ns ? rowOf.get(`${link.ns}/${link.index}`) : undefined;
    return other !== undefined && other < index ? 'top' : 'bottom';
  };

  const sized = rows.map((row, index) => row.map((box) => sizeOf(box, (node) => sideOf(node, index), labelWidth)));
  const rowWidth = (row: (typeof sized)[number]) => row.reduce((sum, box) => sum + box.width + boxGap, -boxGap);
  const inner = Math.max(width - 2, ...sized.map(rowWidth));
  let y = 6;
  const boxes = sized.flatMap((row) => {
    const top = row.some(({ tops }) => tops.length > 0) ? half : 0;
    const bottom = row.some(({ bottoms }) => bottoms.length > 0) ? half : 0;
    const height = Math.max(...row.map((box) => box.height));
    let x = (inner - rowWidth(row)) / 2 + 1;
    const placed = row.map((box) => {
      const at = placeBox(box, x, y + top, height);
      x += box.width + boxGap;
      return at;
    });
    y += top + height + bottom + rowGap - 2 * half;
    return placed;
  });
  const bottom = Math.max(0, ...boxes.map((box) => box.y + box.height));
  const loops = model.cables.some((cable) => isLoop(cable, boxes));
  return {
    labelWidth,
    width: inner + 2,
    height: bottom + half + (loops ? 40 : 8),
    boxes,
    cables: model.cables.flatMap((cable) => placeCable(cable, boxes)),
  };
}

interface SizedBox {
  box: NetBox;
  width: number;
  height: number;
  tops: DeviceNode[];
  bottoms: DeviceNode[];
}

export function deviceWidth({ device, addresses }: DeviceNode): number {
  const address = (addresses[0]?.length ?? 0) + (addresses.length > 1 ? 3 : 0);
  return Math.max(98, device.name.length * 7.3 + 34, address * charWidth + 20);
}

function sizeOf(box: NetBox, sideOf: (node: DeviceNode) => 'top' | 'bottom', labelWidth: number): SizedBox {
  const byBridge = (a: DeviceNode, b: DeviceNode) =>
    (a.device.master ?? 1e9) - (b.device.master ?? 1e9) || a.device.index - b.device.index;
  const tops = box.devices.filter((node) => sideOf(node) === 'top');
  const bottoms = box.devices.filter((node) => sideOf(node) === 'bottom').sort(byBridge);
  const across = (nodes: readonly DeviceNode[]) =>
    nodes.reduce((sum, node) => sum + deviceWidth(node) + deviceGap, -deviceGap);
  const text = Math.max(
    0,
    ...box.lines.map(
      ({ text, brief }) =>
        (labelWidth === 0 ? Math.min(brief.length, 21) : Math.min(text.length, 46)) * charWidth + labelWidth,
    ),
  );
  const head = box.title.length * 7.4 + 76;
  const width =
    Math.max(labelWidth === 0 ? 134 : 176, head, text, across(tops), across(bottoms), ...box.bridges.map(bridgeWidth)) +
    2 * pad;
  const height =
    (tops.length > 0 ? half : 0) +
    30 +
    (box.forwards ? underHead.forwards : underHead.plain) +
    box.lines.length * lineHeight +
    (box.moreLines > 0 ? lineHeight : 0) +
    (box.bridges.length > 0 ? 10 + box.bridges.length * (bridgeHeight + 8) : 0) +
    (bottoms.length > 0 ? half + 14 : 4);
  return { box, width, height, tops, bottoms };
}

const bridgeWidth = ({ device, addresses }: DeviceNode) =>
  (device.name.length + (addresses[0]?.length ?? 0)) * 7.2 + 90;

function placeBox({ box, width, height, tops, bottoms }: SizedBox, x: number, y: number, rowHeight: number): PlacedBox {
  const boxHeight = bottoms.length > 0 || box.bridges.length > 0 ? rowHeight : height;
  const edge = (nodes: readonly DeviceNode[], side: 'top' | 'bottom') => {
    const total = nodes.reduce((sum, node) => sum + deviceWidth(node) + deviceGap, -deviceGap);
    let at = x + (width - total) / 2;
    return nodes.map((node): PlacedDevice => {
      const own = deviceWidth(node);
      const placed = {
        node,
        side,
        x: at,
        y: (side === 'top' ? y : y + boxHeight) - half,
        width: own,
        height: deviceHeight,
      };
      at += own + deviceGap;
      return placed;
    });
  };
  const devices = [...edge(tops, 'top'), ...edge(bottoms, 'bottom')];
  const headY = y + (tops.length > 0 ? half : 0) + 22;
  const lines = box.lines.map(
    (line, index): PlacedLine => ({
      line,
      label: box.lines[index - 1]?.group === line.group ? null : line.group,
      x: x + pad,
      y: headY + (box.forwards ? underHead.forwards : underHead.plain) + index * lineHeight,
      width: width - 2 * pad,
      height: lineHeight,
    }),
  );
  const barsEnd = y + boxHeight - (bottoms.length > 0 ? half + 18 : 10);
  const bridges = box.bridges.map((node, index): PlacedBridge => {
    const barY = barsEnd - (box.bridges.length - index) * (bridgeHeight + 8) + 8;
    const ports = devices
      .filter((placed) => placed.node.device.master === node.device.index)
      .map((port) => ({
        key: port.node.key,
        x: port.x + port.width / 2,
        from: port.side === 'bottom' ? barY + bridgeHeight : port.y + port.height,
        to: port.side === 'bottom' ? port.y : barY,
      }));
    return { node, ports, x: x + pad, y: barY, width: width - 2 * pad, height: bridgeHeight };
  });
  return { box, x, y, width, height: boxHeight, headY, devices, bridges, lines };
}

function findDevice(boxes: readonly PlacedBox[], key: string): PlacedDevice | undefined {
  for (const { devices } of boxes) {
    const found = devices.find(({ node }) => node.key === key);
    if (found) return found;
  }
  return undefined;
}

function isLoop({ ends }: Cable, boxes: readonly PlacedBox[]): boolean {
  const [a, b] = ends.map((end) => findDevice(boxes, end));
  return a?.side === 'bottom' && b?.side === 'bottom';
}

/** From the outer edge of one device to the outer edge of the other, leaving both straight. */
function placeCable(cable: Cable, boxes: readonly PlacedBox[]): PlacedCable[] {
  const [a, b] = cable.ends.map((end) => findDevice(boxes, end));
  if (!a || !b) return [];
  const anchor = (device: PlacedDevice) => ({
    x: device.x + device.width / 2,
    y: device.side === 'top' ? device.y : device.y + device.height,
    out: device.side === 'top' ? -1 : 1,
  });
  const from = anchor(a);
  const to = anchor(b);
  const reach = from.out === to.out ? 36 : Math.max(30, Math.abs(to.y - from.y) / 2);
  const path = `M${from.x} ${from.y}C${from.x} ${from.y + from.out * reach} ${to.x} ${to.y + to.out * reach} ${to.x} ${to.y}`;
  return [{ cable, path }];
}
