/** The mounts and overlays of all mount namespaces of a lab. */
import type { Mount, Namespace, NamespaceKind, NsId, Overlay, Process } from '../../../state';
import { PartedCollection, shareEntries } from '../../inspect';
import { MountTracker, mountKey } from './mount-tracker';
import type { Holder } from './namespace-catalogue';
import { parseNsLink } from './ns-id';
import type { Observatory } from './observatory';
import { OverlaySource } from './overlay-source';

interface Pinned {
  id: NsId;
  kind: NamespaceKind;
  mount: Mount;
  tracker: MountTracker;
}

export class Mounts {
  readonly collection = new PartedCollection<Mount>();
  pins: ReadonlyMap<NsId, Namespace['pins']> = new Map();
  readonly #trackers = new Map<NsId, MountTracker>();
  readonly #sources = new Map<string, OverlaySource>();
  /** Working directories seen in each mount namespace, as relative layers are found from them. */
  readonly #directories = new Map<NsId, Set<string>>();
  /** Root filesystems of the Machines: not an exercise, and large. */
  readonly #machineRoots = new Set<string>();
  readonly #rootNoted = new Set<NsId>();
  readonly #shown = new Map<NsId, Mount[]>();
  /** A namespace is no longer read, so what was pinned in it is to be forgotten. */
  #isOneGone = false;
  #pinned: Pinned[] = [];
  #overlays: Record<string, Overlay> = {};

  constructor(
    private readonly observatory: Observatory,
    private readonly changed: () => void,
  ) {}

  get overlays(): Record<string, Overlay> {
    return this.#overlays;
  }

