/** Smaller MTUs on the way to somewhere, as ICMP told (RFC 1191, RFC 8201). */
import type { IpAddress } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { NetNamespace } from '../types';

/** net.ipv4.route.min_pmtu, and the least that IPv6 asks of a link. */
const least = { inet: 552, inet6: 1280 };
/** net.ipv4.route.mtu_expires. */
const expiryNs = 600e9;

export class PathMtus {
  readonly #known = new Map<IpAddress, { mtu: number; until: number }>();

  constructor(private readonly ns: NetNamespace) {}

  of(destination: IpAddress, device: NetDevice): number {
    const known = this.#known.get(destination);
    if (!known) return device.mtu;
    if (known.until > this.ns.network.kernel.now) return Math.min(known.mtu, device.mtu);
    this.#known.delete(destination);
    return device.mtu;
  }

  learn(destination: IpAddress, mtu: number): void {
    const bottom = typeof destination === 'number' ? least.inet : least.inet6;
    this.#known.set(destination, { mtu: Math.max(bottom, mtu), until: this.ns.network.kernel.now + expiryNs });
  }
}
