/** RTM_NEWLINK, RTM_SETLINK, RTM_DELLINK and RTM_GETLINK (rtnetlink(7)). */
import { SysError } from '../../abi/errno';
import { type Mac, parseMac } from '../address/mac';
import type { NetDevice } from '../device/device';
import { destroyDevice, moveDevice, renameDevice, setCarrier, setDown, setMaster, setUp } from '../device/links';
import { isValidName } from '../device/table';
import { Bridge } from '../link/bridge';
import { Ipvlan } from '../link/ipvlan';
import { checkedMac, createLink, type EndRequest, nameEachOther } from '../link/kinds';
import { Macvlan } from '../link/macvlan';
import { Veth } from '../link/veth';
import type { LinkChange, LinkInfo, NetnsRef, NewLink } from '../route-types';
import type { NetNamespace } from '../types';

/** A namespace somebody named; checks that the caller may put something there. */
export type FindNamespace<Ref = NetnsRef> = (ref: Ref) => NetNamespace;

export function deviceAt(ns: NetNamespace, index: number): NetDevice {
  const device = ns.devices.byIndex(index);
  if (!device) throw new SysError('ENODEV');
  return device;
}

export function linkInfo(device: NetDevice): LinkInfo {
  const { link, ns } = device;
  const isElsewhere = link !== null && link.ns !== ns;
  return {
    index: device.index,
    name: device.name,
    kind: device.kind,
    linkType: device.linkType,
    address: device.linkType === 'none' ? '' : device.mac,
    broadcast: device.linkType === 'none' ? '' : device.broadcast,
    mtu: device.mtu,
    qdisc: qdiscOf(device),
    queueLength: device.queueLength,
    group: device.group,
    flags: flagsOf(device),
    operState: device.operState,
    master: device.master?.index ?? null,
    link: link?.index ?? null,
    linkNetnsId: isElsewhere ? ns.idOf(link.ns) : null,
    alias: device.alias,
    altNames: [...device.altNames],
    details: device.details,
    stats: { ...device.stats },
    promiscuity: device.promiscuity + (device.isPromiscByAdmin ? 1 : 0),
    isDormantMode: device.isDormantMode,
    hasNoGeneratedAddress: device.hasNoGeneratedAddress,
    txQueues: device.txQueues,
    rxQueues: device.rxQueues,
  };
}

export function linkAdd<Ref>(ns: NetNamespace, wanted: NewLink<Ref>, find: FindNamespace<Ref>): void {
  const target = wanted.netns ? find(wanted.netns) : ns;
  const lower = wanted.link === undefined ? null : deviceAt(ns, wanted.link);
  const end = (
    from: { name?: string; address?: string; mtu?: number; up?: boolean },
    home: NetNamespace,
  ): EndRequest => ({
    ns: home,
    name: from.name,
    address: from.address,
    mtu: from.mtu,
    up: from.up,
  });
  const master = wanted.master === undefined ? null : deviceAt(target, wanted.master);
  const { peer } = wanted;
  const device = createLink({
    ...end(wanted, target),
    index: wanted.index,
    kind: wanted.kind,
    lower,
    details: wanted.details ?? {},
    peer: peer ? end(peer, peer.netns ? find(peer.netns) : target) : { ns: target },
    master,
  });
  if (wanted.broadcast !== undefined) device.broadcast = checkedBroadcast(wanted.broadcast);
  if (wanted.group !== undefined) device.group = wanted.group;
  if (wanted.queueLength !== undefined) device.queueLength = wanted.queueLength;
  if (wanted.txQueues !== undefined) device.txQueues = wanted.txQueues;
  if (wanted.rxQueues !== undefined) device.rxQueues = wanted.rxQueues;
}

/** A change of every device of a group: that there is none is no error. */
export function linkSetGroup(ns: NetNamespace, group: number, change: LinkChange, find: FindNamespace): void {
  for (const device of ns.devices.all()) if (device.group === group) linkSet(device, change, find);
}

/** All or none (rtnl_group_dellink): ENODEV for an empty group, EPERM for group 0. */
export function linkDeleteGroup(ns: NetNamespace, group: number): void {
  if (group === 0) throw new SysError('EPERM');
  const devices = ns.devices.all().filter((device) => device.group === group);
  if (devices.length === 0) throw new SysError('ENODEV');
  if (devices.some(({ kind }) => kind === '')) throw new SysError('EOPNOTSUPP');
  for (const device of devices) destroyDevice(device);
}

/** RTM_NEWLINKPROP: another name, under which it is found, too. EEXIST for one that is taken. */
export function addAltName(device: NetDevice, name: string): void {
  if (device.ns.devices.find(name)) throw new SysError('EEXIST');
  device.altNames.push(name);
  device.ns.network.kernel.touch('devices');
}

export function removeAltName(device: NetDevice, name: string): void {
  const at = device.altNames.indexOf(name);
  if (at < 0) throw new SysError('ENOENT');
  device.altNames.splice(at, 1);
  device.ns.network.kernel.touch('devices');
}