  /**
   * Takes the mount namespaces of `processes` for all that can be read; lets go of the others. One that only a bind mount
   * keeps is known, but its mounts are not: a process with threads cannot enter it, and a helper that did would run
   * whatever programs the learner put there. (listmount(2) can ask by the namespace's number since Linux 6.11.)
   */
  sync(processes: Iterable<Process>): void {
    const readers = new Map<NsId, Process>();
    for (const process of processes) {
      if (process.state === 'zombie') continue;
      const ns = process.namespaces.mnt;
      const best = readers.get(ns);
      if (!best || isBetterReader(process, best, this.#trackers.get(ns)?.reader)) readers.set(ns, process);
      this.#rememberDirectory(ns, process.cwd);
    }
    for (const [ns, tracker] of this.#trackers) {
      if (readers.has(ns)) continue;
      tracker.release();
      this.#trackers.delete(ns);
      this.#directories.delete(ns);
      this.#shown.delete(ns);
      this.#isOneGone = true;
    }
    for (const [ns, process] of readers) {
      const tracker = this.#trackers.get(ns) ?? this.#track(ns);
      tracker.readThrough(process.pid);
    }
    this.collection.keepParts(new Set<string>(readers.keys()));
  }

  /** Namespaces kept alive by bind mounts of their files. */
  get pinned(): Holder[] {
    return this.#pinned.map(({ mount, tracker, ...ns }) => ({
      ...ns,
      path: `${tracker.rootPath}${mount.mountPoint}`,
      name: `pin ${mountKey(mount)}`,
    }));
  }

  /** The overlay a Machine was born on is left out from now on; one that a learner mounts over it is not. */
  noteMachineRoot(ns: NsId): void {
    const mounts = this.#trackers.get(ns)?.mounts ?? [];
    if (mounts.length === 0 || this.#rootNoted.has(ns)) return;
    this.#rootNoted.add(ns);
    const root = mounts.findLast(({ mountPoint }) => mountPoint === '/');
    if (root?.fsType === 'overlay') this.#machineRoots.add(root.device);
  }

  /** The namespace's mounts are read again; those of all namespaces when it is not known which. */
  suspect(ns: NsId | undefined): void {
    for (const tracker of this.#trackers.values()) {
      if (ns === undefined || tracker.ns === ns) tracker.dirty = true;
    }
  }

  /** Reads the namespaces whose mounts changed. */
  *refresh(): Generator<void> {
    let changed = this.#isOneGone;
    this.#isOneGone = false;
    for (const tracker of this.#trackers.values()) {
      if (tracker.dirty) yield* tracker.refresh(this.#roomFor(tracker));
      if (this.#shown.get(tracker.ns) === tracker.mounts) continue;
      changed = true;
      this.#shown.set(tracker.ns, tracker.mounts);
      this.collection.setPart(tracker.ns, Object.fromEntries(tracker.mounts.map((mount) => [mountKey(mount), mount])));
      yield;
    }
    if (changed) this.#findPins();
  }

  /** How many mounts of this namespace are taken: all namespaces of a lab share its room. */
  #roomFor(tracker: MountTracker): number {
    let taken = 0;
    for (const other of this.#trackers.values()) if (other !== tracker) taken += other.mounts.length;
    return Math.max(minMountsPerNamespace, maxMounts - taken);
  }

  /** Reads the overlays whose layers changed. */
  *refreshOverlays(): Generator<void> {
    const overlays: Record<string, Overlay> = {};
    const present = new Set<string>();
    const fresh = new Set<OverlaySource>();
    for (const tracker of this.#trackers.values()) {
      for (const mount of tracker.mounts) {
        if (mount.fsType !== 'overlay' || this.#machineRoots.has(mount.device)) continue;
        // A device number is given again as soon as its filesystem is gone, to one with other layers perhaps.
        const name = [mount.device, ...mount.superOptions].join();
        present.add(name);
        const source = this.#sources.get(name) ?? this.#addSource(name, mount);
        if (!Object.hasOwn(this.#overlays, mountKey(mount))) source.dirty ||= !fresh.has(source);
        if (source.dirty) {
          const directories = [...(this.#directories.get(tracker.ns) ?? [])].reverse();
          yield* source.refresh({ root: tracker.rootPath, directories }, mount);
          fresh.add(source);
        }
        overlays[mountKey(mount)] = { mount: mountKey(mount), mountPoint: mount.mountPoint, ...source.content };
      }
    }
    for (const [name, source] of this.#sources) {
      if (present.has(name)) continue;
      source.dispose();
      this.#sources.delete(name);
    }
    this.#overlays = shareEntries(this.#overlays, overlays);
  }

  dispose(): void {
    for (const tracker of this.#trackers.values()) tracker.release();
    this.#trackers.clear();
    for (const source of this.#sources.values()) source.dispose();
    this.#sources.clear();
  }

  #track(ns: NsId): MountTracker {
    const tracker = new MountTracker(ns, this.observatory.events, this.changed);
    this.#trackers.set(ns, tracker);
    return tracker;
  }

  #addSource(name: string, mount: Mount): OverlaySource {
    const source = new OverlaySource(mount, this.observatory.inotify, this.changed);
    this.#sources.set(name, source);
    return source;
  }

  /** The newest last; a shell that mounted and went on elsewhere is still of use. */
  #rememberDirectory(ns: NsId, directory: string): void {
    const known = this.#directories.get(ns) ?? new Set<string>();
    known.delete(directory);
    known.add(directory);
    for (const oldest of known) {
      if (known.size <= maxDirectories) break;
      known.delete(oldest);
    }
    this.#directories.set(ns, known);
  }

  #findPins(): void {
    const pins = new Map<NsId, Namespace['pins']>();
    this.#pinned = [];
    for (const tracker of this.#trackers.values()) {
      for (const mount of tracker.mounts) {
        if (mount.fsType !== 'nsfs') continue;
        const parsed = parseNsLink(mount.root);
        if (!parsed) continue;
        const others = pins.get(parsed.id) ?? [];
        pins.set(parsed.id, [...others, { mountNs: tracker.ns, path: mount.mountPoint }]);
        this.#pinned.push({ ...parsed, mount, tracker });
      }
    }
    this.pins = pins;
  }
}

const maxDirectories = 32;
/** More than these cannot be drawn, and would fill memory and connections: 100,000 are easily made (mount-max). */
const maxMounts = 10_000;
const minMountsPerNamespace = 100;

/** One that sees the namespace's own root; then the one we have, so as not to read anew; then the oldest. */
function isBetterReader(process: Process, best: Process, current: number | undefined): boolean {
  const rank = ({ root, pid }: Process) => (root === '/' ? 2 : 0) + (pid === current ? 1 : 0);
  return rank(process) > rank(best);
}
