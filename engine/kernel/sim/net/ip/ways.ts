/**
 * How to get to an address from one namespace, both families: which route, device, source and gateway (fib_frontend.c,
 * route.c).
 */
import { SysError } from '../../abi/errno';
import { type IpAddress, inetFamilyOf, isAny, isMulticast, limitedBroadcast } from '../address/ip';
import type { NetDevice } from '../device/device';
import { type Lookup, type RouteResult, wayOrThrow } from '../route/fib';
import { type Route, tableLocal } from '../route/route';
import type { NetNamespace } from '../types';

/** Where something that is sent from here goes. */
export interface OutputWay {
  /** Null for multicast and whatever is bound to a device without a route. */
  route: Route | null;
  device: NetDevice;
  /** What the packet leaves from. */
  source: IpAddress;
  /** Null: the destination itself. */
  gateway: IpAddress | null;
  isLocal: boolean;
  isBroadcast: boolean;
}

interface LookupOptions {
  source?: IpAddress | null;
  iif?: string;
  oif?: string | null;
  mark?: number;
}

export class Ways {
  constructor(private readonly ns: NetNamespace) {}

  lookup(destination: IpAddress, { source = null, iif = 'lo', oif = null, mark = 0 }: LookupOptions = {}): Lookup {
    return this.ns.fib(inetFamilyOf(destination)).lookup({ destination, source, iif, oif, mark });
  }

  /** Is it an address of this namespace? */
  isLocal(address: IpAddress): boolean {
    return this.#typeIn(address) === 'local';
  }

  isBroadcast(address: IpAddress): boolean {
    return address === limitedBroadcast || this.#typeIn(address) === 'broadcast';
  }

  /** How to get to `destination` from here. ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL, EADDRNOTAVAIL. */
  to(
    destination: IpAddress,
    options: { source?: IpAddress | null; device?: NetDevice | null; mark?: number } = {},
  ): OutputWay {
    const { source = null, device = null, mark = 0 } = options;
    const to = destination === 0 ? 0x7f000001 : destination === 0n ? 1n : destination;
    if (
      source !== null &&
      !isAny(source) &&
      typeof source === 'number' &&
      !this.isLocal(source) &&
      !this.ns.sysctl.number('ipv4/ip_nonlocal_bind')
    ) {
      throw new SysError('ENETUNREACH');
    }
    if (device && (isMulticast(to) || to === limitedBroadcast)) {
      return this.#onLink(to, device, source);
    }
    const lookup = this.lookup(to, { source, oif: device?.name ?? null, mark });
    if (!lookup.found && device && lookup.errno === 'ENETUNREACH' && lookup.route === null && typeof to === 'number') {
      // Bound to a device: whatever is asked for is taken to be on its link.
      if (device.up) return this.#onLink(to, device, source);
    }
    if (!lookup.found && typeof to === 'bigint' && source === null) return this.#onceMore(to, device, mark);
    return this.by(wayOrThrow(lookup), to, source);
  }

  /** IPv6 chooses what it would be sent from even where there is no way, and asks again with that (ip6_dst_lookup_tail). */
  #onceMore(to: bigint, device: NetDevice | null, mark: number): OutputWay {
    const from = this.#select(device ?? this.ns.loopback, to);
    if (from === null) throw new SysError('EADDRNOTAVAIL');
    return this.by(wayOrThrow(this.lookup(to, { source: from, oif: device?.name ?? null, mark })), to, from);
  }

  /** The same for a socket that connects: once its source is known, IPv4 asks again, and rules may say something else then. */
  toConnect(destination: IpAddress, options: { source: IpAddress | null; device: NetDevice | null; mark: number }) {
    const way = this.to(destination, options);
    const asksAgain = options.source === null && typeof destination === 'number' && way.source !== 0;
    return asksAgain ? this.to(destination, { ...options, source: way.source }) : way;
  }

  #typeIn(address: IpAddress): string | null {
    const found = this.ns
      .fib(inetFamilyOf(address))
      .tables.get(tableLocal)
      ?.find(address, () => true);
    return found?.type ?? null;
  }

  #onLink(to: IpAddress, device: NetDevice, source: IpAddress | null): OutputWay {
    if (!device.up) throw new SysError('ENETUNREACH');
    const chosen = source ?? this.#select(device, to);
    const isLocal = this.isLocal(to);
    return {
      route: null,
      device: isLocal ? this.ns.loopback : device,
      source: chosen ?? (typeof to === 'number' ? 0 : 0n),
      gateway: null,
      isLocal,
      isBroadcast: to === limitedBroadcast,
    };
  }

  #select(device: NetDevice, to: IpAddress): IpAddress | null {
    const all = this.ns.devices.all();
    return typeof to === 'number'
      ? this.ns.addresses.selectV4(device, to, all)
      : this.ns.addresses.selectV6(device, to, all);
  }

  /** By a route that was found. EADDRNOTAVAIL. */
  by({ route, nexthop, device }: RouteResult, to: IpAddress, source: IpAddress | null): OutputWay {
    const isLocal = route.type === 'local';
    // To many, by whatever device the default route has, but through no gateway.
    const isToMany = to === limitedBroadcast || (isMulticast(to) && route.prefix.length < 4);
    const gateway = isToMany ? null : nexthop.gateway;
    const chosen =
      source ?? route.source ?? (isLocal ? to : this.#select(device, typeof to === 'number' ? (gateway ?? to) : to));
    if (chosen === null && typeof to === 'bigint') throw new SysError('EADDRNOTAVAIL');
    return {
      route,
      device: isLocal ? this.ns.loopback : device,
      source: chosen ?? 0,
      gateway,
      isLocal,
      isBroadcast: route.type === 'broadcast' || to === limitedBroadcast,
    };
  }
}
