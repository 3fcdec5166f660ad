/** Devices, addresses, routes, rules and sockets of one network namespace as the LabState has them. */
import type { Address, NetDevice as DeviceState, NsId, PacketRule, Route as RouteState, Socket } from '../../../state';
import { parseNftList } from '../../inspect';
import { formatIp, formatPrefix } from '../net/address/ip';
import type { NetDevice } from '../net/device/device';
import { printRuleset } from '../net/nft/print';
import { type Route, tableLocal } from '../net/route/route';
import type { SocketInfo } from '../net/socket-types';
import type { NetNamespace } from '../net/types';
import { nsId } from './ns-id';

type Entries<T> = Record<string, T>;

export function devicesOf(ns: NetNamespace, visible: (other: NetNamespace) => boolean): Entries<DeviceState> {
  const id = nsId('net', ns);
  return Object.fromEntries(
    ns.devices.all().map((device) => [`${id}/${device.index}`, deviceState(id, device, visible)]),
  );
}

function deviceState(ns: NsId, device: NetDevice, visible: (other: NetNamespace) => boolean): DeviceState {
  const { link } = device;
  return {
    ns,
    index: device.index,
    name: device.name,
    kind: device.kind === '' ? (device.linkType === 'loopback' ? 'loopback' : 'ether') : device.kind,
    mac: device.linkType === 'ether' ? device.mac : null,
    mtu: device.mtu,
    up: device.up,
    operState: device.operState.toLowerCase(),
    master: device.master?.index ?? null,
    link: link && { ns: visible(link.ns) ? nsId('net', link.ns) : null, index: link.index },
  };
}

export function addressesOf(ns: NetNamespace): Entries<Address> {
  const id = nsId('net', ns);
  const entries: Entries<Address> = {};
  for (const device of ns.devices.all()) {
    for (const { address, prefix, scope } of [...ns.addresses.v4(device), ...ns.addresses.v6(device)]) {
      const cidr = `${formatIp(address)}/${prefix}`;
      const family = typeof address === 'number' ? 'ipv4' : 'ipv6';
      entries[`${id}/${device.index}/${cidr}`] = { ns: id, device: device.index, family, cidr, scope };
    }
  }
  return entries;
}

/** The main table's, and those of tables that somebody made: what the kernel adds to `local` by itself is left out. */
export function routesOf(ns: NetNamespace): Entries<RouteState> {
  const id = nsId('net', ns);
  const entries: Entries<RouteState> = {};
  for (const fib of [ns.fib4, ns.fib6]) {
    for (const route of fib.listTables().flatMap((table) => table.list())) {
      if (route.table === tableLocal) continue;
      const state = routeState(id, route);
      const by = state.gateway ?? state.device ?? '';
      entries[`${id}/${state.table}/${state.destination}/${by}/${state.metric}`] = state;
    }
  }
  return entries;
}

function routeState(ns: NsId, route: Route): RouteState {
  const [hop] = route.nexthops;
  return {
    ns,
    family: route.family === 'inet' ? 'ipv4' : 'ipv6',
    table: route.table,
    destination: route.prefix.length === 0 ? 'default' : destinationText(route),
    gateway: hop?.gateway === null || hop === undefined ? null : formatIp(hop.gateway),
    device: hop?.device?.index ?? null,
    source: route.source === null ? null : formatIp(route.source),
    metric: route.metric,
    type: route.type,
  };
}

function destinationText({ prefix }: Route): string {
  const text = formatPrefix(prefix);
  return text.includes('/') ? text : `${text}/${typeof prefix.address === 'number' ? 32 : 128}`;
}

/** What `nft --handle --stateless list ruleset` would print, read as the real kernel's observer reads it. */
export function rulesOf(ns: NetNamespace): Entries<PacketRule> {
  const tables = ns.ruleset.tables();
  if (tables.length === 0) return {};
  const text = printRuleset(tables, { handles: true, stateless: true });
  const rules = parseNftList(text, nsId('net', ns));
  return Object.fromEntries(
    rules.map((rule) => [`${rule.ns}/${rule.family}/${rule.table}/${rule.chain}/${rule.handle}`, rule]),
  );
}

export function socketsOf(ns: NetNamespace): Entries<Socket> {
  const id = nsId('net', ns);
  const entries: Entries<Socket> = {};
  for (const info of ns.sockets.list()) {
    const state = socketState(id, info);
    if (state) entries[`${id}/${state.protocol}/${state.inode}`] = state;
  }
  return entries;
}

function socketState(ns: NsId, info: SocketInfo): Socket | null {
  if (info.protocol === 'unix') return unixState(ns, info);
  if (info.protocol !== 'tcp' && info.protocol !== 'udp') return null;
  const endpoint = (address: string, port: number) =>
    info.family === 'inet6' ? `[${address}]:${port}` : `${address}:${port}`;
  return {
    ns,
    protocol: info.protocol,
    family: info.family === 'inet6' ? 'ipv6' : 'ipv4',
    local: endpoint(info.local, info.localPort),
    remote: info.remotePort === 0 ? null : endpoint(info.remote, info.remotePort),
    state: inetState(info),
    inode: info.inode,
  };
}

function unixState(ns: NsId, { local, state, inode }: SocketInfo): Socket | null {
  if (local === '') return null;
  const known = state === 'LISTEN' ? 'listen' : state.startsWith('ESTAB') ? 'established' : 'unconnected';
  return { ns, protocol: 'unix', family: 'unix', local, remote: null, state: known, inode };
}

function inetState({ state, protocol }: SocketInfo): Socket['state'] {
  if (state.startsWith('ESTAB')) return 'established';
  if (protocol === 'udp' || state === 'UNCONN' || state === 'CLOSE') return 'unconnected';
  return state === 'LISTEN' ? 'listen' : 'closing';
}
