/**
 * `index=on`: lower files with several names stay one file when they are copied up. The copy is put into the index, under
 * a name made of where it comes from, and linked from there (kernel: Documentation/filesystems/overlayfs.rst, "Inode
 * index").
 */
import { decode, encode } from '../../bytes';
import type { Dentry } from '../../vfs/dentry';
import type { Inode } from '../../vfs/inode';
import { lookup } from '../../vfs/lookup';
import { linkName, removeName } from '../../vfs/names';
import { OverlayDirectory } from './directory';
import type { LayerEntries, OverlayInode } from './inode';
import { originOf } from './origin';
import type { OverlaySuperBlock } from './super-block';

export class HardLinks {
  /** The overlay's inodes of files with several names, by their name in the index. */
  readonly #inodes = new Map<string, OverlayInode>();

  constructor(
    private readonly overlay: OverlaySuperBlock,
    readonly directory: Dentry,
  ) {}

  /** Its name in the index; null for what has but one name, or is of the upper layer alone. */
  keyOf({ upper, lowers: [lower] }: LayerEntries): string | null {
    if (!upper) return lower && lower.inode.nlink > 1 && !lower.inode.isDirectory ? this.#nameOf(lower.inode) : null;
    const origin = upper.inode.isDirectory ? null : this.overlay.marks.get(upper.inode, 'origin');
    const key = origin && hex(origin);
    return key && lookup(this.directory, key, null) ? key : null;
  }

  known(key: string): OverlayInode | undefined {
    return this.#inodes.get(key);
  }
  /** The copy, where one was made. */
  find(key: string): Dentry | null {
    return lookup(this.directory, key, null);
  }

  remember(key: string, inode: OverlayInode): void {
    inode.indexKey = key;
    inode.mindsNames = true;
    this.#inodes.set(key, inode);
    const { upper } = inode;
    if (upper) inode.nlink = upper.inode.nlink + this.#difference(upper.inode);
  }

  /** When it is copied up, it is by that name. */
  foundAs(inode: OverlayInode, { name, parent }: Dentry): void {
    if (parent?.inode instanceof OverlayDirectory) inode.place = { parent: parent.inode, name };
  }

  /** It was copied up by another name: this one has to be in the upper layer, too. */
  linkUp(inode: OverlayInode): void {
    const { place, upper } = inode;
    if (!place || !upper || inode.nlink === 0) return;
    const directory = place.parent.copyUp();
    if (lookup(directory, place.name, null)) return;
    const { atime, mtime } = directory.inode;
    linkName(directory, place.name, upper.inode);
    directory.inode.setattr({ atime, mtime });
    this.overlay.marks.makeImpure(directory.inode);
    this.counted(inode);
  }

  /** Names have come or gone: notes down how many there are beside those in the upper layer. */
  counted(inode: OverlayInode): void {
    const { indexKey, upper } = inode;
    if (indexKey === null || !upper) return;
    if (inode.nlink > 0) {
      const difference = inode.nlink - upper.inode.nlink;
      this.overlay.marks.set(upper.inode, 'nlink', encode(`U${difference < 0 ? '' : '+'}${difference}`));
      return;
    }
    this.#inodes.delete(indexKey);
    const entry = this.find(indexKey);
    if (entry) removeName(entry);
  }

  #difference(upper: Inode): number {
    const mark = this.overlay.marks.get(upper, 'nlink');
    return mark ? Number(decode(mark).slice(1)) : 0;
  }
  #nameOf(lower: Inode): string {
    return hex(originOf(lower, this.overlay.kernel.options.seed));
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
