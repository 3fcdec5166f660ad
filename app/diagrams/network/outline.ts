import { counted, nsTitle } from '../model/names';
import type { Outline, OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import { type DeviceNode, type NetBox, networkModel } from './model';

export function networkOutline(scene: Scene): Outline {
  const { boxes, cables } = networkModel(scene);
  return {
    summary: `${counted(boxes.length, 'network namespace')}, ${counted(cables.length, 'cable')}.`,
    lines: boxes.map((box) => boxLine(scene, box)),
  };
}

function boxLine(scene: Scene, box: NetBox): OutlineLine {
  const devices = [...(box.loopback ? [box.loopback] : []), ...box.bridges, ...box.devices];
  return {
    text: `${nsTitle(scene.state, box.ns)}${box.forwards ? ', forwards IPv4' : ''}`,
    mark: box.mark,
    children: [
      ...devices.map((node) => ({ text: deviceText(scene, node), mark: node.mark })),
      ...(box.moreDevices > 0 ? [{ text: `and ${counted(box.moreDevices, 'more device')}` }] : []),
      ...box.lines.map(({ group, text, mark }) => ({ text: `${groupNames[group]} ${text}`, mark })),
      ...(box.moreLines > 0 ? [{ text: `and ${box.moreLines} more routes, rules or sockets` }] : []),
    ],
  };
}

const groupNames = { routes: 'route', rules: 'rule', listens: 'listens on' } as const;
const lightNames = { up: 'up', waiting: 'up without carrier', down: 'down' } as const;

function deviceText(scene: Scene, { device, addresses, light }: DeviceNode): string {
  const parts = [`${device.name}: ${device.kind}, ${lightNames[light]}`, addresses.join(', ') || 'no address'];
  const bridge = device.master === null ? undefined : scene.state.devices[`${device.ns}/${device.master}`];
  if (bridge) parts.push(`port of ${bridge.name}`);
  const link = device.link;
  const other = link?.ns ? scene.state.devices[`${link.ns}/${link.index}`] : undefined;
  if (other) parts.push(`joined to ${other.name} in ${nsTitle(scene.state, other.ns)}`);
  return parts.join(', ');
}
