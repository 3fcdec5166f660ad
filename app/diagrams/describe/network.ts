import { isEqual, type LabState, type NetDevice, type NsId, type Route, type Socket } from '../../../engine/state';
import { nsOwnerName } from '../model/names';
import { refOf } from '../model/scene';
import { type Change, type ChangeLine, type EntryChange, entriesOf, isGoneNs, isNewNs, nameOf } from './change';

export function describeNetwork(change: Change): ChangeLine[] {
  return [
    ...describeDevices(change),
    ...describeAddresses(change),
    ...describeRoutes(change),
    ...describeRules(change),
    ...describeSockets(change),
  ];
}

const stays = (change: Change, ns: NsId) => !isGoneNs(change, ns);
const stateOf = (change: Change, ns: NsId): LabState => (isGoneNs(change, ns) ? change.before : change.after);

/** ` in lab`, ` in red`, ` in network namespace 4026532461`. */
function inside(change: Change, ns: NsId): string {
  return ` in ${nsOwnerName(stateOf(change, ns), ns) ?? nameOf(change, ns)}`;
}

function describeDevices(change: Change): ChangeLine[] {
  const entries = entriesOf(change.before.devices, change.patch.devices);
  const removed = entries.flatMap(({ was, now }) => (was && !now ? [was] : []));
  const moved = new Set<NetDevice>();
  const paired = new Set<string>();
  const lines: ChangeLine[] = [];
  for (const { key, was, now } of entries) {
    const entity = refOf('devices', key);
    if (now && was)
      lines.push(...deviceDifferences(change, was, now).map((text): ChangeLine => ({ mark: 'changed', text, entity })));
    if (!now || was || paired.has(key) || (now.kind === 'loopback' && isNewNs(change, now.ns))) continue;
    const from = removed.find((device) => now.mac !== null && device.mac === now.mac && device.kind === now.kind);
    if (from) {
      moved.add(from);
      const renamed = `${from.name === now.name ? '' : `, as ${now.name}`}${now.up && !from.up ? ', and up' : ''}`;
      lines.push({
        mark: 'changed',
        text: `moved ${from.name} from${inside(change, from.ns).slice(3)} to${inside(change, now.ns).slice(3)}${renamed}`,
        entity,
      });
      continue;
    }
    const link = now.link;
    const peer = link?.ns ? change.after.devices[`${link.ns}/${link.index}`] : undefined;
    if (peer && link?.ns && now.kind === 'veth' && !change.before.devices[`${link.ns}/${link.index}`]) {
      paired.add(`${link.ns}/${link.index}`);
      lines.push({
        mark: 'new',
        text: `new veth pair: ${now.name}${inside(change, now.ns)}, ${peer.name}${inside(change, peer.ns)}`,
        entity,
      });
    } else lines.push({ mark: 'new', text: `new ${now.kind} ${now.name}${inside(change, now.ns)}`, entity });
  }
  for (const device of removed) {
    if (moved.has(device) || !stays(change, device.ns)) continue;
    lines.push({
      mark: 'gone',
      text: `${device.name} is gone${inside(change, device.ns).replace(' in', ' from')}`,
      entity: refOf('devices', `${device.ns}/${device.index}`),
    });
  }
  return lines;
}

function deviceDifferences(change: Change, was: NetDevice, now: NetDevice): string[] {
  const where = inside(change, now.ns);
  const name = `${now.name}${where}`;
  const texts: string[] = [];
  if (was.name !== now.name) texts.push(`${was.name}${where} is called ${now.name} now`);
  if (was.up !== now.up) texts.push(`${name} is ${now.up ? 'up' : 'down'} now`);
  else if ((was.operState === 'up') !== (now.operState === 'up')) {
    texts.push(`${name} ${now.operState === 'up' ? 'has a carrier now' : 'lost its carrier'}`);
  }
  if (was.master !== now.master) {
    const bridge = (index: number | null) =>
      change.after.devices[`${now.ns}/${index}`]?.name ?? change.before.devices[`${now.ns}/${index}`]?.name;
    texts.push(
      now.master === null
        ? `${name} is no longer a port of ${bridge(was.master)}`
        : `${name} is a port of ${bridge(now.master)} now`,
    );
  }
  if (was.mtu !== now.mtu) texts.push(`${name} has MTU ${now.mtu} now, had ${was.mtu}`);
  if (was.mac !== now.mac && now.kind !== 'bridge') texts.push(`${name} has MAC ${now.mac} now`);
  return texts;
}

