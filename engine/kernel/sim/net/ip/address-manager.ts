/**
 * Adds and removes addresses, with the routes that come and go with them: the local one, the network's, the broadcast
 * one (fib_frontend.c: fib_add_ifaddr; addrconf.c). Also what setting a device up or down does to all of that.
 */
import { SysError } from '../../abi/errno';
import {
  broadcastOf,
  type InetFamily,
  type IpAddress,
  type IpPrefix,
  inetFamilyOf,
  isLinkLocal,
  isLoopback,
  limitedBroadcast,
  loopbackV4,
  loopbackV6,
  networkOf,
} from '../address/ip';
import { linkLocalOf } from '../address/mac';
import type { NetDevice } from '../device/device';
import { type Route, type RouteScope, type RouteType, tableLocal, tableMain } from '../route/route';
import type { NetNamespace } from '../types';
import type { IfAddress } from './if-address';

const dadNs = 1_000_000_000;

export interface AddressRequest {
  address: IpAddress;
  prefix: number;
  peer?: IpAddress | undefined;
  broadcast?: number | null | undefined;
  label?: string | undefined;
  scope?: RouteScope | undefined;
  noPrefixRoute?: boolean | undefined;
  noDad?: boolean | undefined;
  metric?: number | undefined;
  /** Seconds from now. */
  validLifetime?: number | null | undefined;
  preferredLifetime?: number | null | undefined;
}

export class AddressManager {
  constructor(private readonly ns: NetNamespace) {}

  /** EEXIST, EINVAL, EACCES (disable_ipv6). */
  add(device: NetDevice, request: AddressRequest): IfAddress {
    const entry = typeof request.address === 'number' ? this.#newV4(device, request) : this.#newV6(device, request);
    this.ns.addresses.insert(entry);
    this.ns.network.kernel.touch('addresses', 'routes');
    if (typeof entry.address === 'number') this.#routesV4(entry);
    else this.#beginV6(entry, request.noDad ?? false);
    this.#expireLater(entry);
    return entry;
  }

  remove(entry: IfAddress): void {
    const { device, address } = entry;
    entry.timer?.cancel();
    this.ns.addresses.remove(entry);
    this.ns.network.kernel.touch('addresses', 'routes');
    if (typeof address === 'number') {
      this.#unrouteV4(entry);
      // Without promote_secondaries, the others of the network go with the first.
      if (!entry.secondary) {
        for (const other of this.ns.addresses.v4(device).filter((one) => one.secondary && sameNetwork(one, entry))) {
          this.remove(other);
        }
      }
      if (this.ns.addresses.v4(device).length === 0) this.#dropRoutes('inet', (route) => usesDevice(route, device));
    } else {
      this.#unrouteV6(entry);
    }
  }

  deviceUp(device: NetDevice): void {
    if (device.linkType === 'loopback') {
      if (this.ns.addresses.v4(device).length === 0)
        this.add(device, { address: loopbackV4, prefix: 8, scope: 'host', broadcast: null });
      else for (const entry of this.ns.addresses.v4(device)) this.#routesV4(entry);
      if (this.ns.addresses.v6(device).length === 0 && !this.#v6IsOff(device)) {
        this.add(device, { address: loopbackV6, prefix: 128, scope: 'host', noDad: true });
      }
      return;
    }
    for (const entry of this.ns.addresses.v4(device)) this.#routesV4(entry);
    this.linkReady(device);
  }

  /** It is up and has carrier: IPv6 gives itself a link-local address. */
  linkReady(device: NetDevice): void {
    if (!device.up || !device.carrier || device.linkType !== 'ether' || this.#v6IsOff(device)) return;
    for (const entry of this.ns.addresses.v6(device))
      if (entry.tentative && entry.timer === null) this.#startDad(entry);
    this.#multicastRoute(device);
    if (this.ns.sysctl.deviceNumber(6, device, 'addr_gen_mode') === 1) return;
    if (device.hasNoGeneratedAddress) return;
    const address = linkLocalOf(device.mac);
    if (this.ns.addresses.v6(device).some((entry) => isLinkLocal(entry.address))) return;
    this.add(device, { address, prefix: 64, scope: 'link' }).automatic = true;
  }

  #multicastRoute(device: NetDevice): void {
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

  deviceDown(device: NetDevice): void {
    const gone = (route: Route) => route.type !== 'local' && isDead(route);
    this.#dropRoutes('inet', gone);
    for (const entry of this.ns.addresses.v6(device)) this.remove(entry);
    this.#dropRoutes('inet6', (route) => usesDevice(route, device));
    this.ns.neighbours.flush(device);
    this.ns.network.kernel.touch('routes');
  }

  /** The device leaves the namespace: nothing of it stays. */
  deviceGone(device: NetDevice): void {
    for (const entry of [...this.ns.addresses.v4(device), ...this.ns.addresses.v6(device)]) {
      if (this.ns.addresses.find(device, entry.address) === entry) this.remove(entry);
    }
    const gone = (route: Route) => usesDevice(route, device);
    this.#dropRoutes('inet', gone);
    this.#dropRoutes('inet6', gone);
    this.ns.neighbours.flush(device);
  }

  /** disable_ipv6 was written. */
  ipv6Changed(device: NetDevice): void {
    if (this.#v6IsOff(device)) {
      for (const entry of this.ns.addresses.v6(device)) this.remove(entry);
      this.#dropRoutes('inet6', (route) => usesDevice(route, device));
    } else if (device.up) this.deviceUp(device);
  }

  /** Another host answered for a tentative address. */
  dadFailed(entry: IfAddress): void {
    entry.timer?.cancel();
    entry.timer = null;
    entry.dadFailed = true;
    this.ns.network.kernel.touch('addresses');
  }

  #newV4(device: NetDevice, request: AddressRequest): IfAddress {
    const { prefix } = request;
    const address = Number(request.address);
    const peer = Number(request.peer ?? address);
    if (prefix > 32) throw new SysError('EINVAL', 'ipv4: Invalid prefix length');
    const same = this.ns.addresses
      .v4(device)
      .filter((other) => other.prefix === prefix && networkOf(other.peer, prefix) === networkOf(peer, prefix));
    if (same.some((other) => other.address === address))
      throw new SysError('EEXIST', 'ipv4: Address already assigned.');
    const scope = request.scope ?? 'global';
    if (same.some((other) => other.scope !== scope)) throw new SysError('EINVAL', 'ipv4: Invalid scope value.');
    return {
      ...this.#common(device, request),
      address,
      peer,
      broadcast: request.broadcast ?? null,
      scope,
      secondary: same.length > 0,
      tentative: false,
    };
  }

