/**
 * The routes that come and go with addresses: the local one, the network's, the broadcast one (fib_frontend.c: fib_add_ifaddr;
 * addrconf.c).
 */
import {
  broadcastOf,
  type InetFamily,
  type IpAddress,
  type IpPrefix,
  limitedBroadcast,
  networkOf,
} from '../address/ip';
import type { NetDevice } from '../device/device';
import { type Route, type RouteScope, type RouteType, tableLocal, tableMain } from '../route/route';
import type { NetNamespace } from '../types';
import { type IfAddress, sameNetwork } from './if-address';

interface AutomaticRoute {
  type: RouteType;
  prefix: IpPrefix;
  table: number;
  device: NetDevice;
  metric: number;
  scope: RouteScope;
  source: IpAddress | null;
}

export class AutomaticRoutes {
  constructor(private readonly ns: NetNamespace) {}

  addMulticast(device: NetDevice): void {
    const multicast: IpPrefix = { address: 0xffn << 120n, length: 8 };
    if (
      this.ns.fib6
        .table(tableLocal)
        .at(multicast.address, 8)
        .every((route) => !usesDevice(route, device))
    ) {
      this.#put('inet6', {
        type: 'multicast',
        prefix: multicast,
        table: tableLocal,
        device,
        metric: 256,
        scope: 'global',
        source: null,
      });
    }
  }

  addV4(entry: IfAddress): void {
    const { device, address, prefix, peer, broadcast } = entry;
    if (typeof address !== 'number' || typeof peer !== 'number') return;
    const source = this.#primaryOf(entry);
    const host = (type: RouteType, to: number, scope: RouteScope) =>
      this.#put('inet', {
        type,
        prefix: { address: to, length: 32 },
        table: tableLocal,
        device,
        metric: 0,
        scope,
        source,
      });
    host('local', address, 'host');
    if (!device.up) return;
    if (broadcast !== null && broadcast !== limitedBroadcast) host('broadcast', broadcast, 'link');
    const network = Number(networkOf(peer, prefix));
    if (entry.secondary || network === 0 || (prefix === 32 && network === address)) return;
    const isLo = device.linkType === 'loopback';
    if (!entry.noPrefixRoute) {
      this.#put('inet', {
        type: isLo ? 'local' : 'unicast',
        prefix: { address: network, length: prefix },
        table: isLo ? tableLocal : tableMain,
        device,
        metric: entry.metric,
        scope: isLo ? 'host' : 'link',
        source,
      });
    }
    if (prefix < 31) host('broadcast', broadcastOf(network, prefix), 'link');
  }

  removeV4(entry: IfAddress): void {
    const { device, address, prefix, peer, broadcast } = entry;
    if (typeof address !== 'number' || typeof peer !== 'number') return;
    const others = this.ns.addresses.v4(device);
    const drop = (type: RouteType, to: number, length: number, table: number) =>
      this.#dropAt('inet', table, { address: to, length }, (route) => route.type === type && usesDevice(route, device));
    if (!others.some((other) => other.address === address)) drop('local', address, 32, tableLocal);
    if (broadcast !== null && !others.some((other) => other.broadcast === broadcast))
      drop('broadcast', broadcast, 32, tableLocal);
    if (entry.secondary) return;
    const network = Number(networkOf(peer, prefix));
    const isLo = device.linkType === 'loopback';
    drop(isLo ? 'local' : 'unicast', network, prefix, isLo ? tableLocal : tableMain);
    if (prefix < 31) drop('broadcast', broadcastOf(network, prefix), 32, tableLocal);
  }

  #primaryOf(entry: IfAddress): IpAddress {
    if (!entry.secondary) return entry.address;
    const primary = this.ns.addresses.v4(entry.device).find((other) => !other.secondary && sameNetwork(other, entry));
    return primary?.address ?? entry.address;
  }

  addNetworkV6({ device, prefix, peer, metric, noPrefixRoute }: IfAddress): void {
    if (noPrefixRoute || prefix === 128) return;
    this.#putOnce('inet6', {
      type: 'unicast',
      prefix: { address: networkOf(peer, prefix), length: prefix },
      table: tableMain,
      device,
      metric: metric === 0 ? 256 : metric,
      scope: 'global',
      source: null,
    });
  }

  addLocalV6({ device, address }: IfAddress): void {
    this.#putOnce('inet6', {
      type: 'local',
      prefix: { address, length: 128 },
      table: tableLocal,
      device,
      metric: 0,
      scope: 'global',
      source: null,
    });
  }

  removeV6(entry: IfAddress): void {
    const { device, address, prefix, peer } = entry;
    this.#dropAt('inet6', tableLocal, { address, length: 128 }, (route) => usesDevice(route, device));
    const shared = this.ns.addresses.v6(device).some((other) => sameNetwork(other, entry));
    if (shared || prefix === 128) return;
    const network = { address: networkOf(peer, prefix), length: prefix };
    this.#dropAt('inet6', tableMain, network, (route) => route.protocol === 'kernel' && usesDevice(route, device));
  }

  #putOnce(family: InetFamily, wanted: AutomaticRoute): void {
    const { address, length } = wanted.prefix;
    const there = this.ns.fib(family).table(wanted.table).at(address, length);
    if (!there.some((route) => route.metric === wanted.metric && usesDevice(route, wanted.device)))
      this.#put(family, wanted);
  }

  #put(family: InetFamily, { type, prefix, table, device, metric, scope, source }: AutomaticRoute): void {
    const same = this.ns.fib(family).table(table).at(prefix.address, prefix.length);
    if (
      same.some((one) => one.type === type && one.metric === metric && usesDevice(one, device) && one.source === source)
    )
      return;
    const nexthops = [{ gateway: null, device, weight: 1, onlink: false }];
    const route: Route = {
      family,
      table,
      type,
      prefix,
      source,
      metric,
      protocol: 'kernel',
      scope,
      nexthops,
      mtu: null,
    };
    this.ns.fib(family).table(table).add(route, 'last');
  }

  #dropAt(family: InetFamily, table: number, { address, length }: IpPrefix, matches: (route: Route) => boolean): void {
    const routes = this.ns.fib(family).table(table);
    for (const route of [...routes.at(address, length)]) if (matches(route)) routes.delete(route);
  }

  drop(family: InetFamily, matches: (route: Route) => boolean): void {
    for (const table of this.ns.fib(family).tables.values()) {
      for (const route of table.list()) if (matches(route)) table.delete(route);
    }
  }
}

export function usesDevice(route: Route, device: NetDevice): boolean {
  return route.nexthops.some((hop) => hop.device === device);
}

export function isDead(route: Route): boolean {
  return route.nexthops.length > 0 && route.nexthops.every(({ device }) => device === null || !device.up);
}
