/**
 * How many errors one host is told of (icmp(7), icmp_ratelimit; kernel: inet_peer_xrlim_allow, ip_error). A peer has time to
 * its credit, which grows as it passes; an error takes from it.
 */
import type { Nanoseconds } from '../../sched/blocking';
import type { IpAddress } from '../address/ip';
import type { NetNamespace } from '../types';

const nsPerMs = 1_000_000;
/** What a peer that was never heard of begins with. */
const initialMs = 60_000;
/** XRLIM_BURST_FACTOR */
const burstFactor = 6;
/** net.ipv4.route.error_cost and error_burst. */
const noRouteCostMs = 1_000;
const noRouteBurstMs = 5_000;
/** More are not remembered; the oldest is forgotten first. */
const maxPeers = 4_096;

interface Peer {
  creditMs: number;
  since: Nanoseconds;
}

export class IcmpLimit {
  readonly #peers = new Map<IpAddress, Peer>();

  constructor(private readonly ns: NetNamespace) {}

  /** Whether `to` may be told now that there is no way for what it has sent. Counts beside `allows`. */
  allowsNoRoute(to: IpAddress): boolean {
    if (typeof to !== 'number') return true;
    const peer = this.#peer(to);
    this.#take(peer, noRouteBurstMs);
    if (peer.creditMs < noRouteCostMs) return false;
    peer.creditMs -= noRouteCostMs;
    return true;
  }

  /** `prefix`: length of the route it goes by, of which IPv6 gives shorter ones more. */
  allows(to: IpAddress, type: number, code: number, prefix: number): boolean {
    const isV4 = typeof to === 'number';
    if (!(isV4 ? this.#limits4(type, code) : this.#limits6(type))) return true;
    const set = this.ns.sysctl.number(isV4 ? 'ipv4/icmp_ratelimit' : 'ipv6/icmp/ratelimit');
    const costMs = isV4 || prefix >= 128 ? set : set >> ((128 - prefix) >> 5);
    const peer = this.#peer(to);
    this.#take(peer, burstFactor * costMs);
    if (peer.creditMs < costMs) return false;
    peer.creditMs -= costMs;
    return true;
  }

  /** A path's MTU has to be told of always. */
  #limits4(type: number, code: number): boolean {
    if (type > 18 || (type === 3 && code === 4)) return false;
    return ((this.ns.sysctl.number('ipv4/icmp_ratemask') >> type) & 1) === 1;
  }

  #limits6(type: number): boolean {
    if (type >= 128 || type === 2) return false;
    return this.ns.sysctl
      .read('ipv6/icmp/ratemask')
      .split(',')
      .some((range) => {
        const [first = '', last = first] = range.split('-');
        return first !== '' && type >= Number(first) && type <= Number(last);
      });
  }

  /** Adds what has grown since, up to `mostMs`. */
  #take(peer: Peer, mostMs: number): void {
    const { now } = this.ns.network.kernel;
    peer.creditMs = Math.min(mostMs, peer.creditMs + (now - peer.since) / nsPerMs);
    peer.since = now;
  }

  #peer(address: IpAddress): Peer {
    const known = this.#peers.get(address);
    if (known) return known;
    const [oldest] = this.#peers.keys();
    if (oldest !== undefined && this.#peers.size >= maxPeers) this.#peers.delete(oldest);
    const made = { creditMs: initialMs, since: this.ns.network.kernel.now };
    this.#peers.set(address, made);
    return made;
  }
}
