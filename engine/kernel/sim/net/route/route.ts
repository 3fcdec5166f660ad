/** One entry of a routing table (ip-route(8), rtnetlink(7)). */
import { compareIp, formatPrefix, type InetFamily, type IpAddress, type IpPrefix, isWithin } from '../address/ip';
import type { NetDevice } from '../device/device';

/** In the order of their numbers, from 1 (rtnetlink(7), rtm_type). */
export const routeTypes = [
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
] as const;
export type RouteType = (typeof routeTypes)[number];
export type RouteScope = 'global' | 'site' | 'link' | 'host' | 'nowhere';

export const tableDefault = 253;
export const tableMain = 254;
export const tableLocal = 255;

export interface NextHop {
  gateway: IpAddress | null;
  device: NetDevice | null;
  weight: number;
  onlink: boolean;
}

export interface Route {
  family: InetFamily;
  table: number;
  type: RouteType;
  prefix: IpPrefix;
  source: IpAddress | null;
  metric: number;
  protocol: string;
  scope: RouteScope;
  nexthops: NextHop[];
  mtu: number | null;
}

/** Routes that lead nowhere and need no device. */
export function isRejecting(type: RouteType): boolean {
  return type === 'blackhole' || type === 'unreachable' || type === 'prohibit' || type === 'throw';
}

export function routeText({ prefix }: Route): string {
  return prefix.length === 0 ? 'default' : formatPrefix(prefix);
}

/** The order the kernel lists them in: IPv4 by address, then the longest; IPv6 depth first, what lies in another before it. */
export function compareRoutes(a: Route, b: Route): number {
  if (a.family === 'inet6' && a.prefix.length !== b.prefix.length) {
    if (isWithin(a.prefix.address, b.prefix) && a.prefix.length > b.prefix.length) return -1;
    if (isWithin(b.prefix.address, a.prefix) && b.prefix.length > a.prefix.length) return 1;
  }
  return compareIp(a.prefix.address, b.prefix.address) || b.prefix.length - a.prefix.length || a.metric - b.metric;
}
