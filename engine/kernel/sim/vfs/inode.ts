/**
 * What every filesystem implements. The VFS checks permissions, read-only mounts and name lengths before it calls one of
 * these; a filesystem only says what is in it and changes it. All of them are synchronous: nothing here waits.
 *
 * An operation a filesystem does not have throws the errno that Linux gives (see the defaults below).
 */

import { SysError } from '../abi/errno';
import type { Device } from '../abi/files';
import { IN_DELETE_SELF, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../abi/files';
import type { Nanoseconds } from '../sched/blocking';
import type { Credentials } from '../task/credentials';
import type { Task } from '../task/task';
import type { Acl } from './acl';
import type { Dentry } from './dentry';
import type { FileLock } from './flock';
import { type Mark, notifyGone } from './notify';
import type { OpenFile } from './open-file';
import type { Path } from './path';
import type { Pipe } from './pipe';
import type { SuperBlock } from './super-block';

export interface DirectoryEntry {
  name: string;
  ino: number;
  /** S_IFMT bits. */
  type: number;
}

/** What `chmod`, `chown`, `utimensat` and `truncate` may change; what is left out stays. */
export interface InodeChange {
  mode?: number;
  uid?: number;
  gid?: number;
  size?: number;
  atime?: Nanoseconds;
  mtime?: Nanoseconds;
}

/** What a new inode is made with. `mode` holds the type and the permissions after the umask. uid and gid are global (kuid). */
export interface InodeBirth {
  mode: number;
  uid: number;
  gid: number;
  rdev?: Device;
  /** Inherited from the directory (acl(5)). */
  acl?: Acl;
  defaultAcl?: Acl;
}

export abstract class Inode {
  abstract readonly ino: number;
  /** Type and permission bits. */
  abstract mode: number;
  /** As the initial user namespace numbers them. */
  abstract uid: number;
  abstract gid: number;
  nlink = 1;
  atime: Nanoseconds = 0;
  mtime: Nanoseconds = 0;
  ctime: Nanoseconds = 0;
  rdev: Device | null = null;
  /** Open files, and whatever else keeps it although it has no name. */
  holders = 0;
  /** Who wants to hear of changes (inotify, the lab itself). */
  marks: Set<Mark> | null = null;
  /** What flows through a FIFO that is open. */
  pipe: Pipe | null = null;
  /** Access list beyond the mode, and what is inherited from a directory (acl(5)). */
  acl: Acl | null = null;
  defaultAcl: Acl | null = null;
  /** Locks of flock(2). */
  locks: FileLock | null = null;
  /**
   * Names that are looked up anew each time, because they come and go by themselves (proc). The VFS then asks `lookup`
   * on every walk and keeps the old dentry only while it leads to the same inode.
   */
  readonly volatile: boolean = false;

  constructor(readonly sb: SuperBlock) {}

  get isDirectory(): boolean {
    return (this.mode & S_IFMT) === S_IFDIR;
  }
  get isSymlink(): boolean {
    return (this.mode & S_IFMT) === S_IFLNK;
  }
  get isFile(): boolean {
    return (this.mode & S_IFMT) === S_IFREG;
  }

  get size(): number {
    return 0;
  }
  /** 512-byte blocks, as stat(2) counts them. */
  get blocks(): number {
    return Math.ceil(this.size / 512);
  }
  /** `st_dev`: another than the filesystem's in an overlay. */
  get device(): Device {
    return this.sb.device;
  }
  /** `st_ino`, where it is not the inode's own number. */
  get shownIno(): number {
    return this.ino;
  }
  /** `st_nlink`, where it is not the number of names. */
  get shownLinks(): number {
    return this.nlink;
  }
  get blockSize(): number {
    return 4096;
  }

  // Directories. `name` is one component, never `.` or `..`.

  /** The inode under that name, the same object every time; null when there is none. */
  lookup(_name: string, _task: Task | null): Inode | null {
    throw new SysError('ENOTDIR');
  }
  /** All names, without `.` and `..`. */
  readdir(_task: Task | null): DirectoryEntry[] {
    throw new SysError('ENOTDIR');
  }
  /** A file, FIFO, socket, device (`birth.mode` says which). The name is free. */
  create(_name: string, _birth: InodeBirth): Inode {
    throw new SysError('EPERM');
  }
  mkdir(_name: string, _birth: InodeBirth): Inode {
    throw new SysError('EPERM');
  }
  symlink(_name: string, _target: string, _birth: InodeBirth): Inode {
    throw new SysError('EPERM');
  }
  link(_name: string, _inode: Inode): void {
    throw new SysError('EPERM');
  }
  unlink(_name: string, _inode: Inode): void {
    throw new SysError('EPERM');
  }
  /** ENOTEMPTY when it is not empty. */
  rmdir(_name: string, _inode: Inode): void {
    throw new SysError('EPERM');
  }
  /** Replaces what is at the new name (the VFS has checked types). `flags`: RENAME_* of renameat2(2). */
  rename(_from: string, _to: Inode, _toName: string, _flags: number): void {
    throw new SysError('EPERM');
  }

  // Symbolic links.

  readlink(_task: Task | null): string {
    throw new SysError('EINVAL');
  }
  /** A "magic" link of proc (`/proc/PID/fd/N`, `ns/uts`, `exe`, `root`, `cwd`): where it leads, whatever its text says. */
  follow(_task: Task): Path | null {
    return null;
  }

  // Contents.

  /** Bytes of a regular file. Never changed afterwards: they may be part of the file itself. */
  readAt(_offset: number, _count: number): Uint8Array {
    throw new SysError('EINVAL');
  }
  /** How many were taken: fewer when the space is used up, ENOSPC when nothing could be. */
  writeAt(_data: Uint8Array, _offset: number): number {
    throw new SysError('EINVAL');
  }
  /** Where the next bytes that take room begin, from an offset within the file on: ENXIO when there are none. */
  nextData(offset: number): number {
    return offset;
  }
  /** Where the next hole begins; the end of the file is one. */
  nextHole(_offset: number): number {
    return this.size;
  }
  /** It has been read. */
  accessed(now: Nanoseconds): void {
    this.atime = now;
  }
  /** It wants to know by which of its names it was found last. */
  mindsNames = false;
  foundAs(_dentry: Dentry): void {}
  /** Brings the attributes up to date, where they are another inode's (an overlay). */
  sync(): void {}
  hold(): void {
    this.holders++;
  }
  /** The last holder of a file without a name takes it along. */
  letGo(): void {
    this.holders--;
    if (this.holders > 0 || this.nlink > 0) return;
    this.evict();
    notifyGone(this, IN_DELETE_SELF);
  }
  /** Called by open(2) after all checks. `task` is null when the lab itself opens the file. */
  open(_flags: number, _task: Task | null): OpenFile {
    throw new SysError('ENXIO');
  }
  /** A stream without a name that is opened again through /proc/PID/fd: an end of the same, at once; null where a FIFO is to be opened. */
  reopen(_flags: number): OpenFile | null {
    return null;
  }
  /** fallocate(2): makes sure of the space. */
  allocate(_offset: number, _length: number): void {
    throw new SysError('EOPNOTSUPP');
  }
  /** Takes over bytes of another file without copying them; how many, or null where it cannot (EXDEV, EINVAL). */
  cloneFrom(_from: Inode, _fromOffset: number, _toOffset: number, _count: number): number | null {
    return null;
  }
  /** Frees what a file holds once it has neither a name nor an open description left. */
  evict(): void {}

  // Attributes.

  setattr(_change: InodeChange): void {
    throw new SysError('EPERM');
  }
  /** `null` when the attribute is not set; the VFS turns that into ENODATA. */
  getxattr(_name: string): Uint8Array | null {
    throw new SysError('EOPNOTSUPP');
  }
  setxattr(_name: string, _value: Uint8Array, _flags: number): void {
    throw new SysError('EOPNOTSUPP');
  }
  removexattr(_name: string): void {
    throw new SysError('EOPNOTSUPP');
  }
  listxattr(): string[] {
    return [];
  }
  /** Access lists can be kept in `acl` and `defaultAcl`. */
  get supportsAcl(): boolean {
    return false;
  }
  setAcl(acl: Acl | null, defaultAcl: Acl | null): void {
    this.acl = acl;
    this.defaultAcl = defaultAcl;
  }
  /** A check beside the usual mode bits (proc's ptrace rules); `undefined`: the usual rules alone decide. */
  permission(_mask: number, _cred: Credentials): boolean | undefined {
    return undefined;
  }
}
