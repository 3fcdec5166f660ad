import { addressesOf, type LabState } from '../../../engine/state';
import { type DetailField, type Details, nsField } from './detail-fields';
import { refOf } from './scene';

export function deviceDetails(state: LabState, key: string): Details | null {
  const device = state.devices[key];
  if (!device) return null;
  const master = device.master === null ? undefined : state.devices[`${device.ns}/${device.master}`];
  const link = device.link;
  const peer = link?.ns ? state.devices[`${link.ns}/${link.index}`] : undefined;
  const fields: DetailField[] = [
    nsField(state, 'network namespace', device.ns),
    { label: 'kind', value: device.kind },
    { label: 'administrative state', value: device.up ? 'up (IFF_UP)' : 'down' },
    { label: 'operational state', value: device.operState },
    { label: 'addresses', value: addressesOf(state, device).join(', ') || 'none' },
  ];
  if (device.mac) fields.push({ label: 'MAC', value: device.mac });
  fields.push({ label: 'MTU', value: `${device.mtu}` }, { label: 'index', value: `${device.index}` });
  if (master)
    fields.push({ label: 'port of', value: master.name, ref: refOf('devices', `${master.ns}/${master.index}`) });
  if (peer && link?.ns) {
    fields.push({ label: 'other end', value: peer.name, ref: refOf('devices', `${link.ns}/${link.index}`) });
    fields.push(nsField(state, 'other end in', link.ns));
  } else if (link) fields.push({ label: 'other end', value: `index ${link.index}, out of sight` });
  return { title: device.name, fields, source: 'ip -d addr, rtnetlink(7)' };
}

export function routeDetails(state: LabState, key: string): Details | null {
  const route = state.routes[key];
  if (!route) return null;
  const device = route.device === null ? undefined : state.devices[`${route.ns}/${route.device}`];
  const fields: DetailField[] = [
    nsField(state, 'network namespace', route.ns),
    { label: 'destination', value: route.destination },
    { label: 'gateway', value: route.gateway ?? 'none: on the link' },
    { label: 'device', value: device?.name ?? 'none', ref: device && refOf('devices', `${device.ns}/${device.index}`) },
    { label: 'preferred source', value: route.source ?? 'none' },
    { label: 'metric', value: `${route.metric}` },
    { label: 'table', value: route.table === 254 ? 'main (254)' : `${route.table}` },
    { label: 'type', value: route.type },
  ];
  return { title: `Route to ${route.destination}`, fields, source: 'ip route, rtnetlink(7)' };
}

export function ruleDetails(state: LabState, key: string): Details | null {
  const rule = state.rules[key];
  if (!rule) return null;
  return {
    title: rule.text,
    fields: [
      nsField(state, 'network namespace', rule.ns),
      { label: 'table', value: `${rule.family} ${rule.table}` },
      { label: 'chain', value: rule.chain },
      { label: 'hook', value: rule.hook ? `${rule.hook}, type ${rule.type}` : 'none: jumped to' },
      { label: 'verdict', value: rule.verdict ?? 'none' },
      { label: 'handle', value: `${rule.handle}` },
    ],
    source: 'nft -a list ruleset, nft(8)',
  };
}

export function socketDetails(state: LabState, key: string): Details | null {
  const socket = state.sockets[key];
  if (!socket) return null;
  return {
    title: `${socket.protocol} ${socket.local}`,
    fields: [
      nsField(state, 'network namespace', socket.ns),
      { label: 'state', value: socket.state },
      { label: 'local', value: socket.local },
      { label: 'remote', value: socket.remote ?? 'none' },
      { label: 'inode', value: `${socket.inode}` },
    ],
    source: 'ss -a, sock_diag(7)',
  };
}
