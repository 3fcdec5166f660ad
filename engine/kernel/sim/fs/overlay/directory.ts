/** Directories of an overlay: several layers' directories as one, changed only in the upper one (fs/overlayfs/dir.c). */
import { SysError } from '../../abi/errno';
import { RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT, S_IFCHR, S_IFMT } from '../../abi/files';
import { encode } from '../../bytes';
import type { Task } from '../../task/task';
import type { Dentry } from '../../vfs/dentry';
import type { DirectoryEntry, Inode, InodeBirth } from '../../vfs/inode';
import { lookup } from '../../vfs/lookup';
import { createName, linkName, makeDirectory, makeSymlink, removeName, renameName } from '../../vfs/names';
import { markOrigin } from './copy-up';
import { type LayerEntries, OverlayInode, type OverlayPlace } from './inode';
import { findInLayers, isWhiteout } from './lookup';
import { readMerged } from './read-directory';
import { redirectFor } from './redirect';
import type { OverlaySuperBlock } from './super-block';

/** Files of the upper layer with several names are one inode here, too. */
const byUpper = new WeakMap<OverlaySuperBlock, WeakMap<Inode, OverlayInode>>();

export class OverlayDirectory extends OverlayInode {
  /** What was found, by name. */
  readonly #known = new Map<string, OverlayInode>();

