/** What all inodes of a tmpfs have in common. */
import { SysError } from '../../abi/errno';
import { type Device, S_IFMT, XATTR_CREATE, XATTR_REPLACE } from '../../abi/files';
import type { Nanoseconds } from '../../sched/blocking';
import type { Credentials } from '../../task/credentials';
import type { Task } from '../../task/task';
import { Inode, type InodeBirth, type InodeChange } from '../../vfs/inode';
import type { OpenFile } from '../../vfs/open-file';
import { devicePermission } from '../devices/access';
import type { TmpfsSuperBlock } from './super-block';

export class TmpfsInode extends Inode {
  readonly ino: number;
  mode: number;
  uid: number;
  gid: number;
  #xattrs: Map<string, Uint8Array> | null = null;

  constructor(
    readonly tmpfs: TmpfsSuperBlock,
    { mode, uid, gid, rdev, acl, defaultAcl }: InodeBirth,
  ) {
    super(tmpfs);
    tmpfs.takeInode();
    this.ino = tmpfs.nextIno();
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    if (rdev) this.rdev = rdev;
    if (acl) this.acl = acl;
    if (defaultAcl) this.defaultAcl = defaultAcl;
    const { now } = this;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }

  get now(): Nanoseconds {
    return this.tmpfs.kernel.realtime;
  }
  override get blocks(): number {
    return 0;
  }

  override open(flags: number, task: Task | null): OpenFile {
    const device: Device | null = this.rdev;
    if (!device) throw new SysError('ENXIO');
    return this.tmpfs.kernel.vfs.openDevice(this, device, flags, task);
  }

  override permission(mask: number, cred: Credentials): boolean | undefined {
    return this.rdev === null ? undefined : devicePermission(this.tmpfs.kernel, this, mask, cred);
  }

  override setattr({ mode, uid, gid, atime, mtime, size }: InodeChange): void {
    if (size !== undefined) this.resize(size);
    if (mode !== undefined) this.mode = (this.mode & S_IFMT) | (mode & 0o7777);
    if (uid !== undefined) this.uid = uid;
    if (gid !== undefined) this.gid = gid;
    if (atime !== undefined) this.atime = atime;
    if (mtime !== undefined) this.mtime = mtime;
    this.ctime = this.now;
  }
  protected resize(_size: number): void {
    throw new SysError('EINVAL');
  }

  override get supportsAcl(): boolean {
    return true;
  }

  override getxattr(name: string): Uint8Array | null {
    checkName(name);
    return this.#xattrs?.get(name) ?? null;
  }
  override setxattr(name: string, value: Uint8Array, flags: number): void {
    checkName(name);
    const old = this.#xattrs?.get(name);
    if (old && (flags & XATTR_CREATE) !== 0) throw new SysError('EEXIST');
    if (!old && (flags & XATTR_REPLACE) !== 0) throw new SysError('ENODATA');
    // The limit on inodes is one on what users keep in attributes, too.
    if (name.startsWith('user.')) this.tmpfs.takeInode(spaceOf(name, value));
    if (old && name.startsWith('user.')) this.tmpfs.giveInode(spaceOf(name, old));
    this.#xattrs ??= new Map();
    this.#xattrs.set(name, value);
    this.tmpfs.changed();
    this.ctime = this.now;
  }
  override removexattr(name: string): void {
    checkName(name);
    const old = this.#xattrs?.get(name);
    if (!old) throw new SysError('ENODATA');
    this.#xattrs?.delete(name);
    if (name.startsWith('user.')) this.tmpfs.giveInode(spaceOf(name, old));
    this.ctime = this.now;
  }
  override listxattr(): string[] {
    return [...(this.#xattrs?.keys() ?? [])].sort().reverse();
  }

  override evict(): void {
    for (const name of this.listxattr()) {
      const value = this.#xattrs?.get(name);
      if (value && name.startsWith('user.')) this.tmpfs.giveInode(spaceOf(name, value));
    }
    this.#xattrs = null;
    this.tmpfs.giveInode();
  }
}

/** EOPNOTSUPP, EINVAL. */
function checkName(name: string): void {
  const prefix = ['user.', 'trusted.', 'security.'].find((known) => name.startsWith(known));
  if (prefix === undefined) throw new SysError('EOPNOTSUPP');
  if (name === prefix) throw new SysError('EINVAL');
}

/** simple_xattr_space */
function spaceOf(name: string, value: Uint8Array): number {
  return name.length + value.length + 40;
}
