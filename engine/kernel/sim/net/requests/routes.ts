/** RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE. */

import { SysError } from '../../abi/errno';
import {
  anyOf,
  formatIp,
  type InetFamily,
  type IpAddress,
  type IpPrefix,
  inetFamilyOf,
  isLinkLocal,
  isMulticast,
  parseIp,
  parsePrefix,
} from '../address/ip';
import type { NetDevice } from '../device/device';
import { wayOrThrow } from '../route/fib';
import {
  isRejecting,
  type NextHop,
  type Route,
  type RouteScope,
  routeText,
  routeTypes,
  tableLocal,
  tableMain,
} from '../route/route';
import type { RouteGet, RouteInfo } from '../route-types';
import type { NetNamespace } from '../types';
import { deviceAt } from './links';

export type RouteRequest = Partial<RouteInfo> & Pick<RouteInfo, 'family' | 'destination'>;

export function routeList(ns: NetNamespace, family: InetFamily, table: number | undefined): RouteInfo[] {
  const fib = ns.fib(family);
  if (table !== undefined) {
    const one = fib.tables.get(table);
    if (!one && table !== tableMain && table !== tableLocal && family === 'inet')
      throw new SysError('ENOENT', 'ipv4: FIB table does not exist');
    return one?.list().map(routeInfo) ?? [];
  }
  return fib.listTables().flatMap((one) => one.list().map(routeInfo));
}

export function routeAdd(ns: NetNamespace, request: RouteRequest, mode: 'add' | 'replace' | 'append' | 'change'): void {
  const route = makeRoute(ns, request);
  const table = ns.fib(route.family).table(route.table);
  const same = table.at(route.prefix.address, route.prefix.length).filter((other) => other.metric === route.metric);
  const isSame = (other: Route) => sameHops(other, route) && other.type === route.type;
  if (mode === 'add' && same.length > 0) throw new SysError('EEXIST');
  if (mode === 'append' && same.some(isSame)) throw new SysError('EEXIST');
  if (mode === 'change' && same.length === 0) throw new SysError('ENOENT');
  if (mode === 'replace' || mode === 'change') for (const other of same.slice(0, 1)) table.delete(other);
  const merged =
    mode === 'append' && route.family === 'inet6'
      ? same.find((other) => other.nexthops.some(({ gateway }) => gateway !== null))
      : undefined;
  // IPv6 makes one multipath route of those that differ in their hop only.
  if (merged && route.nexthops.some(({ gateway }) => gateway !== null)) merged.nexthops.push(...route.nexthops);
  else table.add(route, mode === 'append' ? 'last' : 'first');
  ns.network.kernel.touch('routes');
}

/** ESRCH. */
export function routeDelete(ns: NetNamespace, request: RouteRequest): void {
  const prefix = prefixOf(request.family, request.destination);
  const table = ns.fib(request.family).tables.get(request.table ?? tableMain);
  const route = table?.at(prefix.address, prefix.length).find((one) => matchesRequest(ns, one, request));
  if (!table && request.family === 'inet') throw new SysError('ESRCH', 'FIB table does not exist');
  if (!table || !route) throw new SysError('ESRCH');
  table.delete(route);
  ns.network.kernel.touch('routes');
}

export function routeGet(
  ns: NetNamespace,
  family: InetFamily,
  to: string,
  { from, iif, oif, mark = 0, uid = 0 }: { from?: string; iif?: string; oif?: string; mark?: number; uid?: number },
): RouteGet {
  const destination = parseIp(to);
  if (destination === null || inetFamilyOf(destination) !== family) throw new SysError('EINVAL');
  const source = from === undefined ? null : parseIp(from);
  if (iif !== undefined) {
    const device = ns.devices.byName(iif);
    if (!device) throw new SysError('ENODEV');
    const result = wayOrThrow(ns.ways.lookup(destination, { source, iif, mark }));
    if (result.route.type === 'unicast' && !ns.sysctl.isForwarding(family === 'inet' ? 4 : 6, device))
      throw new SysError('EHOSTUNREACH');
    return answer(result.route, result.device, source ?? anyOf(family), result.nexthop.gateway, uid);
  }
  const bound = oif === undefined ? null : ns.devices.byName(oif);
  if (bound === undefined) throw new SysError('ENODEV');
  const way = ns.ways.to(destination, { source, device: bound, mark });
  const lookup = ns.ways.lookup(destination, { source, oif: oif ?? null, mark });
  const found = way.route ?? lookup.found?.route ?? plainRoute(family, destination);
  const route = isMulticast(destination)
    ? { ...found, type: 'multicast' as const }
    : way.isBroadcast
      ? { ...found, type: 'broadcast' as const }
      : found;
  return answer(route, way.device, way.source, way.gateway, uid);
}

