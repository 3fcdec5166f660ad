/** An inode of an overlay: stands for one of a layer, and is copied up when it is to change. */
import { SysError } from '../../abi/errno';
import { type Device, O_ACCMODE, O_TRUNC } from '../../abi/files';
import type { Nanoseconds } from '../../sched/blocking';
import type { Credentials } from '../../task/credentials';
import type { Task } from '../../task/task';
import type { Acl } from '../../vfs/acl';
import type { Dentry } from '../../vfs/dentry';
import { Inode, type InodeChange } from '../../vfs/inode';
import type { OpenFile } from '../../vfs/open-file';
import { ContentFile } from '../../vfs/open-file-kinds';
import { devicePermission } from '../devices/access';
import { copyUp } from './copy-up';
import type { OverlayDirectory } from './directory';
import type { OverlaySuperBlock } from './super-block';

export interface LayerEntries {
  upper: Dentry | null;
  /** Topmost first; more than one only of a directory. */
  lowers: readonly Dentry[];
}

/** By which name it is found; what is copied up is put there. */
export interface OverlayPlace {
  parent: OverlayDirectory;
  name: string;
}

export class OverlayInode extends Inode {
  upper: Dentry | null;
  readonly lowers: readonly Dentry[];
  readonly ino: number;
  /** Its name in the index (`index=on`), if it is a file with several names below. */
  indexKey: string | null = null;
  /** The real inode that is kept while somebody has this one. */
  #heldReal: Inode | null = null;

  constructor(
    readonly overlay: OverlaySuperBlock,
    { upper, lowers }: LayerEntries,
    public place: OverlayPlace | null,
  ) {
    super(overlay);
    this.upper = upper;
    this.lowers = lowers;
    const isDirectory = this.real.isDirectory;
    this.ino = isDirectory && !overlay.isSameFs && !overlay.numbersAcross ? overlay.nextIno() : this.real.shownIno;
    this.nlink = this.real.nlink;
    this.sync();
  }

  /** The inode of a layer that this one shows. */
  get real(): Inode {
    const dentry = this.upper ?? this.lowers[0];
    if (!dentry) throw new SysError('EIO');
    return dentry.inode;
  }
  get now(): Nanoseconds {
    return this.overlay.kernel.realtime;
  }

  get mode(): number {
    return this.real.mode;
  }
  get uid(): number {
    return this.real.uid;
  }
  get gid(): number {
    return this.real.gid;
  }
  override get size(): number {
    return this.real.size;
  }
  override get blocks(): number {
    return this.real.blocks;
  }
  override get blockSize(): number {
    return this.real.blockSize;
  }
  override get shownLinks(): number {
    // Nobody counts the subdirectories of several layers.
    const isMerged = this.isDirectory && this.lowers.length + (this.upper ? 1 : 0) > 1;
    if (isMerged) return 1;
    return this.indexKey === null ? this.real.shownLinks : this.nlink;
  }

  override sync(): void {
    const { real } = this;
    real.sync();
    this.atime = real.atime;
    this.mtime = real.mtime;
    this.ctime = real.ctime;
    this.rdev = real.rdev;
    this.acl = real.acl;
    this.defaultAcl = real.defaultAcl;
  }

  override permission(mask: number, cred: Credentials): boolean | undefined {
    return this.rdev === null ? undefined : devicePermission(this.overlay.kernel, this, mask, cred);
  }

  // What stat(2) tells of where it lies (ovl_map_dev_ino).