  get isMerged(): boolean {
    return (this.upper ? 1 : 0) + this.lowers.length > 1;
  }
  /** It can be seen in a lower layer. */
  get isMergedOrLower(): boolean {
    return this.lowers.length > 0;
  }
  get #layers(): LayerEntries {
    return { upper: this.upper, lowers: this.lowers };
  }

  override lookup(name: string, task: Task | null): Inode | null {
    const entries = findInLayers(this.overlay, this.#layers, name, task);
    if (!entries) {
      this.#known.delete(name);
      return null;
    }
    const known = this.#known.get(name);
    if (known && isSame(known, entries)) return known;
    return this.#remember(name, entries);
  }

  override readdir(task: Task | null): DirectoryEntry[] {
    const entries = this.isMerged ? readMerged(this.overlay, this.#layers, task) : this.real.readdir(task);
    return entries.map((entry) => (this.#keepsNumber(entry) ? entry : { ...entry, ino: this.#inoOf(entry) }));
  }
  /** The number in the layer is the one stat(2) tells. */
  #keepsNumber({ name }: DirectoryEntry): boolean {
    const { overlay, upper } = this;
    if (overlay.numbersAcross) return false;
    if (!overlay.isSameFs || !upper || !overlay.marks.get(upper.inode, 'impure')) return true;
    return lookup(upper, name, null) === null;
  }

  override create(name: string, birth: InodeBirth): Inode {
    // Nobody makes names vanish from above.
    if ((birth.mode & S_IFMT) === S_IFCHR && birth.rdev?.major === 0 && birth.rdev.minor === 0)
      throw new SysError('EPERM');
    return this.#make(name, (upper) => createName(upper, name, birth));
  }
  override mkdir(name: string, birth: InodeBirth): Inode {
    const { marks, allowsOfflineChanges } = this.overlay;
    return this.#make(name, (upper, isOverWhiteout) => {
      const dentry = makeDirectory(upper, name, birth);
      if (isOverWhiteout && !marks.makeOpaque(dentry.inode)) {
        removeName(dentry);
        throw new SysError('EIO');
      }
      if (!isOverWhiteout && this.isMerged && !allowsOfflineChanges) marks.makeOpaque(dentry.inode);
      return dentry;
    });
  }
  override symlink(name: string, target: string, birth: InodeBirth): Inode {
    return this.#make(name, (upper) => makeSymlink(upper, name, target, birth));
  }
  override link(name: string, inode: Inode): void {
    if (!(inode instanceof OverlayInode)) throw new SysError('EXDEV');
    const source = inode.copyUp();
    const upper = this.copyUp();
    this.#inPlaceOfWhiteout(upper, name, () => linkName(upper, name, source.inode));
    inode.nlink++;
    this.overlay.hardLinks?.counted(inode);
    this.#known.set(name, inode);
    uppersOf(this.overlay).set(source.inode, inode);
    this.#changed();
  }

  override unlink(name: string, inode: Inode): void {
    this.#remove(name);
    if (inode instanceof OverlayInode && inode.upper && inode.place?.name === name) inode.place = null;
    this.#lost(inode);
  }
  override rmdir(name: string, inode: Inode): void {
    if (inode instanceof OverlayDirectory) inode.demandEmpty();
    this.#remove(name);
    inode.nlink = 0;
  }

  override rename(from: string, to: Inode, toName: string, flags: number): void {
    if (!(to instanceof OverlayDirectory)) throw new SysError('EXDEV');
    if ((flags & ~(RENAME_EXCHANGE | RENAME_NOREPLACE)) !== 0) throw new SysError('EINVAL');
    const exchange = (flags & RENAME_EXCHANGE) !== 0;
    const moved = this.#child(from);
    const target = to.#child(toName);
    if (!moved || (exchange && !target)) throw new SysError('ENOENT');
    this.#demandMovable(moved);
    if (exchange && target) this.#demandMovable(target);
    if (!exchange && target instanceof OverlayDirectory) target.demandEmpty();
    const leavesWhiteout = !exchange && this.#hasBelow(from);
    moved.copyUp();
    if (exchange) target?.copyUp();
    const directory = to.copyUp();
    // By name: an inode may have several.
    const old = this.#upperName(from, moved);
    const replaced = exchange && target ? to.#upperName(toName, target) : lookup(directory, toName, null);
    this.#prepare(moved, old, to);
    if (exchange && target && replaced) to.#prepare(target, replaced, this);
    this.#renameUpper(old, directory, toName, replaced, { exchange, leavesWhiteout });
    this.#settle(from, to, toName, moved, exchange ? target : null);
    if (target && !exchange) this.#lost(target);
  }

  /** One of its names has gone. */
  #lost(inode: Inode): void {
    inode.nlink = inode.isDirectory ? 0 : Math.max(0, inode.nlink - 1);
    if (inode instanceof OverlayInode) this.overlay.hardLinks?.counted(inode);
  }

  /** ENOTEMPTY; what only hides lower names is taken out of the way. */
  demandEmpty(): void {
    if (readMerged(this.overlay, this.#layers, null).length > 0) throw new SysError('ENOTEMPTY');
    const { upper } = this;
    if (!upper) return;
    for (const { name } of upper.inode.readdir(null)) {
      const entry = lookup(upper, name, null);
      if (entry) removeName(entry);
    }
  }

  /** The name in the upper layer; a file that was copied up by another of its names is linked there first. */
  #upperName(name: string, inode: OverlayInode): Dentry {
    const upper = this.copyUp();
    return lookup(upper, name, null) ?? linkName(upper, name, inode.copyUp().inode);
  }

  #make(name: string, make: (upper: Dentry, isOverWhiteout: boolean) => Dentry): Inode {
    const upper = this.copyUp();
    return this.#made(
      name,
      this.#inPlaceOfWhiteout(upper, name, (isOver) => make(upper, isOver)),
    );
  }
  #made(name: string, dentry: Dentry): Inode {
    this.#changed();
    return this.#remember(name, { upper: dentry, lowers: [] });
  }

  #remember(name: string, entries: LayerEntries): OverlayInode {
    const inode = this.#inodeFor(name, entries);
    this.#known.set(name, inode);
    return inode;
  }
  #inodeFor(name: string, entries: LayerEntries): OverlayInode {
    const place: OverlayPlace = { parent: this, name };
    const first = entries.upper ?? entries.lowers[0];
    if (first?.inode.isDirectory) {
      this.#noteOrigin(entries);
      return new OverlayDirectory(this.overlay, entries, place);
    }
    const key = this.overlay.hardLinks?.keyOf(entries) ?? null;
    if (key !== null) return this.#oneOfMany(key, entries, place);
    if (!entries.upper) return new OverlayInode(this.overlay, entries, place);
    const uppers = uppersOf(this.overlay);
    const known = uppers.get(entries.upper.inode);
    if (known) return known;
    const inode = new OverlayInode(this.overlay, entries, place);
    uppers.set(entries.upper.inode, inode);
    return inode;
  }

  /** `index=on`: the inode behind all names of a lower file. */
  #oneOfMany(key: string, entries: LayerEntries, place: OverlayPlace): OverlayInode {
    const links = this.overlay.hardLinks;
    const known = links?.known(key);
    if (known) {
      known.place = place;
      return known;
    }
    const upper = entries.upper ?? links?.find(key) ?? null;
    const inode = new OverlayInode(this.overlay, { upper, lowers: entries.lowers }, place);
    links?.remember(key, inode);
    return inode;
  }

  /** An upper directory that lower ones show through is told where it comes from, if nobody has yet (ovl_fix_origin). */
  #noteOrigin({ upper, lowers: [lower] }: LayerEntries): void {
    const { overlay } = this;
    if (!upper || !lower || !this.upper || overlay.readOnly || overlay.marks.get(upper.inode, 'origin')) return;
    markOrigin(overlay, upper.inode, lower.inode);
    overlay.marks.makeImpure(this.upper.inode);
  }

  /** Puts something where a whiteout was. When that fails, the whiteout is there again. */
  #inPlaceOfWhiteout(upper: Dentry, name: string, make: (isOverWhiteout: boolean) => Dentry): Dentry {
    const { overlay } = this;
    const entry = lookup(upper, name, null);
    if (!entry || !overlay.work || !isWhiteout(overlay, upper, entry.inode)) return make(false);
    renameName(entry, overlay.work, overlay.temporaryName(), null, 0);
    try {
      const made = make(true);
      removeName(entry);
      return made;
    } catch (error) {
      renameName(entry, upper, name, null, 0);
      throw error;
    }
  }

  #remove(name: string): void {
    const hasBelow = this.#hasBelow(name);
    const upper = this.copyUp();
    const whiteout = hasBelow ? this.overlay.prepareWhiteout() : null;
    const entry = lookup(upper, name, null);
    if (entry) removeName(entry);
    if (whiteout) renameName(whiteout, upper, name, null, 0);
    this.#known.delete(name);
    this.#changed();
  }

  /** A lower layer would show the name if the upper one did not hide it (ovl_lower_positive). */
  #hasBelow(name: string): boolean {
    const known = this.#child(name);
    if (known && !known.upper) return true;
    for (const lower of this.lowers) {
      const entry = lookup(lower, name, null);
      if (entry) return !isWhiteout(this.overlay, lower, entry.inode);
    }
    return false;
  }

  #child(name: string): OverlayInode | null {
    const inode = this.lookup(name, null);
    return inode instanceof OverlayInode ? inode : null;
  }

  /** A directory that lower layers show could be moved only by remembering where it was. */
  #demandMovable(inode: OverlayInode): void {
    if (this.overlay.redirect === 'on' && !this.overlay.marks.unusable) return;
    if (inode instanceof OverlayDirectory && inode.isMergedOrLower) throw new SysError('EXDEV');
  }

  /** Marks that a moved directory needs to look the same at its new place. */
  #prepare(moved: OverlayInode, dentry: Dentry, to: OverlayDirectory): void {
    const { marks } = this.overlay;
    if (to !== this && marks.get(dentry.inode, 'origin') && to.upper) marks.makeImpure(to.upper.inode);
    if (!(moved instanceof OverlayDirectory)) return;
    if (moved.isMergedOrLower) {
      const text = redirectFor(moved, to === this, this.overlay);
      if (text !== null && !marks.set(dentry.inode, 'redirect', encode(text))) throw new SysError('EXDEV');
    } else if (to.isMerged && marks.opaqueness(dentry.inode) !== 'y' && !marks.makeOpaque(dentry.inode)) {
      throw new SysError('EXDEV');
    }
  }

  #renameUpper(
    old: Dentry,
    directory: Dentry,
    toName: string,
    replaced: Dentry | null,
    { exchange, leavesWhiteout }: { exchange: boolean; leavesWhiteout: boolean },
  ): void {
    const isOverWhiteout = replaced !== null && isWhiteout(this.overlay, directory, replaced.inode);
    if (exchange) return renameName(old, directory, toName, replaced, RENAME_EXCHANGE);
    // The whiteout that was at the new name is just what is needed at the old one.
    if (leavesWhiteout && isOverWhiteout) return renameName(old, directory, toName, replaced, RENAME_EXCHANGE);
    if (isOverWhiteout && replaced && old.inode.isDirectory) {
      removeName(replaced);
      return renameName(old, directory, toName, null, 0);
    }
    renameName(old, directory, toName, replaced, leavesWhiteout ? RENAME_WHITEOUT : 0);
  }

  #settle(from: string, to: OverlayDirectory, toName: string, moved: OverlayInode, other: OverlayInode | null): void {
    this.#known.delete(from);
    to.#known.set(toName, moved);
    moved.place = { parent: to, name: toName };
    if (other) {
      this.#known.set(from, other);
      other.place = { parent: this, name: from };
    }
    this.#changed();
    to.#changed();
  }

  #inoOf(entry: DirectoryEntry): number {
    return this.#child(entry.name)?.shownIno ?? entry.ino;
  }

  #changed(): void {
    this.sync();
    this.overlay.kernel.touch('overlays');
  }
}

function uppersOf(overlay: OverlaySuperBlock): WeakMap<Inode, OverlayInode> {
  const known = byUpper.get(overlay);
  if (known) return known;
  const made = new WeakMap<Inode, OverlayInode>();
  byUpper.set(overlay, made);
  return made;
}

/** The layers still have what the inode stands for. */
function isSame(inode: OverlayInode, { upper, lowers }: LayerEntries): boolean {
  if (inode.upper !== null || upper !== null) return inode.upper?.inode === upper?.inode;
  return inode.lowers[0]?.inode === lowers[0]?.inode;
}
