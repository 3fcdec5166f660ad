/** The network of a lab: namespaces with their devices, the cables between them, what they route, filter and serve. */
import {
  type Address,
  addressesOf,
  type NetDevice,
  type NsId,
  type PacketRule,
  type Route,
  type Socket,
} from '../../../engine/state';
import { groupBy } from '../model/group';
import { inodeOf, nsOwnerName } from '../model/names';
import { isMade, type Mark, refOf, type Scene } from '../model/scene';

export interface DeviceNode {
  key: string;
  ref: string;
  device: NetDevice;
  /** Addresses worth the room, IPv4 first; link-local ones only when asked for in the details. */
  addresses: string[];
  /** `up`: carries traffic; `waiting`: set up, but the other end or the carrier is missing; `down`. */
  light: 'up' | 'waiting' | 'down';
  mark?: Mark;
}

export interface NetLine {
  key: string;
  ref: string;
  group: 'routes' | 'rules' | 'listens';
  text: string;
  /** The same for a narrow drawing. */
  brief: string;
  mark?: Mark;
}

export interface NetBox {
  ns: NsId;
  title: string;
  inode: string;
  made: boolean;
  /** Name of the Machine that was born in it. */
  machine: string | null;
  forwards: boolean;
  mark?: Mark;
  loopback: DeviceNode | null;
  devices: DeviceNode[];
  bridges: DeviceNode[];
  lines: NetLine[];
  /** Lines that are not drawn. */
  moreLines: number;
  moreDevices: number;
}

/** A veth pair, or a stacked device and the one below it. */
export interface Cable {
  key: string;
  ends: [string, string];
  stacked: boolean;
  live: boolean;
  mark?: Mark;
}

export interface NetworkModel {
  boxes: NetBox[];
  cables: Cable[];
}

const maxDevices = 24;
const maxLines = { routes: 6, rules: 5, listens: 5 } as const;

export function networkModel(scene: Scene): NetworkModel {
  const { state } = scene;
  const born = scene.machines.flatMap((machine) => state.machines[machine]?.namespaces.net ?? []);
  const made = Object.values(state.namespaces)
    .filter((ns) => ns.kind === 'net' && isMade(scene, ns.id))
    .map((ns) => ns.id)
    .sort();
  const devices = groupBy(Object.values(state.devices), ({ ns }) => ns);
  const boxes = [...new Set([...born, ...made])].map((ns) => boxOf(scene, ns, devices.get(ns) ?? []));
  return { boxes, cables: cablesOf(boxes) };
}

function boxOf(scene: Scene, ns: NsId, devices: readonly NetDevice[]): NetBox {
  const { state } = scene;
  const machine = Object.values(state.machines).find(({ namespaces }) => namespaces.net === ns)?.id ?? null;
  const nodes = devices.toSorted((a, b) => a.index - b.index).map((device) => deviceNode(scene, device));
  const others = nodes.filter(({ device }) => device.kind !== 'loopback' && device.kind !== 'bridge');
  const { lines, more } = linesOf(scene, ns);
  return {
    ns,
    machine,
    title: machine ? `Machine ${machine}` : (nsOwnerName(state, ns) ?? 'network namespace'),
    inode: inodeOf(ns),
    made: isMade(scene, ns),
    forwards: state.namespaces[ns]?.ipForward ?? false,
    mark: scene.mark('namespaces', ns),
    loopback: nodes.find(({ device }) => device.kind === 'loopback') ?? null,
    bridges: nodes.filter(({ device }) => device.kind === 'bridge'),
    devices: others.slice(0, maxDevices),
    moreDevices: Math.max(0, others.length - maxDevices),
    lines,
    moreLines: more,
  };
}

function deviceNode(scene: Scene, device: NetDevice): DeviceNode {
  const key = `${device.ns}/${device.index}`;
  const addresses = addressesOf(scene.state, device).filter((cidr) => !cidr.startsWith('fe80'));
  return {
    key,
    ref: refOf('devices', key),
    device,
    light: lightOf(device),
    addresses: addresses.sort((a, b) => Number(a.includes(':')) - Number(b.includes(':'))),
    mark: scene.mark('devices', key) ?? addressMark(scene, device),
  };
}

function lightOf({ up, operState }: NetDevice): DeviceNode['light'] {
  if (!up) return 'down';
  return operState === 'up' || operState === 'unknown' ? 'up' : 'waiting';
}