function makeRoute(ns: NetNamespace, request: RouteRequest): Route {
  const { family } = request;
  const prefix = prefixOf(family, request.destination);
  const type = routeTypes.find((one) => one === (request.type ?? 'unicast'));
  if (type === undefined) throw new SysError('EINVAL');
  const nexthops = isRejecting(type) ? [] : hopsOf(ns, family, request);
  const [first] = nexthops;
  const source = request.source === undefined || request.source === null ? null : parseIp(request.source);
  if (source !== null && !ns.ways.isLocal(source)) throw new SysError('EINVAL', 'Invalid prefsrc address');
  const scope: RouteScope =
    request.scope ??
    (type === 'local'
      ? 'host'
      : type === 'unicast' && nexthops.every(({ gateway }) => gateway === null) && family === 'inet' && first
        ? 'link'
        : 'global');
  // An IPv6 route that rejects hangs on the loopback device.
  const hops =
    isRejecting(type) && family === 'inet6'
      ? [{ gateway: null, device: ns.loopback, weight: 1, onlink: false }]
      : nexthops;
  return {
    family,
    table: request.table ?? (type === 'local' || type === 'broadcast' ? tableLocal : tableMain),
    type,
    prefix,
    source,
    metric: request.metric ?? (family === 'inet6' ? 1024 : 0),
    protocol: request.protocol ?? 'boot',
    scope,
    nexthops: hops,
    mtu: request.mtu ?? null,
  };
}

function hopsOf(ns: NetNamespace, family: InetFamily, request: RouteRequest): NextHop[] {
  const onlink = request.flags?.includes('onlink') ?? false;
  const given = request.nexthops?.length
    ? request.nexthops
    : [{ gateway: request.gateway ?? null, device: request.device ?? 0, weight: 1 }];
  return given.map(({ gateway, device, weight }) => {
    const out = device === 0 ? null : deviceAt(ns, device);
    const via = gateway === null ? null : parseIp(gateway);
    if (gateway !== null && via === null) throw new SysError('EINVAL');
    if (via === null) {
      if (!out) throw new SysError(family === 'inet' ? 'ENODEV' : 'ENODEV');
      if (!out.up && request.type !== 'local')
        throw new SysError('ENETDOWN', family === 'inet' ? 'Device for nexthop is not up' : 'Nexthop device is not up');
      return { gateway: null, device: out, weight, onlink };
    }
    return { gateway: via, device: reach(ns, family, via, out, onlink), weight, onlink };
  });
}

/** By which device a gateway is reached: it has to be on a link. */
function reach(
  ns: NetNamespace,
  family: InetFamily,
  gateway: IpAddress,
  out: NetDevice | null,
  onlink: boolean,
): NetDevice {
  if (out && !out.up) throw new SysError('ENETDOWN', 'Nexthop device is not up');
  if (onlink) {
    if (!out) throw new SysError('EINVAL', 'Nexthop device required for onlink');
    return out;
  }
  if (family === 'inet6' && isLinkLocal(gateway)) {
    if (!out) throw new SysError('EINVAL', 'Egress device not specified');
    return out;
  }
  const { found } = ns.ways.lookup(gateway, { oif: out?.name ?? null });
  if (!found || found.nexthop.gateway !== null)
    throw new SysError(
      family === 'inet' ? 'ENETUNREACH' : 'EHOSTUNREACH',
      family === 'inet' ? 'Nexthop has invalid gateway' : '',
    );
  if (family === 'inet6' && found.route.type === 'local') {
    throw new SysError('EINVAL', 'Gateway can not be a local address');
  }
  if (family === 'inet6' && found.device.linkType === 'loopback') throw new SysError('EHOSTUNREACH', '');
  if (found.route.type !== 'unicast' && (family === 'inet6' || found.route.type !== 'local'))
    throw new SysError('EINVAL', family === 'inet' ? 'Nexthop has invalid gateway' : 'Invalid gateway address');
  if (out && found.device !== out)
    throw new SysError(
      family === 'inet' ? 'ENETUNREACH' : 'EHOSTUNREACH',
      family === 'inet' ? 'Nexthop has invalid gateway' : '',
    );
  return found.device;
}