  /** The inode whose number this one keeps when it is copied up. */
  #numbered(): { fs: { device: Device; number: number } | undefined; ino: number } {
    const { overlay, upper } = this;
    const own = { fs: overlay.fsOf(this.real.sb), ino: this.real.shownIno };
    if (!upper) return own;
    const mark = overlay.marks.get(upper.inode, 'origin');
    const origin = mark && overlay.origin(mark);
    if (!origin) return own;
    return { fs: overlay.fsOf(origin.sb), ino: origin.ino };
  }
  override get device(): Device {
    const { overlay } = this;
    if (overlay.isSameFs || overlay.numbersAcross || this.isDirectory) return overlay.device;
    return this.#numbered().fs?.device ?? overlay.device;
  }
  override get shownIno(): number {
    const { overlay } = this;
    if (!overlay.isSameFs && !overlay.numbersAcross && this.isDirectory) return this.ino;
    const { fs, ino } = this.#numbered();
    return overlay.numbersAcross ? ino + (fs?.number ?? 0) * 2 ** 62 : ino;
  }

  override foundAs(dentry: Dentry): void {
    this.overlay.hardLinks?.foundAs(this, dentry);
  }

  /** Puts it into the upper layer, with everything above it. `data` false: its bytes are not needed. */
  copyUp(data = true): Dentry {
    if (!this.upper) return copyUp(this, data);
    if (this.indexKey !== null) this.overlay.hardLinks?.linkUp(this);
    return this.upper;
  }
  /** It is in the upper layer now. */
  raised(dentry: Dentry): void {
    this.upper = dentry;
    if (this.#heldReal) {
      dentry.inode.hold();
      this.#heldReal.letGo();
      this.#heldReal = dentry.inode;
    }
    if (!this.isDirectory && this.indexKey === null) this.nlink = dentry.inode.nlink;
    this.sync();
    this.overlay.kernel.touch('overlays');
  }

  override hold(): void {
    super.hold();
    if (this.holders > 1) return;
    this.#heldReal = this.real;
    this.#heldReal.hold();
  }
  override letGo(): void {
    super.letGo();
    if (this.holders > 0) return;
    const held = this.#heldReal;
    this.#heldReal = null;
    held?.letGo();
  }

  override open(flags: number, task: Task | null): OpenFile {
    const { real } = this;
    if (!real.isFile) {
      if (real.rdev) return this.overlay.kernel.vfs.openDevice(this, real.rdev, flags, task);
      throw new SysError('ENXIO');
    }
    const truncates = (flags & O_TRUNC) !== 0;
    if ((flags & O_ACCMODE) !== 0 || truncates) this.copyUp(!truncates);
    return new ContentFile(this, flags);
  }
  override readAt(offset: number, count: number): Uint8Array {
    return this.real.readAt(offset, count);
  }
  override writeAt(data: Uint8Array, offset: number): number {
    return this.copyUp().inode.writeAt(data, offset);
  }
  override nextData(offset: number): number {
    return this.real.nextData(offset);
  }
  override nextHole(offset: number): number {
    return this.real.nextHole(offset);
  }
  override allocate(offset: number, length: number): void {
    this.copyUp().inode.allocate(offset, length);
  }
  override cloneFrom(from: Inode, fromOffset: number, toOffset: number, count: number): number | null {
    const source = from instanceof OverlayInode ? from.real : from;
    return this.copyUp().inode.cloneFrom(source, fromOffset, toOffset, count);
  }
  override accessed(now: Nanoseconds): void {
    this.upper?.inode.accessed(now);
  }

  override readlink(task: Task | null): string {
    return this.real.readlink(task);
  }

  override setattr(change: InodeChange): void {
    const { inode } = this.copyUp(change.size !== 0);
    inode.setattr(change);
    this.sync();
  }

  override getxattr(name: string): Uint8Array | null {
    return this.real.getxattr(this.overlay.marks.inLayer(name));
  }
  override setxattr(name: string, value: Uint8Array, flags: number): void {
    this.copyUp().inode.setxattr(this.overlay.marks.inLayer(name), value, flags);
  }
  override removexattr(name: string): void {
    const inLayer = this.overlay.marks.inLayer(name);
    if (this.real.getxattr(inLayer) === null) throw new SysError('ENODATA');
    this.copyUp().inode.removexattr(inLayer);
  }
  override listxattr(): string[] {
    return this.overlay.marks.fromLayer(this.real.listxattr());
  }
  override get supportsAcl(): boolean {
    return this.real.supportsAcl || this.upper === null;
  }
  override setAcl(acl: Acl | null, defaultAcl: Acl | null): void {
    this.copyUp().inode.setAcl(acl, defaultAcl);
    this.sync();
  }
}
