/**
 * Root filesystems made of layers that are shared: each layer is one directory, however many images and containers lie on it. A committed
 * snapshot is a layer that does not change any more, named by the chain of layers it ends (image-spec 1.1, config.md, "Layer ChainID"); an
 * active one is a container's own upper directory.
 *
 *     snapshots.json   what there is, and what lies on what
 *     layers/N         content
 *     work/N           overlayfs's work directory, of active ones
 *
 * Every change of the disk is ordered so that a crash between any two leaves either what was there before or directories nobody knows,
 * which `open` removes.
 */
import type { Tree } from '../../kernel';
import { ImageError } from '../error';
import type { LayerPlace, OpaqueXattr } from '../layer/overlay-marks';
import { overlayMount, type SnapshotMount } from './overlay-mount';
import { readRecords, type SnapshotRecord, writeRecords } from './records';

export interface SnapshotsOptions {
  /** Absolute path of the tree for whoever mounts. */
  path: string;
  /** `user.overlay.opaque` where the mounts are made in a user namespace (overlayfs's `userxattr`). */
  opaque?: OpaqueXattr;
}

export interface SnapshotInfo {
  key: string;
  parent: string | null;
  kind: SnapshotRecord['kind'];
  /** How many snapshots lie directly on it. */
  references: number;
}

export interface Usage {
  /** Really occupied, by this snapshot alone. */
  bytes: number;
  inodes: number;
}

export class Snapshots {
  #records: Map<string, SnapshotRecord>;
  readonly opaque: OpaqueXattr;

  private constructor(
    private readonly tree: Tree,
    private readonly options: SnapshotsOptions,
    records: readonly SnapshotRecord[],
  ) {
    this.opaque = options.opaque ?? 'trusted.overlay.opaque';
    this.#records = new Map(records.map((record) => [record.key, record]));
  }

  /**
   * Opens what is in a tree, or begins there, and removes what a crash left. One process at a time. Errors: `invalid-manifest` when
   * its records are damaged.
   */
  static open(tree: Tree, options: SnapshotsOptions): Snapshots {
    const snapshots = new Snapshots(tree, options, readRecords(tree) ?? []);
    snapshots.#recover();
    return snapshots;
  }