/** A device counts as changed when an address came or went. */
function addressMark(scene: Scene, device: NetDevice): Mark | undefined {
  const own = ({ ns, device: index }: Address) => ns === device.ns && index === device.index;
  const touched = Object.entries(scene.state.addresses).some(
    ([key, address]) => own(address) && address.scope !== 'link' && scene.mark('addresses', key),
  );
  return touched ? 'changed' : undefined;
}

function linesOf(scene: Scene, ns: NsId): { lines: NetLine[]; more: number } {
  const { state } = scene;
  const all = {
    routes: Object.entries(state.routes)
      .filter(([, route]) => route.ns === ns && isTelling(route))
      .sort(byDestination)
      .map(
        ([key, route]): NetLine => ({
          key,
          ref: refOf('routes', key),
          group: 'routes',
          text: routeText(scene, route),
          brief: routeText(scene, route).replace(/ dev \S+$/, ''),
          mark: scene.mark('routes', key),
        }),
      ),
    rules: Object.entries(state.rules)
      .filter(([, rule]) => rule.ns === ns)
      .map(
        ([key, rule]): NetLine => ({
          key,
          ref: refOf('rules', key),
          group: 'rules',
          text: ruleText(rule),
          brief: ruleText(rule),
          mark: scene.mark('rules', key),
        }),
      ),
    listens: Object.entries(state.sockets)
      .filter(([, socket]) => socket.ns === ns && isServing(socket))
      .map(
        ([key, socket]): NetLine => ({
          key,
          ref: refOf('sockets', key),
          group: 'listens',
          text: `${socket.protocol} ${socket.local}`,
          brief: `listens ${socket.protocol} ${socket.local.replace('0.0.0.0', '*')}`,
          mark: scene.mark('sockets', key),
        }),
      ),
  };
  const lines = [
    ...all.routes.slice(0, maxLines.routes),
    ...all.rules.slice(0, maxLines.rules),
    ...all.listens.slice(0, maxLines.listens),
  ];
  return { lines, more: all.routes.length + all.rules.length + all.listens.length - lines.length };
}

/** The main table's IPv4 routes, and IPv6 ones a person set: not the kernel's local, link-local and multicast ones. */
function isTelling({ table, family, destination, type }: Route): boolean {
  if (table === 255) return false;
  if (family === 'ipv4') return type !== 'local' && type !== 'broadcast';
  return !destination.startsWith('fe80') && !destination.startsWith('ff00') && type !== 'local' && type !== 'multicast';
}

const byDestination = ([, a]: [string, Route], [, b]: [string, Route]) =>
  Number(b.destination === 'default') - Number(a.destination === 'default') || (a.destination < b.destination ? -1 : 1);

export function routeText(scene: Scene, route: Route): string {
  const device = route.device === null ? undefined : scene.state.devices[`${route.ns}/${route.device}`]?.name;
  const type = route.type === 'unicast' ? '' : `${route.type} `;
  return `${type}${route.destination}${route.gateway ? ` via ${route.gateway}` : ''}${device ? ` dev ${device}` : ''}`;
}

const ruleText = (rule: PacketRule) => `${rule.hook ?? rule.chain}: ${rule.text}`;

function isServing({ protocol, state, family }: Socket): boolean {
  return family !== 'unix' && (state === 'listen' || (protocol === 'udp' && state === 'unconnected'));
}

function cablesOf(boxes: readonly NetBox[]): Cable[] {
  const nodes = new Map(boxes.flatMap((box) => [...box.devices, ...box.bridges]).map((node) => [node.key, node]));
  const cables = new Map<string, Cable>();
  for (const node of nodes.values()) {
    const { link, kind } = node.device;
    const other = link?.ns ? nodes.get(`${link.ns}/${link.index}`) : undefined;
    if (!other || other === node) continue;
    const ends: [string, string] = node.key < other.key ? [node.key, other.key] : [other.key, node.key];
    const marks = [node.mark, other.mark];
    cables.set(ends.join(' '), {
      key: ends.join(' '),
      ends,
      stacked: kind !== 'veth',
      live: node.light === 'up' && other.light === 'up',
      mark: marks.includes('gone')
        ? 'gone'
        : marks.includes('new')
          ? 'new'
          : marks.includes('changed')
            ? 'changed'
            : undefined,
    });
  }
  return [...cables.values()];
}
