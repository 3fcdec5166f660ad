/**
 * Fragments (RFC 791, RFC 8200 section 4.5). The first one carries the whole transport, the others only stand for their
 * bytes: what is put together again is what was sent, and only when every part has come.
 */
import type { TimerHandle } from '../../sched/event-queue';
import { type IpHeader, ipHeaderLength, noBytes, type Packet, transportLength } from '../packet/packet';
import type { NetNamespace } from '../types';

const fragmentTimeNs = 30_000_000_000;

export function fragmentsOf(packet: Packet, ip: IpHeader, mtu: number): Packet[] {
  const room = Math.floor((mtu - ipHeaderLength(ip)) / 8) * 8;
  const start = ip.fragment?.offset ?? 0;
  const total = ip.fragment?.length ?? transportLength(ip.transport, typeof ip.source === 'number');
  const parts: Packet[] = [];
  for (let at = 0; at < total; at += room) {
    const part = packet.copy();
    part.output = packet.output;
    part.nextHop = packet.nextHop;
    part.type = packet.type;
    const length = Math.min(room, total - at);
    const fragment = { offset: start + at, more: at + length < total || (ip.fragment?.more ?? false), length };
    part.ip = { ...ip, fragment, transport: at === 0 ? ip.transport : { kind: 'raw', data: noBytes } };
    parts.push(part);
  }
  return parts;
}

interface Partial {
  first: IpHeader | null;
  /** Offsets that have come, with their lengths. */
  parts: Map<number, number>;
  total: number | null;
  timer: TimerHandle;
}

export class Reassembly {
  readonly #partials = new Map<string, Partial>();

  constructor(private readonly ns: NetNamespace) {}

  /** True when the packet is whole now (its header is put right); false when more has to come. */
  add(packet: Packet): boolean {
    const { ip } = packet;
    if (!ip?.fragment) return true;
    const key = `${ip.source}/${ip.destination}/${ip.protocol}/${ip.id}`;
    const partial = this.#partials.get(key) ?? this.#begin(key);
    const { offset, length, more } = ip.fragment;
    partial.parts.set(offset, length);
    if (offset === 0) partial.first = ip;
    if (!more) partial.total = offset + length;
    if (!partial.first || partial.total === null || covered(partial.parts) < partial.total) return false;
    partial.timer.cancel();
    this.#partials.delete(key);
    packet.ip = { ...partial.first, fragment: null };
    return true;
  }

  #begin(key: string): Partial {
    const timer = this.ns.network.kernel.after(fragmentTimeNs, () => this.#partials.delete(key));
    const partial: Partial = { first: null, parts: new Map(), total: null, timer };
    this.#partials.set(key, partial);
    return partial;
  }
}

/** How many bytes from the beginning there are without a gap. */
function covered(parts: ReadonlyMap<number, number>): number {
  let at = 0;
  for (let length = parts.get(at); length !== undefined; length = parts.get(at)) at += length;
  return at;
}