  list(): SnapshotInfo[] {
    return [...this.#records.values()].map((record) => this.#info(record));
  }

  find(key: string): SnapshotInfo | null {
    const record = this.#records.get(key);
    return record ? this.#info(record) : null;
  }

  /**
   * A new active snapshot on a committed one. With `unfinished` it does not outlive a crash. Errors: `snapshot-in-use` when there
   * is one of that key, `unknown-snapshot`.
   */
  prepare(key: string, parent: string | null, { unfinished = false }: { unfinished?: boolean } = {}): void {
    if (this.#records.has(key))
      throw new ImageError('snapshot-in-use', key, 'there is a snapshot of this name already');
    const below = parent === null ? null : this.#record(parent);
    if (below && below.kind !== 'committed')
      throw new ImageError(
        'snapshot-in-use',
        below.key,
        'can still change: nothing can lie on it before it is committed',
      );
    const directory = this.#freeNumber();
    const root = below ? this.tree.stat(layerPath(below)) : { mode: 0o755, uid: 0, gid: 0, mtimeNs: 0n };
    const record: SnapshotRecord = { key, parent, directory, kind: unfinished ? 'unfinished' : 'active' };
    // The upper directory is the root of what is mounted, and looks like it.
    const { mode, uid, gid, mtimeNs } = root;
    this.tree.makeDirectory(layerPath(record), { mode, uid, gid, mtimeNs });
    this.tree.makeDirectory(workPath(record), { mode: 0o700 });
    this.#save(new Map(this.#records).set(key, record));
  }

  /**
   * Makes an active snapshot a committed one named `name`; nobody may have it mounted. When there is one of that name it is kept, and
   * this one removed: somebody else was quicker with the same layer. Errors: `unknown-snapshot`, `snapshot-in-use`.
   */
  commit(key: string, name: string): void {
    const record = this.#record(key);
    if (record.kind === 'committed') throw new ImageError('snapshot-in-use', key, 'is committed already');
    if (this.#records.get(name)?.kind === 'committed') return this.remove(key);
    if (this.#records.has(name)) throw new ImageError('snapshot-in-use', name, 'is an active snapshot');
    const records = new Map(this.#records);
    records.delete(key);
    this.#save(records.set(name, { ...record, key: name, kind: 'committed' }));
    this.tree.removeAll(workPath(record));
  }

  /** Errors: `unknown-snapshot`, `snapshot-in-use` when others lie on it. */
  remove(key: string): void {
    const record = this.#record(key);
    const { references } = this.#info(record);
    if (references > 0) throw new ImageError('snapshot-in-use', key, `${references} other snapshots lie on it`);
    const records = new Map(this.#records);
    records.delete(key);
    this.#save(records);
    this.#removeDirectories(record);
  }

  /** Removes committed snapshots that neither are in `kept` nor have others on them; not while an image is unpacked. Returns their names. */
  collect(kept: Iterable<string>): string[] {
    const names = new Set(kept);
    const removed: string[] = [];
    for (;;) {
      const next = this.list().find(
        ({ key, kind, references }) => kind === 'committed' && references === 0 && !names.has(key),
      );
      if (!next) return removed;
      this.remove(next.key);
      removed.push(next.key);
    }
  }

  /** How to mount it; a committed one read-only. Errors: `unknown-snapshot`, `invalid-layer` when there are too many layers. */
  mount(key: string): SnapshotMount {
    const record = this.#record(key);
    const chain = this.#chain(record).map(({ directory }) => String(directory));
    const place = `${this.options.path}/${layersDirectory}`;
    if (record.kind === 'committed') return overlayMount(place, chain, null);
    const [directory = '', ...lowers] = chain;
    const options = this.opaque === 'user.overlay.opaque' ? ['userxattr'] : [];
    return overlayMount(place, lowers, { directory, work: `../${workPath(record)}`, options });
  }

  /** Its own directory. The caller disposes of it. Errors: `unknown-snapshot`. */
  openLayer(key: string): Tree {
    return this.tree.subtree(layerPath(this.#record(key)));
  }

  /** What it lies on, the uppermost first. Errors: `unknown-snapshot`. */
  below(key: string): LayerPlace[] {
    const below = this.#chain(this.#record(key)).slice(1);
    return below.map((record) => ({ tree: this.tree, path: layerPath(record) }));
  }

  /** Errors: `unknown-snapshot`. */
  usage(key: string): Usage {
    const usage = { bytes: 0, inodes: 0 };
    const seen = new Set<bigint>();
    const visit = (path: string) => {
      const { kind, allocated, ino, links } = this.tree.stat(path);
      const isAgain = links > 1 && kind !== 'directory' && seen.has(ino);
      if (!isAgain) {
        usage.bytes += allocated;
        usage.inodes++;
      }
      seen.add(ino);
      if (kind === 'directory') for (const name of this.tree.list(path)) visit(`${path}/${name}`);
    };
    visit(layerPath(this.#record(key)));
    return usage;
  }

  #info({ key, parent, kind }: SnapshotRecord): SnapshotInfo {
    let references = 0;
    for (const other of this.#records.values()) if (other.parent === key) references++;
    return { key, parent, kind, references };
  }

  #record(key: string): SnapshotRecord {
    const record = this.#records.get(key);
    if (!record) throw new ImageError('unknown-snapshot', key, 'there is no such snapshot');
    return record;
  }

  /** It and all it lies on, the uppermost first. */
  #chain(record: SnapshotRecord): SnapshotRecord[] {
    const chain = [record];
    for (let { parent } = record; parent !== null; ) {
      const next = this.#record(parent);
      chain.push(next);
      parent = next.parent;
    }
    return chain;
  }

  #freeNumber(): number {
    const taken = new Set([...this.#records.values()].map(({ directory }) => directory));
    for (let number = 1; ; number++) if (!taken.has(number)) return number;
  }

  #save(records: Map<string, SnapshotRecord>): void {
    writeRecords(this.tree, [...records.values()]);
    this.#records = records;
  }

  #recover(): void {
    for (const directory of [layersDirectory, workDirectory])
      if (!this.tree.find(directory)) this.tree.makeDirectory(directory, { mode: 0o700 });
    const kept = new Map([...this.#records].filter(([, { kind }]) => kind !== 'unfinished'));
    if (kept.size < this.#records.size) this.#save(kept);
    const records = [...kept.values()];
    const layers = new Set(records.map(({ directory }) => String(directory)));
    const works = new Set(records.flatMap(({ kind, directory }) => (kind === 'committed' ? [] : [String(directory)])));
    for (const name of this.tree.list(layersDirectory))
      if (!layers.has(name)) this.tree.removeAll(`${layersDirectory}/${name}`);
    for (const name of this.tree.list(workDirectory))
      if (!works.has(name)) this.tree.removeAll(`${workDirectory}/${name}`);
  }

  #removeDirectories(record: SnapshotRecord): void {
    this.tree.removeAll(workPath(record));
    this.tree.removeAll(layerPath(record));
  }
}

const layersDirectory = 'layers';
const workDirectory = 'work';

function layerPath({ directory }: SnapshotRecord): string {
  return `${layersDirectory}/${directory}`;
}

function workPath({ directory }: SnapshotRecord): string {
  return `${workDirectory}/${directory}`;
}
