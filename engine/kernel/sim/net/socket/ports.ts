/** Which ports of a protocol are taken (bind(2); inet_csk_get_port, udp_lib_get_port). */
import { SysError } from '../../abi/errno';
import type { IpAddress } from '../address/ip';
import type { NetNamespace } from '../types';
import { boundClash } from './inet-address';

/** Whoever holds a port. */
export interface PortHolder {
  readonly boundAddress: IpAddress;
  readonly isV6Only: boolean;
  readonly boundTo: string;
  /** It lets others have it too (SO_REUSEADDR, and of TCP: it does not listen). */
  readonly sharesPort: boolean;
  /** SO_REUSEPORT. */
  readonly sharesAll: boolean;
}

export class PortTable {
  readonly #holders = new Map<number, Set<PortHolder>>();

  constructor(private readonly ns: NetNamespace) {}

  at(port: number): Iterable<PortHolder> {
    return this.#holders.get(port) ?? [];
  }

  /** EADDRINUSE. */
  take(port: number, holder: PortHolder): void {
    if (!this.isFree(port, holder)) throw new SysError('EADDRINUSE');
    this.hold(port, holder);
  }

  /** Without asking: a connection that was accepted shares its listener's. */
  hold(port: number, holder: PortHolder): void {
    const holders = this.#holders.get(port) ?? new Set();
    holders.add(holder);
    this.#holders.set(port, holders);
  }

  give(port: number, holder: PortHolder): void {
    const holders = this.#holders.get(port);
    holders?.delete(holder);
    if (holders?.size === 0) this.#holders.delete(port);
  }

  isFree(port: number, holder: PortHolder): boolean {
    for (const other of this.#holders.get(port) ?? []) if (clash(holder, other)) return false;
    return true;
  }

  /** One of `net.ipv4.ip_local_port_range` for which `accept` answers true. EADDRINUSE when there is none. */
  takeFree(accept: (port: number) => boolean): number {
    const [low = 32768, high = 60999] = this.ns.sysctl.read('ipv4/ip_local_port_range').split('\t').map(Number);
    const count = high - low + 1;
    const start = this.ns.network.kernel.random.below(count);
    // Even numbers first: they are connect(2)'s in Linux.
    for (let step = 0; step < count; step++) {
      const port = low + ((start + step) % count);
      if (accept(port)) return port;
    }
    throw new SysError('EADDRINUSE');
  }
}

function clash(a: PortHolder, b: PortHolder): boolean {
  if (a === b) return false;
  if (a.boundTo !== '' && b.boundTo !== '' && a.boundTo !== b.boundTo) return false;
  if (!boundClash(a.boundAddress, a.isV6Only, b.boundAddress, b.isV6Only)) return false;
  if (a.sharesPort && b.sharesPort) return false;
  return !(a.sharesAll && b.sharesAll);
}
