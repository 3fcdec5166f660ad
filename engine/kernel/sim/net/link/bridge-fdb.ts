/** Where a bridge has seen which hardware address (bridge(8), "fdb"). Entries age without timers: they are old when asked. */
import type { Nanoseconds } from '../../sched/blocking';
import type { Mac } from '../address/mac';
import type { NetDevice } from '../device/device';

export interface FdbEntry {
  readonly mac: Mac;
  readonly vlan: number;
  port: NetDevice;
  /** An address of the bridge or of a port itself. */
  isLocal: boolean;
  /** Put there by hand: does not age. */
  isStatic: boolean;
  updated: Nanoseconds;
}

const maxEntries = 65_536;

export class BridgeFdb {
  readonly #entries = new Map<string, FdbEntry>();

  constructor(private readonly ageing: () => Nanoseconds) {}

  find(mac: Mac, vlan: number, now: Nanoseconds): FdbEntry | undefined {
    const entry = this.#entries.get(keyOf(mac, vlan));
    if (!entry) return undefined;
    if (entry.isLocal || entry.isStatic || now - entry.updated <= this.ageing()) return entry;
    this.#entries.delete(keyOf(mac, vlan));
    return undefined;
  }

  /** Answers whether that was news. */
  learn(mac: Mac, vlan: number, port: NetDevice, now: Nanoseconds): boolean {
    const entry = this.#entries.get(keyOf(mac, vlan));
    if (!entry) {
      if (this.#entries.size >= maxEntries) return false;
      this.#entries.set(keyOf(mac, vlan), { mac, vlan, port, isLocal: false, isStatic: false, updated: now });
      return true;
    }
    if (entry.isLocal) return false;
    const moved = entry.port !== port;
    if (moved && !entry.isStatic) entry.port = port;
    entry.updated = now;
    return moved;
  }

  put(entry: FdbEntry): void {
    this.#entries.set(keyOf(entry.mac, entry.vlan), entry);
  }

  delete(mac: Mac, vlan: number): boolean {
    return this.#entries.delete(keyOf(mac, vlan));
  }

  /** `all`: also what was put there by hand. */
  flushPort(port: NetDevice, all: boolean): void {
    for (const [key, entry] of this.#entries) {
      if (entry.port === port && (all || !(entry.isStatic || entry.isLocal))) this.#entries.delete(key);
    }
  }

  list(now: Nanoseconds): FdbEntry[] {
    return [...this.#entries.values()].filter(({ mac, vlan }) => this.find(mac, vlan, now) !== undefined);
  }
}

function keyOf(mac: Mac, vlan: number): string {
  return vlan === 0 ? mac : `${mac}@${vlan}`;
}
