/** Makes the entries of a layer in a tree, one after the other. */
import type { TarEntry, TarHandler } from '../../archive';
import { KernelError, type Tree, type TreeWriter } from '../../kernel';
import { ImageError } from '../error';
import type { AppliedLayer, ApplyOptions, LayerLimits } from './apply';
import { baseOf, cleanPath, hiddenBy, join, markOf, parentOf } from './names';
import { isOverlayXattr, isWhiteout, Layers, makeOpaque, type OpaqueXattr } from './overlay-marks';
import { Parents } from './parents';

export class Applier implements TarHandler {
  readonly #parents: Parents;
  readonly #overlay: OpaqueXattr | null;
  /**
   * Real paths of what this layer brought, and the directories above them: a whiteout does not concern them. Null where there is nothing
   * else.
   */
  readonly #brought: Set<string> | null;
  /** Making a file in a directory changes its time: all times are set at the end. */
  readonly #directoryTimes = new Map<string, bigint>();
  #writer: TreeWriter | null = null;
  #file: { path: string; xattrs: TarEntry['xattrs'] } | null = null;
  #bytes = 0;
  #entries = 0;

  constructor(
    private readonly tree: Tree,
    whiteouts: ApplyOptions['whiteouts'],
    private readonly limits: LayerLimits,
  ) {
    this.#overlay = whiteouts === 'remove' ? null : whiteouts.opaque;
    this.#brought = whiteouts === 'remove' && tree.list('').length > 0 ? new Set() : null;
    const below = whiteouts === 'remove' ? null : new Layers(whiteouts.below, whiteouts.opaque);
    this.#parents = new Parents(tree, below, (path, mtimeNs) => this.#keepTime(path, mtimeNs));
    this.#keepTime('', tree.stat('').mtimeNs);
  }

  entry(entry: TarEntry, stored: number): void {
    this.#count(entry, stored);
    const path = cleanPath(entry.path, entry.path, 'its name');
    const mark = markOf(path);
    if (mark === 'ignored') return;
    if (path === '') return this.#takeRoot(entry);
    const directory = this.#parents.real(parentOf(path), entry.path);
    if (mark === 'opaque') return this.#hideBelow(directory);
    if (mark === 'whiteout') return this.#hide(join(directory, baseOf(hiddenBy(path))));
    this.#check(entry);
    this.#make(join(directory, baseOf(path)), entry);
  }

  data(bytes: Uint8Array): void {
    this.#writer?.write(bytes);
  }

  hole(bytes: number): void {
    this.#writer?.skip(bytes);
  }

  end(): void {
    if (!this.#writer || !this.#file) return;
    this.#writer.finish();
    this.#writer = null;
    this.#setXattrs(this.#file.path, this.#file.xattrs);
  }

  /** After the last entry. */
  finish(): AppliedLayer {
    for (const [path, mtimeNs] of this.#directoryTimes) this.tree.change(path, { mtimeNs });
    return { bytes: this.#bytes, entries: this.#entries };
  }

  /** Closes what is open after a failure; harmless otherwise. */
  dispose(): void {
    this.#writer?.dispose();
    this.#writer = null;
  }

  #count({ path }: TarEntry, stored: number): void {
    this.#entries++;
    this.#bytes += stored;
    if (this.#bytes > this.limits.bytes)
      throw new ImageError(
        'layer-too-large',
        path,
        `with it the layer would have ${this.#bytes} bytes, ${this.limits.bytes} are allowed`,
      );
    if (this.#entries > this.limits.entries)
      throw new ImageError(
        'layer-too-large',
        path,
        `it is one more than the ${this.limits.entries} entries that are allowed`,
      );
  }

  #check({ path, type, device, xattrs }: TarEntry): void {
    if (type === 'char' && device === '0:0')
      throw new ImageError(
        'invalid-layer',
        path,
        'is the device 0:0, which hides files in overlayfs and is nothing else',
      );
    for (const name of xattrs.keys())
      if (isOverlayXattr(name))
        throw new ImageError('invalid-layer', path, `has the attribute ${name}, which is overlayfs's own`);
  }

  #takeRoot(entry: TarEntry): void {
    if (entry.type !== 'directory')
      throw new ImageError('invalid-layer', entry.path, `the root of a layer is a directory, no ${entry.type}`);
    this.#check(entry);
    this.#takeDirectory('', entry);
  }

  #make(path: string, entry: TarEntry): void {
    this.#bring(path);
    if (entry.type === 'directory') return this.#makeDirectory(path, entry);
    const target = entry.type === 'link' ? this.#linkTarget(path, entry) : entry.target;
    try {
      this.#create(path, target, entry);
    } catch (error) {
      if (!(error instanceof KernelError) || error.code !== 'EEXIST') throw error;
      this.#removeAll(path);
      this.#create(path, target, entry);
    }
    if (entry.type !== 'file' && entry.type !== 'link') this.#setXattrs(path, entry.xattrs);
  }

  #create(path: string, target: string, { type, mode, uid, gid, mtimeNs, device, xattrs }: TarEntry): void {
    switch (type) {
      case 'file':
        this.#writer = this.tree.createFile(path, { mode, uid, gid, mtimeNs });
        this.#file = { path, xattrs };
        return;
      case 'link':
        return this.tree.makeLink(path, target);
      case 'symlink':
        return this.tree.makeSymlink(path, target, { uid, gid, mtimeNs });
      case 'char':
      case 'block':
      case 'fifo':
        return this.tree.makeNode(path, type, device, { mode, uid, gid, mtimeNs });
    }
  }