export function linkSet<Ref>(device: NetDevice, change: LinkChange<Ref>, find: FindNamespace<Ref>): void {
  if (change.netns) {
    const name = change.name;
    if (name !== undefined && !isValidName(name)) throw new SysError('EINVAL');
    moveDevice(device, find(change.netns), name);
    if (device.link) nameEachOther(device, device.link);
  } else if (change.name !== undefined) renameDevice(device, change.name);
  if (change.mtu !== undefined) setMtu(device, change.mtu);
  if (change.address !== undefined) setMac(device, change.address);
  if (change.broadcast !== undefined) device.broadcast = checkedBroadcast(change.broadcast);
  if (change.alias !== undefined) device.alias = change.alias;
  if (change.queueLength !== undefined) device.queueLength = change.queueLength;
  if (change.group !== undefined) device.group = change.group;
  if (change.promisc !== undefined) device.isPromiscByAdmin = change.promisc;
  if (change.allMulti !== undefined) device.isAllMulti = change.allMulti;
  if (change.arp !== undefined) device.isArpOff = !change.arp;
  setFlags(device, change);
  setState(device, change);
  if (change.details !== undefined) device.configure(change.details);
  if (change.master !== undefined)
    setMaster(device, change.master === null ? null : deviceAt(device.ns, change.master));
  if (change.up === true) setUp(device);
  else if (change.up === false) setDown(device);
  device.ns.network.kernel.touch('devices');
}

function setFlags(device: NetDevice, change: LinkChange<unknown>): void {
  if (change.multicast !== undefined) device.isMulticastOff = !change.multicast;
  if (change.dynamic !== undefined) device.isDynamic = change.dynamic;
  if (change.trailers !== undefined) device.hasNoTrailers = !change.trailers;
  if (change.generateAddress !== undefined) device.hasNoGeneratedAddress = !change.generateAddress;
}

/** set_operstate: only from the states that say less. A carrier can be taken from a dummy alone. */
function setState(device: NetDevice, change: LinkChange<unknown>): void {
  if (change.dormantMode !== undefined) device.isDormantMode = change.dormantMode;
  const before = device.followedState;
  if (change.operState === 'UP') {
    if (before === 'DORMANT' || before === 'TESTING' || before === 'UNKNOWN') device.followedState = 'UP';
  } else if (change.operState !== undefined && (before === 'UP' || before === 'UNKNOWN'))
    device.followedState = change.operState;
  if (change.carrier !== undefined) {
    if (device.kind !== 'dummy') throw new SysError('EOPNOTSUPP');
    setCarrier(device, change.carrier);
  }
  if (change.protoDown !== undefined) throw new SysError('EOPNOTSUPP', 'Protodown not supported by device');
}

/** EOPNOTSUPP for what is not made by hand. */
export function linkDelete(device: NetDevice): void {
  if (device.kind === '') throw new SysError('EOPNOTSUPP');
  destroyDevice(device);
}

/** In the order ip(8) prints them. */
function flagsOf(device: NetDevice): string[] {
  const isLo = device.linkType === 'loopback';
  const { up } = device;
  const isPeerDown = device instanceof Veth && device.peer !== null && device.peer.ns === device.ns && !device.peer.up;
  const isLowerDown =
    (device instanceof Macvlan || device instanceof Ipvlan || device.kind === 'vlan') &&
    device.link?.ns === device.ns &&
    device.link.up === false;
  const flags: Array<[string, boolean]> = [
    ['NO-CARRIER', up && !(device.operState === 'UP' || device.operState === 'UNKNOWN')],
    ['LOOPBACK', isLo],
    ['BROADCAST', device.linkType === 'ether'],
    ['POINTOPOINT', device.linkType === 'none'],
    ['MULTICAST', !isLo && device.kind !== 'ifb' && !device.isMulticastOff],
    ['NOARP', device.isArpOff || device.kind === 'dummy' || device.kind === 'ifb' || device.linkType === 'none'],
    ['ALLMULTI', device.isAllMulti && device.master === null],
    ['PROMISC', device.isPromiscByAdmin],
    ['DYNAMIC', device.isDynamic],
    ['NOTRAILERS', device.hasNoTrailers],
    ['UP', up],
    ['LOWER_UP', up && device.carrier],
    ['M-DOWN', isPeerDown || isLowerDown],
  ];
  return flags.flatMap(([name, isSet]) => (isSet ? [name] : []));
}

function qdiscOf(device: NetDevice): string {
  if (!device.activated) return 'noop';
  if (device.qdisc) return device.qdisc.kind;
  return device.kind === 'tun' || device.kind === 'ifb' ? 'pfifo_fast' : 'noqueue';
}

function setMtu(device: NetDevice, mtu: number): void {
  const least = device.linkType === 'loopback' ? 0 : 68;
  if (mtu < least) throw new SysError('EINVAL', 'mtu less than device minimum');
  if (device.linkType !== 'loopback' && mtu > 65535) throw new SysError('EINVAL', 'mtu greater than device maximum');
  if (device.link && device.kind !== 'veth' && device.kind !== 'vxlan' && mtu > device.link.mtu)
    throw new SysError(device.kind === 'vlan' ? 'ERANGE' : 'EINVAL');
  device.mtu = mtu;
  if (device instanceof Bridge) device.mtuIsSet = true;
  for (const upper of device.uppers) if (upper.mtu > mtu) upper.mtu = mtu;
  if (device.master instanceof Bridge) device.master.mtuOfPortChanged();
}

function checkedBroadcast(text: string): Mac {
  const mac = parseMac(text);
  if (mac === null) throw new SysError('EINVAL');
  return mac;
}

function setMac(device: NetDevice, text: string): void {
  if (device.linkType !== 'ether') throw new SysError('EOPNOTSUPP');
  const mac = checkedMac(text);
  device.mac = mac;
  device.macIsSet = true;
  if (device.master instanceof Bridge) device.master.macOfPortChanged(device);
}
