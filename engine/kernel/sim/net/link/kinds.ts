/** Makes devices of each kind, as `ip link add` asks for them (rtnl_newlink). */
import { bare } from '../../abi/bare';
import { SysError } from '../../abi/errno';
import { isGroupMac, type Mac, parseMac, randomMac } from '../address/mac';
import type { NetDevice } from '../device/device';
import { registerDevice, setMaster, setUp } from '../device/links';
import { isValidName } from '../device/table';
import type { NetNamespace } from '../types';
import { Bridge } from './bridge';
import { Dummy } from './dummy';
import { Ifb } from './ifb';
import { Ipvlan } from './ipvlan';
import { Macvlan, type MacvlanMode } from './macvlan';
import { Tun } from './tun';
import { Veth } from './veth';
import { Vlan } from './vlan';
import { Vxlan, vxlanOptions } from './vxlan';

export type LinkDetails = Record<string, string | number | boolean>;

export interface EndRequest {
  ns: NetNamespace;
  name?: string | undefined;
  address?: string | undefined;
  mtu?: number | undefined;
  up?: boolean | undefined;
}

export interface LinkRequest extends EndRequest {
  kind: string;
  /** The one it is to have; EEXIST when another has it. */
  index?: number | undefined;
  /** The device below. */
  lower: NetDevice | null;
  details: LinkDetails;
  peer: EndRequest | null;
  master: NetDevice | null;
}

const namePatterns: Record<string, string> = bare({
  veth: 'veth%d',
  bridge: 'bridge%d',
  dummy: 'dummy%d',
  vlan: 'vlan%d',
  macvlan: 'macvlan%d',
  ipvlan: 'ipvlan%d',
  vxlan: 'vxlan%d',
  tun: 'tun%d',
  ifb: 'ifb%d',
});
const macvlanModes: readonly MacvlanMode[] = ['private', 'vepa', 'bridge', 'passthru'];

/** EEXIST, EINVAL, EOPNOTSUPP for a kind that is not there. */
export function createLink(request: LinkRequest): NetDevice {
  const pattern = namePatterns[request.kind];
  if (pattern === undefined) throw new SysError('EOPNOTSUPP', 'Unknown device type');
  if (request.name !== undefined && request.ns.devices.byName(request.name)) throw new SysError('EEXIST');
  if (request.index !== undefined && request.ns.devices.byIndex(request.index)) throw new SysError('EEXIST');
  const device = request.kind === 'veth' ? createPair(request) : createOne(request, pattern);
  if (request.master) setMaster(device, request.master);
  if (request.up) setUp(device);
  return device;
}

function createPair(request: LinkRequest): NetDevice {
  const end = request.peer ?? { ns: request.ns };
  // The kernel makes the other end first.
  const peer = new Veth(end.ns, nameOf(end, 'veth%d'), macOf(end));
  finish(peer, end);
  registerDevice(peer);
  let device: Veth;
  try {
    device = new Veth(request.ns, nameOf(request, 'veth%d'), macOf(request));
    finish(device, request);
    registerDevice(device, request.index);
  } catch (error) {
    peer.ns.devices.remove(peer);
    throw error;
  }
  device.peer = peer;
  peer.peer = device;
  nameEachOther(device, peer);
  if (end.up) setUp(peer);
  return device;
}

/** Whoever has a device that leads elsewhere has a number for that namespace. */
export function nameEachOther(a: NetDevice, b: NetDevice): void {
  if (a.ns === b.ns) return;
  a.ns.idOf(b.ns);
  b.ns.idOf(a.ns);
}

function createOne(request: LinkRequest, pattern: string): NetDevice {
  const device = make(request, nameOf(request, pattern), macOf(request));
  finish(device, request);
  registerDevice(device, request.index);
  try {
    if (device instanceof Macvlan || device instanceof Ipvlan) device.attach();
  } catch (error) {
    device.ns.devices.remove(device);
    throw error;
  }
  return device;
}

function make(request: LinkRequest, name: string, mac: Mac): NetDevice {
  const { ns, kind, lower, details } = request;
  switch (kind) {
    case 'bridge': {
      const bridge = new Bridge(ns, name, mac);
      bridge.configure(details);
      return bridge;
    }
    case 'dummy':
      return new Dummy(ns, name, mac);
    case 'ifb':
      return new Ifb(ns, name, mac);
    case 'tun':
      return new Tun(ns, name, mac, details.mode === 'tun' ? 'tun' : 'tap');
    case 'vxlan':
      return new Vxlan(ns, name, mac, lower, vxlanOptions(details));
    default:
      return makeStacked(request, name, mac, lower);
  }
}

function makeStacked(
  { ns, kind, details, address }: LinkRequest,
  name: string,
  mac: Mac,
  lower: NetDevice | null,
): NetDevice {
  if (!lower) throw new SysError('EINVAL', kind === 'vlan' ? '8021q: link not specified' : '');
  if (kind === 'vlan') {
    const id = Number(details.id);
    if (!Number.isInteger(id)) throw new SysError('EINVAL', '8021q: VLAN properties not specified');
    if (id < 0 || id >= 4095) throw new SysError('ERANGE', '8021q: Invalid VLAN id');
    if ([...lower.uppers].some((upper) => upper instanceof Vlan && upper.id === id))
      throw new SysError('EEXIST', '8021q: VLAN device already exists');
    return new Vlan(ns, name, address === undefined ? lower.mac : mac, lower, id);
  }
  if (kind === 'macvlan') {
    const mode = macvlanModes.find((one) => one === (details.mode ?? 'vepa'));
    if (mode === undefined) throw new SysError('EINVAL');
    return new Macvlan(ns, name, mac, lower instanceof Macvlan ? lower.lower : lower, mode);
  }
  const mode = details.mode ?? 'l3';
  if (mode !== 'l2' && mode !== 'l3' && mode !== 'l3s') throw new SysError('EINVAL');
  const flag = details.flag ?? 'bridge';
  if (flag !== 'bridge' && flag !== 'private' && flag !== 'vepa') throw new SysError('EINVAL');
  return new Ipvlan(ns, name, lower instanceof Ipvlan ? lower.lower : lower, mode, flag);
}

function nameOf({ ns, name }: EndRequest, pattern: string): string {
  if (name === undefined) return ns.devices.freeName(pattern);
  if (name.includes('%d')) return ns.devices.freeName(name);
  if (!isValidName(name))
    throw new SysError(
      name.length > 15 ? 'ERANGE' : 'EINVAL',
      name.length > 15 ? 'Attribute failed policy validation' : '',
    );
  return name;
}

function macOf({ ns, address }: EndRequest): Mac {
  if (address === undefined) return randomMac(ns.network.kernel.random);
  return checkedMac(address);
}

/** EADDRNOTAVAIL for what no single device can have. */
export function checkedMac(text: string): Mac {
  const mac = parseMac(text);
  if (mac === null) throw new SysError('EINVAL');
  if (isGroupMac(mac) || mac === '00:00:00:00:00:00') throw new SysError('EADDRNOTAVAIL');
  return mac;
}

function finish(device: NetDevice, { address, mtu }: EndRequest): void {
  device.macIsSet = address !== undefined;
  if (mtu !== undefined) {
    if (mtu < 68) throw new SysError('EINVAL', 'mtu less than device minimum');
    if (mtu > 65535) throw new SysError('EINVAL', 'mtu greater than device maximum');
    device.mtu = mtu;
  }
}
