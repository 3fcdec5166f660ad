/**
 * What happens to packets, hop by hop: for the diagram that draws it. The last hops are kept; while nobody listens,
 * nothing is recorded.
 */
import type { Nanoseconds } from '../../sched/blocking';
import type { NetDevice } from '../device/device';
import { describePacket, type PacketSummary } from '../packet/describe';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';

export type TraceStage =
  | 'egress'
  | 'ingress'
  | 'prerouting'
  | 'input'
  | 'forward'
  | 'output'
  | 'postrouting'
  | 'route'
  | 'bridge'
  | 'arp'
  | 'deliver'
  | 'drop';

export interface RuleHit {
  family: string;
  table: string;
  chain: string;
  handle: number;
  /** As `nft list` prints it. */
  text: string;
}

export interface HopDetail {
  rule?: RuleHit;
  /** Addresses and ports before and after translation. */
  rewrite?: { before: string; after: string };
  verdict?: string;
  reason?: string;
}

export interface Hop extends HopDetail {
  /** `kernel.now`. */
  time: Nanoseconds;
  packetId: number;
  /** Inode number of the network namespace. */
  netns: number;
  device: string | null;
  deviceIndex: number | null;
  stage: TraceStage;
  summary: PacketSummary;
}

const keptHops = 2000;

export class PacketTrace {
  readonly #listeners = new Set<(hop: Hop) => void>();
  readonly #ring: Hop[] = [];
  #next = 0;

  constructor(private readonly clock: { readonly now: Nanoseconds }) {}

  get isOn(): boolean {
    return this.#listeners.size > 0;
  }

  /** Is told of every hop from now on. */
  subscribe(listener: (hop: Hop) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** The last hops that were recorded, oldest first. */
  recent(): Hop[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }

  hop(packet: Packet, ns: NetNamespace, device: NetDevice | null, stage: TraceStage, detail?: HopDetail): void {
    if (this.#listeners.size === 0) return;
    const hop: Hop = {
      time: this.clock.now,
      packetId: packet.id,
      netns: ns.inum,
      device: device?.name ?? null,
      deviceIndex: device?.index ?? null,
      stage,
      summary: describePacket(packet),
      ...detail,
    };
    this.#ring[this.#next] = hop;
    this.#next = (this.#next + 1) % keptHops;
    for (const listener of this.#listeners) listener(hop);
  }
}
