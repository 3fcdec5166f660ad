/** The networks of all network namespaces of a lab, and how they are linked. */
import type { Address, NetDevice, NsId, PacketRule, Route, Socket } from '../../../state';
import { PartedCollection } from '../../inspect';
import { KernelError } from '../../port';
import type { EventLoop } from '../events/epoll';
import { close } from '../syscall';
import type { KnownNamespace } from './namespace-catalogue';
import { devicesOf, NetworkReader } from './network-reader';
import { type NftCommand, readPacketRules } from './packet-rules';
import { tryOpen } from './raw-file';

export class Networks {
  readonly devices = new PartedCollection<NetDevice>();
  readonly addresses = new PartedCollection<Address>();
  readonly routes = new PartedCollection<Route>();
  readonly sockets = new PartedCollection<Socket>();
  readonly rules = new PartedCollection<PacketRule>();
  readonly #readers = new Map<NsId, NetworkReader>();
  #namespaces: KnownNamespace[] = [];
  /** Namespaces whose rules are being listed. */
  readonly #listing = new Set<NsId>();

  constructor(
    private readonly events: EventLoop,
    private readonly nft: NftCommand | null,
    private readonly changed: () => void,
  ) {}

  ipForward(ns: NsId): boolean | undefined {
    return this.#readers.get(ns)?.content.ipForward;
  }

  /** Takes `namespaces` for all network namespaces there are; lets go of the others. */
  sync(namespaces: KnownNamespace[]): void {
    this.#namespaces = namespaces;
    const present = new Map(namespaces.map((ns) => [ns.id, ns]));
    for (const [id, reader] of this.#readers) {
      const ns = present.get(id);
      if (ns && !ns.isNew) continue;
      reader.dispose();
      this.#readers.delete(id);
    }
    for (const ns of namespaces) this.#open(ns);
    const names = new Set<string>(present.keys());
    for (const part of [this.devices, this.addresses, this.routes, this.sockets, this.rules]) part.keepParts(names);
  }

  /** Reads what changed; sockets, which no event tells of, when `withSockets`. */
  *refresh(withSockets: boolean): Generator<void> {
    let linksChanged = false;
    for (const ns of this.#namespaces) {
      const reader = this.#readers.get(ns.id);
      if (!reader) continue;
      if (reader.networkDirty) {
        reader.refresh();
        this.addresses.setPart(ns.id, reader.content.addresses);
        this.routes.setPart(ns.id, reader.content.routes);
        linksChanged = true;
        yield;
      }
      if (reader.rulesDirty) this.#listRules(ns, reader);
      if (withSockets) {
        this.sockets.setPart(ns.id, reader.sockets(ns.members[0]));
        yield;
      }
    }
    // A device may be linked to one in a namespace that was read before it.
    if (linksChanged) yield* this.#resolveLinks();
  }

  dispose(): void {
    for (const reader of this.#readers.values()) reader.dispose();
    this.#readers.clear();
  }

  #open(ns: KnownNamespace): void {
    if (this.#readers.has(ns.id) || ns.path === null) return;
    try {
      this.#readers.set(ns.id, new NetworkReader(ns.id, ns.path, this.events, this.changed));
    } catch (error) {
      // It went away meanwhile; the next scan will not find it.
      if (!(error instanceof KernelError)) throw error;
    }
  }

  *#resolveLinks(): Generator<void> {
    for (const [id, reader] of this.#readers) {
      const linked = reader.content.links.some(({ link }) => link !== null && link.netnsId !== null);
      const peers = linked ? this.#peersOf(reader) : new Map<number, NsId>();
      this.devices.setPart(
        id,
        devicesOf(reader, (netnsId) => peers.get(netnsId) ?? null),
      );
      yield;
    }
  }

  /** The kernel only answers which number a given namespace has, so each is asked for. */
  #peersOf(reader: NetworkReader): Map<number, NsId> {
    const peers = new Map<number, NsId>();
    for (const other of this.#namespaces) {
      if (other.path === null) continue;
      const fd = tryOpen(other.path);
      if (fd < 0) continue;
      const number = reader.numberOf(fd);
      close(fd);
      if (number !== null) peers.set(number, other.id);
    }
    return peers;
  }

  #listRules(ns: KnownNamespace, reader: NetworkReader): void {
    // One listing at a time: what changes meanwhile leaves it dirty, and its end leads to the next scan.
    if (this.#listing.has(ns.id)) return;
    reader.rulesDirty = false;
    if (!reader.hasTables()) {
      this.rules.setPart(ns.id, {});
      return;
    }
    if (!this.nft || ns.path === null) return;
    this.#listing.add(ns.id);
    const taken = (rules: Record<string, PacketRule> | null) => {
      this.#listing.delete(ns.id);
      if (this.#readers.get(ns.id) !== reader) return;
      if (rules) this.rules.setPart(ns.id, rules);
      this.changed();
    };
    // The namespace may be gone by now; then there is nothing to list.
    readPacketRules(this.nft, ns.path, ns.id).then(taken, () => taken(null));
  }
}