function describeAddresses(change: Change): ChangeLine[] {
  return entriesOf(change.before.addresses, change.patch.addresses).flatMap(({ was, now }): ChangeLine[] => {
    const address = now ?? was;
    if (!address || (was && now) || address.scope === 'link' || address.scope === 'host' || !stays(change, address.ns))
      return [];
    const key = `${address.ns}/${address.device}`;
    const device = (now ? change.after : change.before).devices[key];
    if (!now && !change.after.devices[key]) return [];
    const where = `${device?.name ?? 'a device'}${inside(change, address.ns)}`;
    const entity = refOf('devices', key);
    return now
      ? [{ mark: 'new', text: `address ${address.cidr} on ${where}`, entity }]
      : [{ mark: 'gone', text: `address ${address.cidr} is gone from ${where}`, entity }];
  });
}

/** Routes a person set: those the kernel adds for an address follow from it. */
const isSet = (route: Route) =>
  route.table !== 255 &&
  (route.gateway !== null ||
    route.destination === 'default' ||
    (route.type !== 'unicast' && route.type !== 'local' && route.type !== 'broadcast' && route.type !== 'multicast'));

function describeRoutes(change: Change): ChangeLine[] {
  return entriesOf(change.before.routes, change.patch.routes).flatMap(({ key, was, now }): ChangeLine[] => {
    const route = now ?? was;
    if (!route || (was && now && isEqual(was, now)) || !isSet(route) || !stays(change, route.ns)) return [];
    const device =
      route.device === null ? undefined : (now ? change.after : change.before).devices[`${route.ns}/${route.device}`];
    const via = `${route.gateway ? ` via ${route.gateway}` : ''}${device ? ` dev ${device.name}` : ''}`;
    const kind = route.type === 'unicast' ? '' : `${route.type} `;
    return [
      told(
        { key, was, now },
        'routes',
        `${route.destination === 'default' ? `${kind}default route` : `${kind}route to ${route.destination}`}${via}${inside(change, route.ns)}`,
      ),
    ];
  });
}

function describeRules(change: Change): ChangeLine[] {
  return entriesOf(change.before.rules, change.patch.rules).flatMap(({ key, was, now }): ChangeLine[] => {
    const rule = now ?? was;
    if (!rule || !stays(change, rule.ns)) return [];
    return [
      told(
        { key, was, now },
        'rules',
        `packet rule in ${rule.table} ${rule.chain}${inside(change, rule.ns)}: ${rule.text}`,
      ),
    ];
  });
}

const serves = (socket: Socket | undefined) =>
  socket !== undefined &&
  socket.family !== 'unix' &&
  (socket.state === 'listen' || (socket.protocol === 'udp' && socket.state === 'unconnected'));

function describeSockets(change: Change): ChangeLine[] {
  return entriesOf(change.before.sockets, change.patch.sockets).flatMap(({ key, was, now }): ChangeLine[] => {
    const socket = now ?? was;
    if (!socket || serves(was) === serves(now) || !stays(change, socket.ns)) return [];
    const entity = refOf('sockets', key);
    const what = `${socket.protocol} ${socket.local}${inside(change, socket.ns)}`;
    return serves(now)
      ? [{ mark: 'new', text: `a process listens on ${what}`, entity }]
      : [{ mark: 'gone', text: `nobody listens on ${what} any more`, entity }];
  });
}

function told<T>({ key, was, now }: EntryChange<T>, collection: 'routes' | 'rules', text: string): ChangeLine {
  const entity = refOf(collection, key);
  if (was && now) return { mark: 'changed', text: `changed: ${text}`, entity };
  return now ? { mark: 'new', text, entity } : { mark: 'gone', text: `no more ${text}`, entity };
}
