/** RTM_NEWNEIGH and so on: neighbours, and what bridges and VXLANs know (AF_BRIDGE). */
import { SysError } from '../../abi/errno';
import { formatIp, inetFamilyOf, parseIp } from '../address/ip';
import { isGroupMac, type Mac, multicastMac, parseMac, zeroMac } from '../address/mac';
import type { NetDevice } from '../device/device';
import { solicitedNode } from '../ip/ndisc';
import type { NeighbourState } from '../ip/neighbour';
import { Bridge, type BridgePort } from '../link/bridge';
import type { PortVlans } from '../link/bridge-vlan';
import { Vxlan } from '../link/vxlan';
import type { BridgePortInfo, BridgeVlanInfo, FdbInfo, NeighborInfo } from '../route-types';
import type { NetNamespace } from '../types';
import { deviceAt } from './links';

const states: readonly NeighbourState[] = [
  'INCOMPLETE',
  'REACHABLE',
  'STALE',
  'DELAY',
  'PROBE',
  'FAILED',
  'PERMANENT',
  'NOARP',
];
const allNodes = (0xff02n << 112n) | 1n;

export function neighbourList(ns: NetNamespace): NeighborInfo[] {
  return ns.neighbours.list().map(({ address, device, mac, state }) => ({
    family: inetFamilyOf(address),
    index: device.index,
    address: formatIp(address),
    hardware: mac,
    state,
  }));
}

export function neighbourSet(ns: NetNamespace, wanted: NeighborInfo, mode: 'add' | 'replace' | 'change'): void {
  const device = deviceAt(ns, wanted.index);
  const address = parseIp(wanted.address);
  const state = states.find((one) => one === wanted.state);
  const mac = wanted.hardware === null ? null : parseMac(wanted.hardware);
  if (address === null || state === undefined || (wanted.hardware !== null && mac === null))
    throw new SysError('EINVAL');
  const there = ns.neighbours.find(device, address);
  if (
    mac === null &&
    !there &&
    device.usesArp &&
    mode !== 'change' &&
    (state === 'PERMANENT' || state === 'NOARP' || state === 'REACHABLE')
  )
    throw new SysError('EINVAL', 'No link layer address given');
  if (mode === 'add' && there) throw new SysError('EEXIST');
  if (mode === 'change' && !there) throw new SysError('ENOENT');
  ns.neighbours.take(device, address).set(state, mac ?? there?.mac ?? null);
}

/** ENOENT. */
export function neighbourDelete(ns: NetNamespace, wanted: Pick<NeighborInfo, 'index' | 'address'>): void {
  const address = parseIp(wanted.address);
  const there = address === null ? undefined : ns.neighbours.find(deviceAt(ns, wanted.index), address);
  if (!there) throw new SysError('ENOENT');
  ns.neighbours.delete(there);
}

export function fdbList(ns: NetNamespace): FdbInfo[] {
  const { now } = ns.network.kernel;
  return ns.devices.all().flatMap((device) => {
    const own = groupsOf(ns, device).map((hardware) => entry(device, hardware, { flags: ['self', 'permanent'] }));
    const bridge = device instanceof Bridge ? device : device.master instanceof Bridge ? device.master : null;
    const learned = (bridge?.fdb.list(now) ?? [])
      .filter(({ port }) => port === device)
      .map(({ mac, vlan, isLocal, isStatic }) =>
        entry(device, mac, {
          master: bridge?.index ?? null,
          vlan: vlan === 0 ? null : vlan,
          flags: isLocal ? ['permanent'] : isStatic ? ['static'] : [],
        }),
      );
    const remote = device instanceof Vxlan ? vxlanEntries(device) : [];
    return [...learned, ...ownAddress(device), ...own, ...remote];
  });
}

/** The address a bridge was given, unless it is one of its ports' as well. */
function ownAddress(device: NetDevice): FdbInfo[] {
  if (!(device instanceof Bridge) || !device.macIsSet) return [];
  if ([...device.ports.keys()].some(({ mac }) => mac === device.mac)) return [];
  return [entry(device, device.mac, { master: device.index, flags: ['permanent'] })];
}

export function fdbAdd(ns: NetNamespace, wanted: FdbInfo, mode: 'add' | 'append' | 'replace' = 'add'): void {
  const device = deviceAt(ns, wanted.index);
  const mac = parseMac(wanted.hardware);
  if (mac === null) throw new SysError('EINVAL');
  if (wanted.remote !== null) {
    if (!(device instanceof Vxlan)) throw new SysError('EOPNOTSUPP');
    return addRemote(device, mac, wanted.remote, mode);
  }
  if (!(device.master instanceof Bridge)) throw new SysError('EOPNOTSUPP');
  const bridge = device.master;
  if (isGroupMac(mac) && mac !== zeroMac) throw new SysError('EINVAL');
  const { now } = ns.network.kernel;
  if (mode === 'add' && bridge.fdb.find(mac, wanted.vlan ?? 0, now)) throw new SysError('EEXIST');
  bridge.fdb.put({
    mac,
    vlan: wanted.vlan ?? 0,
    port: device,
    isLocal: wanted.flags.includes('permanent'),
    isStatic: !wanted.flags.includes('dynamic'),
    updated: now,
  });
}

