/** Adds and removes addresses (devinet.c, addrconf.c), and what setting a device up or down does to them. */
import { SysError } from '../../abi/errno';
import { type IpAddress, isLinkLocal, isLoopback, loopbackV4, loopbackV6, networkOf } from '../address/ip';
import { linkLocalOf } from '../address/mac';
import type { NetDevice } from '../device/device';
import type { Route, RouteScope } from '../route/route';
import type { NetNamespace } from '../types';
import { AutomaticRoutes, isDead, usesDevice } from './automatic-routes';
import { type IfAddress, sameNetwork } from './if-address';

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
  readonly #routes: AutomaticRoutes;

  constructor(private readonly ns: NetNamespace) {
    this.#routes = new AutomaticRoutes(ns);
  }

  /** EEXIST, EINVAL, EACCES (disable_ipv6). */
  add(device: NetDevice, request: AddressRequest): IfAddress {
    const entry = typeof request.address === 'number' ? this.#newV4(device, request) : this.#newV6(device, request);
    this.ns.addresses.insert(entry);
    this.ns.network.kernel.touch('addresses', 'routes');
    if (typeof entry.address === 'number') this.#routes.addV4(entry);
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
      this.#routes.removeV4(entry);
      // Without promote_secondaries, the others of the network go with the first.
      if (!entry.secondary) {
        for (const other of this.ns.addresses.v4(device).filter((one) => one.secondary && sameNetwork(one, entry))) {
          this.remove(other);
        }
      }
      if (this.ns.addresses.v4(device).length === 0) this.#routes.drop('inet', (route) => usesDevice(route, device));
    } else {
      this.#routes.removeV6(entry);
    }
  }

  deviceUp(device: NetDevice): void {
    if (device.linkType === 'loopback') {
      if (this.ns.addresses.v4(device).length === 0)
        this.add(device, { address: loopbackV4, prefix: 8, scope: 'host', broadcast: null });
      else for (const entry of this.ns.addresses.v4(device)) this.#routes.addV4(entry);
      if (this.ns.addresses.v6(device).length === 0 && !this.#v6IsOff(device)) {
        this.add(device, { address: loopbackV6, prefix: 128, scope: 'host', noDad: true });
      }
      return;
    }
    for (const entry of this.ns.addresses.v4(device)) this.#routes.addV4(entry);
    this.linkReady(device);
  }

  /** It is up and has carrier: IPv6 gives itself a link-local address. */
  linkReady(device: NetDevice): void {
    if (!device.up || !device.carrier || device.linkType !== 'ether' || this.#v6IsOff(device)) return;
    for (const entry of this.ns.addresses.v6(device))
      if (entry.tentative && entry.timer === null) this.#startDad(entry);
    this.#routes.addMulticast(device);
    if (this.ns.sysctl.deviceNumber(6, device, 'addr_gen_mode') === 1) return;
    if (device.hasNoGeneratedAddress) return;
    const address = linkLocalOf(device.mac);
    if (this.ns.addresses.v6(device).some((entry) => isLinkLocal(entry.address))) return;
    this.add(device, { address, prefix: 64, scope: 'link' }).automatic = true;
  }

  deviceDown(device: NetDevice): void {
    const gone = (route: Route) => route.type !== 'local' && isDead(route);
    this.#routes.drop('inet', gone);
    for (const entry of this.ns.addresses.v6(device)) this.remove(entry);
    this.#routes.drop('inet6', (route) => usesDevice(route, device));
    this.ns.neighbours.flush(device);
    this.ns.network.kernel.touch('routes');
  }

  /** The device leaves the namespace: nothing of it stays. */
  deviceGone(device: NetDevice): void {
    for (const entry of [...this.ns.addresses.v4(device), ...this.ns.addresses.v6(device)]) {
      if (this.ns.addresses.find(device, entry.address) === entry) this.remove(entry);
    }
    const gone = (route: Route) => usesDevice(route, device);
    this.#routes.drop('inet', gone);
    this.#routes.drop('inet6', gone);
    this.ns.neighbours.flush(device);
  }

  /** disable_ipv6 was written. */
  ipv6Changed(device: NetDevice): void {
    if (this.#v6IsOff(device)) {
      for (const entry of this.ns.addresses.v6(device)) this.remove(entry);
      this.#routes.drop('inet6', (route) => usesDevice(route, device));
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

  #beginV6(entry: IfAddress, noDad: boolean): void {
    const { device } = entry;
    if (device.up && device.linkType !== 'loopback') this.#routes.addMulticast(device);
    this.#routes.addNetworkV6(entry);
    if (!entry.tentative || noDad) this.#completeV6(entry);
    else if (device.up && device.carrier) this.#startDad(entry);
  }

  #startDad(entry: IfAddress): void {
    if (typeof entry.address === 'bigint') this.ns.ndisc.probe(entry.device, entry.address, entry);
    entry.timer = this.ns.network.kernel.after(dadNs, () => {
      entry.timer = null;
      this.#completeV6(entry);
    });
  }

  #completeV6(entry: IfAddress): void {
    entry.tentative = false;
    this.#routes.addLocalV6(entry);
    this.ns.network.kernel.touch('addresses', 'routes');
  }

  #v6IsOff(device: NetDevice): boolean {
    return this.ns.sysctl.deviceNumber(6, device, 'disable_ipv6') === 1 || device.mtu < 1280;
  }
}