export function prefixOf(family: InetFamily, text: string): IpPrefix {
  if (text === 'default') return { address: anyOf(family), length: 0 };
  const [addressText = ''] = text.split('/');
  const prefix = parsePrefix(text);
  if (!prefix || inetFamilyOf(prefix.address) !== family) throw new SysError('EINVAL');
  if (parseIp(addressText) !== prefix.address && family === 'inet')
    throw new SysError('EINVAL', 'Invalid prefix for given prefix length');
  return prefix;
}

function matchesRequest(ns: NetNamespace, route: Route, request: RouteRequest): boolean {
  if (request.type !== undefined && request.type !== route.type) return false;
  if (request.type === undefined && route.type === 'local' && (request.table ?? tableMain) !== tableLocal) return false;
  if (request.metric !== undefined && request.metric !== 0 && request.metric !== route.metric) return false;
  if (request.protocol !== undefined && request.protocol !== route.protocol) return false;
  if (request.scope !== undefined && request.scope !== route.scope) return false;
  if (
    request.source !== undefined &&
    request.source !== null &&
    (route.source === null || formatIp(route.source) !== request.source)
  )
    return false;
  if (
    request.device !== undefined &&
    request.device !== null &&
    !route.nexthops.some(({ device }) => device === deviceAt(ns, request.device ?? 0))
  )
    return false;
  if (request.gateway !== undefined && request.gateway !== null) {
    const via = parseIp(request.gateway);
    if (!route.nexthops.some(({ gateway }) => gateway === via)) return false;
  }
  return true;
}

function sameHops(a: Route, b: Route): boolean {
  return (
    a.nexthops.length === b.nexthops.length &&
    a.nexthops.every((hop, at) => hop.gateway === b.nexthops[at]?.gateway && hop.device === b.nexthops[at]?.device)
  );
}

export function routeInfo(route: Route): RouteInfo {
  const { nexthops } = route;
  const [first] = nexthops;
  const single = nexthops.length === 1 ? first : undefined;
  const flags = single ? [...hopFlags(single, route), ...(single.onlink ? ['onlink'] : [])] : [];
  return {
    family: route.family,
    table: route.table,
    type: route.type,
    destination:
      route.prefix.length === (route.family === 'inet' ? 32 : 128) ? formatIp(route.prefix.address) : routeText(route),
    gateway: single?.gateway === undefined || single.gateway === null ? null : formatIp(single.gateway),
    device: single?.device?.index ?? null,
    source: route.source === null ? null : formatIp(route.source),
    metric: route.metric,
    protocol: route.protocol,
    scope: route.scope,
    nexthops:
      nexthops.length > 1
        ? nexthops.map((hop) => ({
            gateway: hop.gateway === null ? null : formatIp(hop.gateway),
            device: hop.device?.index ?? 0,
            weight: hop.weight,
            flags: hopFlags(hop, route),
          }))
        : [],
    flags,
    ...(route.mtu === null ? {} : { mtu: route.mtu }),
  };
}

function hopFlags({ device }: NextHop, route: Route): string[] {
  if (!device || route.type === 'local') return [];
  if (!device.up) return ['dead', 'linkdown'];
  return device.carrier ? [] : ['linkdown'];
}

function plainRoute(family: InetFamily, destination: IpAddress): Route {
  return {
    family,
    table: tableMain,
    type: 'unicast',
    prefix: { address: destination, length: family === 'inet' ? 32 : 128 },
    source: null,
    metric: 0,
    protocol: 'boot',
    scope: 'global',
    nexthops: [],
    mtu: null,
  };
}

function answer(route: Route, device: NetDevice, source: IpAddress, gateway: IpAddress | null, uid: number): RouteGet {
  return {
    route: routeInfo(route),
    source: formatIp(source),
    device: device.index,
    gateway: gateway === null ? null : formatIp(gateway),
    uid,
  };
}
