/** The namespaces of a lab: all that a process, a bind mount, an open descriptor or another namespace keeps alive. */
import type { Namespace, NamespaceKind, NsId } from '../../../state';
import { shareEntries } from '../../inspect';
import { type NamespaceFacts, readNamespaceFacts } from './namespace-facts';

/** Something that keeps a namespace alive. */
export interface Holder {
  id: NsId;
  kind: NamespaceKind;
  /** A file that leads to the namespace as long as the holder holds. */
  path: string;
  /** Names the holder for good: a pid with its start time, a mount. */
  name: string;
  /** Process that lives in the namespace, for what only members show. */
  member?: number;
}

export interface KnownNamespace extends NamespaceFacts {
  /** The first holder's; null for one that only other namespaces keep alive. */
  path: string | null;
  members: number[];
  holders: ReadonlySet<string>;
  /** True when it was not there at the last update. */
  isNew: boolean;
}

/** What changes during a namespace's life and is read elsewhere. */
export type NamespaceDetails = Pick<
  Namespace,
  'hostname' | 'domainname' | 'uidMap' | 'gidMap' | 'setgroups' | 'ipForward'
>;

export class NamespaceCatalogue {
  #known = new Map<NsId, KnownNamespace>();
  #entries: Record<string, Namespace> = {};

  constructor(private readonly initial: ReadonlySet<NsId>) {}

  get(id: NsId): KnownNamespace | undefined {
    return this.#known.get(id);
  }

  ofKind(kind: NamespaceKind): KnownNamespace[] {
    return [...this.#known.values()].filter((ns) => ns.kind === kind);
  }

  /** Takes `holders` for all there are. */
  *update(holders: Iterable<Holder>): Generator<void> {
    const found = new Map<NsId, Holder[]>();
    let seen = 0;
    for (const holder of holders) {
      if (++seen % 1000 === 0) yield;
      const others = found.get(holder.id);
      if (others) others.push(holder);
      else found.set(holder.id, [holder]);
    }
    const next = new Map<NsId, KnownNamespace>();
    for (const [id, own] of found) {
      this.#admit(id, own, next);
      yield;
    }
    this.#known = next;
  }

  /** The collection of `LabState`; the same object as long as nothing changed. */
  entries(
    pins: ReadonlyMap<NsId, Namespace['pins']>,
    details: (ns: KnownNamespace) => NamespaceDetails,
  ): Record<string, Namespace> {
    const entries: Record<string, Namespace> = {};
    for (const ns of this.#known.values()) {
      entries[ns.id] = {
        id: ns.id,
        kind: ns.kind,
        initial: this.initial.has(ns.id),
        owner: ns.owner,
        parent: ns.parent,
        pins: pins.get(ns.id) ?? [],
        ...(ns.ownerUid === undefined ? {} : { ownerUid: ns.ownerUid }),
        ...details(ns),
      };
    }
    this.#entries = shareEntries(this.#entries, entries);
    return this.#entries;
  }

  #admit(id: NsId, holders: Holder[], next: Map<NsId, KnownNamespace>): void {
    const before = this.#known.get(id);
    const names = new Set(holders.map(({ name }) => name));
    const members = holders.flatMap(({ member }) => member ?? []);
    const path = holders[0]?.path ?? null;
    // The kernel gives a number again as soon as its namespace is gone: only one that was held all along is the same.
    if (before && [...before.holders].some((name) => names.has(name))) {
      next.set(id, { ...before, path, members, holders: names, isNew: false });
      this.#keepRelatives(before, next);
      return;
    }
    for (const holder of holders) {
      const [own, ...relatives] = readNamespaceFacts(holder.path, holder.kind);
      if (own?.id !== id) continue;
      next.set(id, { ...own, path, members, holders: names, isNew: true });
      for (const relative of relatives) this.#admitRelative(relative, next);
      return;
    }
  }

  #keepRelatives(ns: NamespaceFacts, next: Map<NsId, KnownNamespace>): void {
    for (const id of [ns.owner, ns.parent]) {
      if (id === null || next.has(id)) continue;
      const relative = this.#known.get(id);
      if (!relative) continue;
      this.#admitRelative(relative, next);
      this.#keepRelatives(relative, next);
    }
  }

  /** Holders of its own, if it has any, overwrite this when their turn comes. */
  #admitRelative(facts: NamespaceFacts, next: Map<NsId, KnownNamespace>): void {
    if (next.has(facts.id)) return;
    const { id, kind, owner, parent, ownerUid } = facts;
    const isNew = !this.#known.has(id);
    next.set(id, { id, kind, owner, parent, ownerUid, path: null, members: [], holders: new Set(), isNew });
  }
}
