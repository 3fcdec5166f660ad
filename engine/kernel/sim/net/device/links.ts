/**
 * Life of devices: born, set up and down, moved, renamed, put on a bridge, removed; and what carrier and operational
 * state follow from it (RFC 2863; kernel: Documentation/networking/operstates.rst).
 */
import { SysError } from '../../abi/errno';
import type { NetNamespace } from '../types';
import type { NetDevice } from './device';
import { isValidName } from './table';

export function registerDevice(device: NetDevice, wantedIndex?: number): void {
  const { ns } = device;
  ns.devices.add(device, wantedIndex);
  ns.sysctl.adopt(device);
  ns.network.kernel.touch('devices');
}

export function setUp(device: NetDevice): void {
  if (device.up) return;
  device.up = true;
  device.activated = true;
  device.opened();
  updateOperState(device);
  device.ns.addressing.deviceUp(device);
  notifyUppers(device);
  device.ns.network.kernel.touch('devices', 'routes', 'addresses');
}

export function setDown(device: NetDevice): void {
  if (!device.up) return;
  device.up = false;
  device.closed();
  device.ns.addressing.deviceDown(device);
  notifyUppers(device);
  device.ns.network.kernel.touch('devices', 'routes', 'addresses');
}

/** netif_carrier_on, netif_carrier_off. */
export function setCarrier(device: NetDevice, carrier: boolean): void {
  if (device.carrier === carrier) return;
  device.carrier = carrier;
  updateOperState(device, true);
  if (carrier) device.ns.addressing.linkReady(device);
  else
    for (const neighbour of device.ns.neighbours.list())
      if (neighbour.device === device && neighbour.state !== 'PERMANENT') device.ns.neighbours.delete(neighbour);
  notifyUppers(device);
  device.ns.network.kernel.touch('devices', 'routes');
}

/** `fired`: the carrier changed, so that the state follows it; before that it is UNKNOWN. */
export function updateOperState(device: NetDevice, fired = false): void {
  if (!fired && device.followedState === 'UNKNOWN' && device.carrier) return;
  device.followedState = device.carrier ? (device.isDormantMode ? 'DORMANT' : 'UP') : device.stateWithoutCarrier;
}

/** EEXIST, EINVAL, EBUSY is no longer: a device may be renamed while it is up. */
export function renameDevice(device: NetDevice, name: string): void {
  if (name === device.name) return;
  if (!isValidName(name)) throw new SysError('EINVAL');
  const before = device.name;
  device.ns.devices.rename(device, name);
  for (const entry of device.ns.addresses.v4(device)) {
    if (entry.label === before || entry.label.startsWith(`${before}:`))
      entry.label = `${name}${entry.label.slice(before.length)}`;
  }
  for (const entry of device.ns.addresses.v6(device)) entry.label = name;
  device.ns.network.kernel.touch('devices');
}

/** Into another namespace: down, without addresses and routes; EINVAL for what cannot move, EEXIST when the name is taken. */
export function moveDevice(device: NetDevice, target: NetNamespace, newName?: string): void {
  const { ns } = device;
  if (target === ns) return;
  if (device.isNetnsLocal) throw new SysError('EINVAL', 'The interface netns is immutable');
  const name = newName ?? device.name;
  if (target.devices.byName(name))
    throw new SysError('EEXIST', 'An interface with the same name exists in the target netns');
  if (device.master) setMaster(device, null);
  setDown(device);
  ns.addressing.deviceGone(device);
  ns.devices.remove(device);
  ns.sysctl.forget(device);
  device.ns = target;
  device.name = name;
  device.activated = false;
  device.qdisc = null;
  device.ingressRedirect = null;
  target.devices.add(device, device.index);
  target.sysctl.adopt(device);
  ns.network.kernel.touch('devices', 'addresses', 'routes');
}

export function setMaster(device: NetDevice, master: NetDevice | null): void {
  if (device.master === master) return;
  const { kernel } = device.ns.network;
  if (device.master) {
    const before = device.master;
    device.master = null;
    if (isMaster(before)) before.releasePort(device);
  }
  if (master) {
    if (!isMaster(master)) throw new SysError('EOPNOTSUPP');
    master.addPort(device);
    device.master = master;
  }
  kernel.touch('devices');
}

/** A device others can be put under. */
export interface MasterDevice {
  /** ELOOP, EBUSY, EINVAL when it cannot be. */
  addPort(port: NetDevice): void;
  releasePort(port: NetDevice): void;
}

function isMaster(device: NetDevice): device is NetDevice & MasterDevice {
  return 'addPort' in device && 'releasePort' in device;
}

/** Removes it, and what cannot be without it: what lies on it, the other end. */
export function destroyDevice(device: NetDevice): void {
  if (device.isGone) return;
  for (const upper of [...device.uppers]) destroyDevice(upper);
  if (device.master) setMaster(device, null);
  setDown(device);
  device.isGone = true;
  device.ns.addressing.deviceGone(device);
  device.ns.devices.remove(device);
  device.ns.sysctl.forget(device);
  device.ns.sockets.deviceGone(device);
  device.destroyed();
  device.ns.network.kernel.touch('devices', 'addresses', 'routes');
}

function notifyUppers(device: NetDevice): void {
  for (const upper of device.uppers) upper.lowerChanged(device);
  if (device.master) device.master.lowerChanged(device);
}
