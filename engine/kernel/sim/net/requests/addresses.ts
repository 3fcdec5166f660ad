/** RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR. */
import { SysError } from '../../abi/errno';
import { formatIp, inetFamilyOf, parseIp } from '../address/ip';
import type { IfAddress } from '../ip/if-address';
import type { AddressInfo } from '../route-types';
import type { NetNamespace } from '../types';
import { deviceAt } from './links';

type NewAddress = Pick<AddressInfo, 'index' | 'family' | 'address' | 'prefix'> & Partial<AddressInfo>;

export function addressList(ns: NetNamespace): AddressInfo[] {
  const devices = ns.devices.all();
  return [
    ...devices.flatMap((device) => ns.addresses.v4(device).map((entry) => addressInfo(entry, ns.network.kernel.now))),
    ...devices.flatMap((device) => ns.addresses.v6(device).map((entry) => addressInfo(entry, ns.network.kernel.now))),
  ];
}

export function addressAdd(ns: NetNamespace, wanted: NewAddress, replace: boolean): void {
  const device = deviceAt(ns, wanted.index);
  const address = parseIp(wanted.address);
  if (address === null || inetFamilyOf(address) !== wanted.family) throw new SysError('EINVAL');
  const peer = wanted.peer === undefined ? undefined : (parseIp(wanted.peer) ?? undefined);
  const broadcast =
    wanted.broadcast === undefined || wanted.broadcast === null ? null : Number(parseIp(wanted.broadcast) ?? 0);
  if (replace) {
    const there = ns.addresses.find(device, address);
    if (there && there.prefix === wanted.prefix) {
      if (wanted.label !== undefined) there.label = wanted.label;
      return;
    }
  }
  ns.addressing.add(device, {
    address,
    prefix: wanted.prefix,
    peer,
    broadcast,
    label: wanted.label,
    scope: wanted.scope,
    noPrefixRoute: wanted.flags?.includes('noprefixroute') ?? false,
    noDad: wanted.flags?.includes('nodad') ?? false,
    validLifetime: wanted.validLifetime,
    preferredLifetime: wanted.preferredLifetime,
    metric: wanted.metric,
  });
}

/** EADDRNOTAVAIL. */
export function addressDelete(
  ns: NetNamespace,
  wanted: Pick<AddressInfo, 'index' | 'family' | 'address' | 'prefix'>,
): void {
  const device = deviceAt(ns, wanted.index);
  const address = parseIp(wanted.address);
  const found =
    address === null
      ? undefined
      : ns.addresses.of(device, address).find((one) => one.address === address && one.prefix === wanted.prefix);
  if (!found)
    throw new SysError('EADDRNOTAVAIL', wanted.family === 'inet' ? 'ipv4: Address not found' : 'address not found');
  ns.addressing.remove(found);
}

function addressInfo(entry: IfAddress, now: number): AddressInfo {
  const left = (until: number | null) => (until === null ? null : Math.max(0, Math.ceil((until - now) / 1e9)));
  const flags = [
    ...(entry.secondary ? ['secondary'] : []),
    ...(entry.noDad ? ['nodad'] : []),
    ...(entry.dadFailed ? ['dadfailed'] : []),
    ...(entry.tentative ? ['tentative'] : []),
    ...(entry.validUntil === null ? ['permanent'] : ['dynamic']),
    ...(entry.noPrefixRoute ? ['noprefixroute'] : []),
  ];
  return {
    index: entry.device.index,
    family: inetFamilyOf(entry.address),
    address: formatIp(entry.address),
    prefix: entry.prefix,
    peer: formatIp(entry.peer),
    broadcast: entry.broadcast === null ? null : formatIp(entry.broadcast),
    label: entry.label,
    scope: entry.scope === 'nowhere' ? 'host' : entry.scope,
    flags,
    validLifetime: left(entry.validUntil),
    preferredLifetime: left(entry.preferredUntil),
    metric: entry.metric,
  };
}
