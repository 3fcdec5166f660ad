/** Addresses and routes in the port's terms. */
import type { AddressInfo, RouteInfo } from '../../../network';
import type { AddressInfo as SimAddressInfo, RouteInfo as SimRouteInfo } from '../../net/route-types';

/** In the order of their bits (linux/if_addr.h). */
const addressFlags = ['secondary', 'nodad', 'dadfailed', 'tentative', 'permanent', 'noprefixroute'];
/** linux/rtnetlink.h */
const routeFlags = ['dead', 'pervasive', 'onlink', 'linkdown'];

export function toAddressInfo(info: SimAddressInfo): AddressInfo {
  const { index, family, address, prefix, peer, broadcast, scope } = info;
  const flags = addressFlags.filter((flag) => info.flags.includes(flag));
  return { index, family, address, prefix, peer, broadcast, scope, flags };
}

export function toRouteInfo(info: SimRouteInfo): RouteInfo {
  const { family, table, type, gateway, device, source, metric, protocol, scope, mtu } = info;
  const isNetwork = info.destination === 'default' || info.destination.includes('/');
  return {
    family,
    table,
    type,
    destination: isNetwork ? info.destination : `${info.destination}/${family === 'inet' ? 32 : 128}`,
    gateway,
    device,
    source,
    metric,
    protocol,
    scope,
    nexthops: info.nexthops.map(({ gateway: via, device: by, weight }) => ({ gateway: via, device: by, weight })),
    flags: routeFlags.filter((flag) => info.flags.includes(flag)),
    ...(mtu === undefined ? {} : { mtu }),
  };
}