export function fdbDelete(ns: NetNamespace, wanted: Pick<FdbInfo, 'index' | 'hardware'> & Partial<FdbInfo>): void {
  const device = deviceAt(ns, wanted.index);
  const mac = parseMac(wanted.hardware);
  if (mac === null) throw new SysError('EINVAL');
  if (device instanceof Vxlan) {
    const known = device.fdb.get(mac);
    const remote = wanted.remote ? parseIp(wanted.remote) : null;
    if (!known || (remote !== null && !known.remotes.delete(remote))) throw new SysError('ENOENT');
    if (remote === null || known.remotes.size === 0) device.fdb.delete(mac);
    return;
  }
  if (!(device.master instanceof Bridge) || !device.master.fdb.delete(mac, wanted.vlan ?? 0))
    throw new SysError('ENOENT');
}

export function bridgeVlanList(ns: NetNamespace): BridgeVlanInfo[] {
  return ns.devices.all().flatMap((device) => {
    const vlans = vlansOf(device);
    return vlans
      ? [
          {
            index: device.index,
            vlans: [...vlans.members]
              .sort((a, b) => a - b)
              .map((id) => ({ id, pvid: vlans.pvid === id, untagged: vlans.untagged.has(id) })),
          },
        ]
      : [];
  });
}

export function bridgeVlanAdd(
  ns: NetNamespace,
  index: number,
  { id, pvid, untagged }: { id: number; pvid: boolean; untagged: boolean },
): void {
  const vlans = vlansOf(deviceAt(ns, index));
  if (!vlans) throw new SysError('EOPNOTSUPP');
  if (id < 1 || id > 4094) throw new SysError('EINVAL');
  vlans.members.add(id);
  if (untagged) vlans.untagged.add(id);
  else vlans.untagged.delete(id);
  if (pvid) vlans.pvid = id;
  else if (vlans.pvid === id) vlans.pvid = null;
}

export function bridgeVlanDelete(ns: NetNamespace, index: number, id: number): void {
  const vlans = vlansOf(deviceAt(ns, index));
  if (!vlans) throw new SysError('EOPNOTSUPP');
  if (!vlans.members.delete(id)) throw new SysError('ENOENT');
  vlans.untagged.delete(id);
  if (vlans.pvid === id) vlans.pvid = null;
}

export function bridgePortList(ns: NetNamespace): BridgePortInfo[] {
  return ns.devices.all().flatMap((device) => {
    const port = portOf(device);
    if (!port || !device.master) return [];
    const { number, hairpin, isolated, learning, flood, neighSuppress, cost, priority } = port;
    return [
      {
        index: device.index,
        bridge: device.master.index,
        number,
        state: port.isForwarding ? 'forwarding' : 'disabled',
        hairpin,
        isolated,
        learning,
        flood,
        neighSuppress,
        cost,
        priority,
      },
    ];
  });
}

export function bridgePortSet(
  ns: NetNamespace,
  index: number,
  change: Partial<Omit<BridgePortInfo, 'index' | 'bridge' | 'number' | 'state'>>,
): void {
  const port = portOf(deviceAt(ns, index));
  if (!port) throw new SysError('EOPNOTSUPP');
  Object.assign(port, change);
}

function portOf(device: NetDevice): BridgePort | null {
  return device.master instanceof Bridge ? (device.master.ports.get(device) ?? null) : null;
}

function vlansOf(device: NetDevice): PortVlans | null {
  return device instanceof Bridge ? device.vlans : (portOf(device)?.vlans ?? null);
}

function entry(device: NetDevice, hardware: Mac, rest: Partial<FdbInfo> & { flags: string[] }): FdbInfo {
  return { index: device.index, hardware, master: null, vlan: null, remote: null, ...rest };
}

function vxlanEntries(device: Vxlan): FdbInfo[] {
  return [...device.fdb.values()].flatMap(({ mac, remotes, isStatic }) =>
    [...remotes].map((remote) =>
      entry(device, mac, { remote: formatIp(remote), flags: isStatic ? ['self', 'permanent'] : ['self'] }),
    ),
  );
}

function addRemote(device: Vxlan, mac: Mac, text: string, mode: 'add' | 'append' | 'replace'): void {
  const remote = parseIp(text);
  if (remote === null) throw new SysError('EINVAL');
  const there = device.fdb.get(mac);
  if (there && mode === 'add') throw new SysError('EEXIST');
  const remotes = there && mode === 'append' ? there.remotes : new Set<typeof remote>();
  remotes.add(remote);
  device.fdb.set(mac, { mac, remotes, isStatic: true, updated: 0 });
}

/** Multicast addresses a device listens to. */
function groupsOf(ns: NetNamespace, device: NetDevice): Mac[] {
  if (device.linkType !== 'ether' || !device.up) return [];
  const v6 = ns.sysctl.deviceNumber(6, device, 'disable_ipv6') === 0;
  const solicited = ns.addresses
    .v6(device)
    .flatMap(({ address }) => (typeof address === 'bigint' ? [multicastMac(solicitedNode(address))] : []));
  const snoopers = device instanceof Bridge ? ['01:00:5e:00:00:6a', '33:33:00:00:00:6a'] : [];
  const all = v6 ? [multicastMac(allNodes)] : [];
  return [...new Set([...all, ...snoopers, '01:00:5e:00:00:01', ...(v6 ? solicited : [])])];
}