  #newV6(device: NetDevice, request: AddressRequest): IfAddress {
    const { address, prefix } = request;
    if (this.#v6IsOff(device)) throw new SysError('EACCES', 'ipv6: IPv6 is disabled on this device.');
    if (prefix > 128) throw new SysError('EINVAL', 'ipv6: Invalid prefix length');
    if (isLoopback(address) && device.linkType !== 'loopback') {
      throw new SysError('EADDRNOTAVAIL', 'ipv6: Cannot assign loopback address on this device');
    }
    if (this.ns.addresses.find(device, address)) throw new SysError('EEXIST', 'ipv6: address already assigned.');
    const scope = isLoopback(address) ? 'host' : isLinkLocal(address) ? 'link' : 'global';
    const tentative = !(request.noDad ?? false) && device.linkType === 'ether' && !device.isArpOff;
    return {
      ...this.#common(device, request),
      address,
      peer: request.peer ?? address,
      broadcast: null,
      scope,
      secondary: false,
      tentative,
    };
  }

  #common(device: NetDevice, request: AddressRequest) {
    const { now } = this.ns.network.kernel;
    const until = (seconds: number | null | undefined) =>
      seconds === null || seconds === undefined ? null : now + seconds * 1e9;
    return {
      device,
      prefix: request.prefix,
      label: request.label ?? device.name,
      dadFailed: false,
      noPrefixRoute: request.noPrefixRoute ?? false,
      noDad: (request.noDad ?? false) && device.linkType !== 'loopback',
      metric: request.metric ?? 0,
      validUntil: until(request.validLifetime),
      preferredUntil: until(request.preferredLifetime),
      timer: null,
      automatic: false,
    };
  }

  #expireLater(entry: IfAddress): void {
    if (entry.validUntil === null) return;
    const { kernel } = this.ns.network;
    kernel.after(entry.validUntil - kernel.now, () => {
      if (this.ns.addresses.find(entry.device, entry.address) === entry) this.remove(entry);
    });
  }

  #routesV4(entry: IfAddress): void {
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

  #unrouteV4(entry: IfAddress): void {
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

  #beginV6(entry: IfAddress, noDad: boolean): void {
    const { device, prefix, peer } = entry;
    if (device.up && device.linkType !== 'loopback') this.#multicastRoute(device);
    if (!entry.noPrefixRoute && prefix < 128) {
      this.#putOnce('inet6', {
        type: 'unicast',
        prefix: { address: networkOf(peer, prefix), length: prefix },
        table: tableMain,
        device,
        metric: entry.metric === 0 ? 256 : entry.metric,
        scope: 'global',
        source: null,
      });
    }
    if (!entry.tentative || noDad) this.#completeV6(entry);
    else if (device.up && device.carrier) this.#startDad(entry);
  }

  #startDad(entry: IfAddress): void {
    if (typeof entry.address === 'bigint') this.ns.ndisc.probe(entry.device, entry.address);
    entry.timer = this.ns.network.kernel.after(dadNs, () => {
      entry.timer = null;
      this.#completeV6(entry);
    });
  }

  #completeV6(entry: IfAddress): void {
    const { device, address } = entry;
    entry.tentative = false;
    this.#putOnce('inet6', {
      type: 'local',
      prefix: { address, length: 128 },
      table: tableLocal,
      device,
      metric: 0,
      scope: 'global',
      source: null,
    });
    this.ns.network.kernel.touch('addresses', 'routes');
  }

  #unrouteV6(entry: IfAddress): void {
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

  #dropRoutes(family: InetFamily, matches: (route: Route) => boolean): void {
    for (const table of this.ns.fib(family).tables.values()) {
      for (const route of table.list()) if (matches(route)) table.delete(route);
    }
  }

  #v6IsOff(device: NetDevice): boolean {
    return this.ns.sysctl.deviceNumber(6, device, 'disable_ipv6') === 1 || device.mtu < 1280;
  }
}

interface AutomaticRoute {
  type: RouteType;
  prefix: IpPrefix;
  table: number;
  device: NetDevice;
  metric: number;
  scope: RouteScope;
  source: IpAddress | null;
}

export function usesDevice(route: Route, device: NetDevice): boolean {
  return route.nexthops.some((hop) => hop.device === device);
}

function isDead(route: Route): boolean {
  return route.nexthops.length > 0 && route.nexthops.every(({ device }) => device === null || !device.up);
}

function sameNetwork(a: IfAddress, b: IfAddress): boolean {
  return (
    a.prefix === b.prefix &&
    inetFamilyOf(a.peer) === inetFamilyOf(b.peer) &&
    networkOf(a.peer, a.prefix) === networkOf(b.peer, b.prefix)
  );
}