  #makeDirectory(path: string, entry: TarEntry): void {
    const there = this.tree.find(path);
    if (there?.kind !== 'directory') {
      if (there) this.#removeAll(path);
      this.tree.makeDirectory(path, {});
      // The directory of a layer below was hidden, and is not to show through this one.
      if (there && this.#overlay && isWhiteout(there)) makeOpaque(this.tree, path, this.#overlay);
    }
    this.#takeDirectory(path, entry);
  }

  #takeDirectory(path: string, { mode, uid, gid, mtimeNs, xattrs }: TarEntry): void {
    this.tree.change(path, { mode, uid, gid });
    this.#setXattrs(path, xattrs);
    this.#directoryTimes.set(path, mtimeNs);
  }

  /** A directory of which the layer says nothing has the time it had. */
  #keepTime(path: string, mtimeNs: bigint): void {
    if (!this.#directoryTimes.has(path)) this.#directoryTimes.set(path, mtimeNs);
  }

  #linkTarget(path: string, entry: TarEntry): string {
    const asked = cleanPath(entry.target, entry.path, 'its target');
    const target = asked === '' ? '' : join(this.#parents.real(parentOf(asked), entry.path), baseOf(asked));
    const there = asked === '' ? null : this.tree.find(target);
    if (!there || target === path || isWhiteout(there))
      throw new ImageError('invalid-layer', entry.path, `is a hard link to ${entry.target}, which is not there`);
    if (there.kind === 'directory')
      throw new ImageError('invalid-layer', entry.path, `is a hard link to ${entry.target}, which is a directory`);
    return target;
  }

  #setXattrs(path: string, xattrs: TarEntry['xattrs']): void {
    for (const [name, value] of xattrs) this.tree.setXattr(path, name, value);
  }

  /** Hides what the layers below have at `path`, and nothing this layer brought. */
  #hide(path: string): void {
    if (!this.#overlay) return this.#removeLower(path);
    const there = this.tree.find(path);
    if (there?.kind === 'directory') makeOpaque(this.tree, path, this.#overlay);
    else if (!there) this.tree.makeNode(path, 'char', '0:0', { mode: 0 });
  }

  #hideBelow(directory: string): void {
    if (this.#overlay) makeOpaque(this.tree, directory, this.#overlay);
    else for (const name of this.tree.list(directory)) this.#removeLower(join(directory, name));
  }

  #removeLower(path: string): void {
    if (!this.#brought) return;
    if (!this.#brought.has(path)) return this.#removeAll(path);
    if (this.tree.find(path)?.kind !== 'directory') return;
    for (const name of this.tree.list(path)) this.#removeLower(join(path, name));
  }

  #removeAll(path: string): void {
    this.tree.removeAll(path);
    this.#parents.forget();
    for (const known of this.#directoryTimes.keys())
      if (known === path || known.startsWith(`${path}/`)) this.#directoryTimes.delete(known);
  }

  #bring(path: string): void {
    const brought = this.#brought;
    if (brought) for (let at = path; at !== '' && !brought.has(at); at = parentOf(at)) brought.add(at);
  }
}
