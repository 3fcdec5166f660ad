/** mkdir(2), rmdir(2), unlink(2), link(2), symlink(2), mknod(2), rename(2): their rules, in Linux's order (fs/namei.c). */
import { SysError } from '../abi/errno';
import {
  type Device,
  R_OK,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  W_OK,
} from '../abi/files';
import { encode } from '../bytes';
import type { AtOptions } from '../sys/types';
import { isCapable } from '../task/credentials';
import type { Task } from '../task/task';
import { birthOf } from './birth';
import type { Dentry } from './dentry';
import type { Inode } from './inode';
import type { Mount } from './mount';
import { createName, linkName, makeDirectory, makeSymlink, removeName, renameName } from './names';
import { checkCreate, checkDelete, checkPermission, isOwner, mayWriteMount, permits } from './permissions';
import { freeName, type NamePlace, takenName } from './walk';

const maxTargetBytes = 4095;

export function makeDirectoryAt(task: Task, path: string, mode: number, at: AtOptions = {}): void {
  const place = task.kernel.vfs.nameOf(task, path, at);
  const { dentry } = freeName(task, place, true);
  checkCreate(task.cred, dentry);
  makeDirectory(dentry, place.name, birthOf(task, dentry.inode, S_IFDIR | (mode & 0o1777)));
}

export function makeNodeAt(task: Task, path: string, mode: number, device?: Device, at: AtOptions = {}): Dentry {
  const kind = mode & S_IFMT;
  if (kind === S_IFDIR) throw new SysError('EPERM');
  if (![0, S_IFREG, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK].includes(kind)) throw new SysError('EINVAL');
  const place = task.kernel.vfs.nameOf(task, path, at);
  const { dentry } = freeName(task, place, false);
  checkCreate(task.cred, dentry);
  const isDevice = kind === S_IFCHR || kind === S_IFBLK;
  const rdev = isDevice ? (device ?? { major: 0, minor: 0 }) : undefined;
  // What an overlay uses to say that a name is gone is nothing one could open.
  const isWhiteout = kind === S_IFCHR && rdev?.major === 0 && rdev.minor === 0;
  if (isDevice && !isWhiteout && !isCapable(task.cred, 'mknod', task.kernel.namespaces.initial.user)) {
    throw new SysError('EPERM');
  }
  if (rdev && !isWhiteout) demandDevice(task, kind === S_IFBLK ? 1 : 2, rdev);
  const birth = birthOf(task, dentry.inode, (kind === 0 ? S_IFREG : kind) | (mode & 0o7777));
  return createName(dentry, place.name, rdev ? { ...birth, rdev } : birth);
}

/** EPERM where a cgroup's program forbids to make it. */
function demandDevice({ kernel }: Task, type: number, device: Device): void {
  if (!kernel.cgroups.allowsDevice({ access: 1, type, ...device })) throw new SysError('EPERM');
}

export function makeSymlinkAt(task: Task, target: string, path: string, at: AtOptions = {}): void {
  if (target === '') throw new SysError('ENOENT');
  if (target.length > maxTargetBytes / 3 && encode(target).length > maxTargetBytes) throw new SysError('ENAMETOOLONG');
  const place = task.kernel.vfs.nameOf(task, path, at);
  const { dentry } = freeName(task, place, false);
  checkCreate(task.cred, dentry);
  makeSymlink(dentry, place.name, target, birthOf(task, dentry.inode, S_IFLNK | 0o777));
}

export interface LinkOptions {
  /** Follows a symbolic link at the end of `from`. */
  follow?: boolean;
  from?: AtOptions;
  to?: AtOptions;
}

export function makeLinkAt(task: Task, from: string, to: string, options: LinkOptions): void {
  const { vfs } = task.kernel;
  const old = vfs.walkTo(task, from, { ...options.from, followLast: options.follow ?? false });
  const place = vfs.nameOf(task, to, options.to);
  const { mount, dentry } = freeName(task, place, false);
  if (old.mount !== mount) throw new SysError('EXDEV');
  const { inode } = old.dentry;
  if (!mayLink(task, inode)) throw new SysError('EPERM');
  checkCreate(task.cred, dentry);
  if (inode.isDirectory) throw new SysError('EPERM');
  if (inode.nlink === 0) throw new SysError('ENOENT');
  linkName(dentry, place.name, inode);
}

/** fs.protected_hardlinks: to others' files only where one could as well have opened them for writing. */
function mayLink({ cred }: Task, inode: Inode): boolean {
  if (isOwner(cred, inode)) return true;
  if (!inode.isFile || (inode.mode & S_ISUID) !== 0) return false;
  if ((inode.mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010)) return false;
  return permits(cred, inode, R_OK | W_OK);
}

export function unlinkAt(task: Task, path: string, at: AtOptions = {}): void {
  const place = task.kernel.vfs.nameOf(task, path, at);
  if (place.kind !== 'name') throw new SysError('EISDIR');
  mayWriteMount(place.parent.mount);
  const victim = takenName(task, place);
  if (place.slash) throw new SysError(victim.inode.isDirectory ? 'EISDIR' : 'ENOTDIR');
  checkDelete(task.cred, place.parent.dentry, victim, false);
  demandNoMount(task, victim);
  removeName(victim);
}

export function removeDirectoryAt(task: Task, path: string, at: AtOptions = {}): void {
  const place = task.kernel.vfs.nameOf(task, path, at);
  if (place.kind === 'dotdot') throw new SysError('ENOTEMPTY');
  if (place.kind === 'dot') throw new SysError('EINVAL');
  if (place.kind === 'root') throw new SysError('EBUSY');
  mayWriteMount(place.parent.mount);
  const victim = takenName(task, place);
  checkDelete(task.cred, place.parent.dentry, victim, true);
  demandNoMount(task, victim);
  removeName(victim);
}

/** EBUSY for what is mounted on in the caller's namespace; elsewhere it does not matter (is_local_mountpoint). */
function demandNoMount({ ns }: Task, dentry: Dentry): void {
  if (dentry.mounts === 0) return;
  for (const mount of ns.mnt.mounts) if (mount.mountpoint === dentry) throw new SysError('EBUSY');
}

export function renameAt(
  task: Task,
  from: string,
  to: string,
  flags: number,
  at: { from?: AtOptions; to?: AtOptions } = {},
): void {
  checkRenameFlags(flags);
  const { vfs } = task.kernel;
  const old = vfs.nameOf(task, from, at.from);
  const fresh = vfs.nameOf(task, to, at.to);
  const { mount } = old.parent;
  if (mount !== fresh.parent.mount) throw new SysError('EXDEV');
  if (old.kind !== 'name') throw new SysError('EBUSY');
  if (fresh.kind !== 'name') throw new SysError((flags & RENAME_NOREPLACE) !== 0 ? 'EEXIST' : 'EBUSY');
  const { source, target } = renamed(task, mount, old, fresh, flags);
  if (source.inode === target?.inode) return;
  checkRename(task, source, fresh.parent.dentry, target, flags);
  renameName(source, fresh.parent.dentry, fresh.name, target, flags);
}

function checkRenameFlags(flags: number): void {
  if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) !== 0) throw new SysError('EINVAL');
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  if (exchange && (flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) !== 0) throw new SysError('EINVAL');
}

/** Both names, after the checks on what they are (do_renameat2). */
function renamed(
  task: Task,
  mount: Mount,
  old: NamePlace,
  fresh: NamePlace,
  flags: number,
): { source: Dentry; target: Dentry | null } {
  mayWriteMount(mount);
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  const source = takenName(task, old);
  const target = nameIfTaken(task, fresh);
  if ((flags & RENAME_NOREPLACE) !== 0 && target) throw new SysError('EEXIST');
  if (exchange && !target) throw new SysError('ENOENT');
  if (exchange && target && !target.inode.isDirectory && fresh.slash) throw new SysError('ENOTDIR');
  if (!source.inode.isDirectory && (old.slash || (!exchange && fresh.slash))) throw new SysError('ENOTDIR');
  if (fresh.parent.dentry.isBelow(source)) throw new SysError('EINVAL');
  if (target && old.parent.dentry.isBelow(target)) throw new SysError(exchange ? 'EINVAL' : 'ENOTEMPTY');
  return { source, target };
}

function nameIfTaken(task: Task, place: NamePlace): Dentry | null {
  try {
    return takenName(task, place);
  } catch (error) {
    if (error instanceof SysError && error.errno === 'ENOENT') return null;
    throw error;
  }
}

/** vfs_rename */
function checkRename(task: Task, source: Dentry, directory: Dentry, target: Dentry | null, flags: number): void {
  const { cred } = task;
  const { parent } = source;
  if (!parent) throw new SysError('EBUSY');
  const isDirectory = source.inode.isDirectory;
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  checkDelete(cred, parent, source, isDirectory);
  if (target) checkDelete(cred, directory, target, exchange ? target.inode.isDirectory : isDirectory);
  else checkCreate(cred, directory);
  if (parent !== directory) {
    // A directory's `..` is changed.
    if (isDirectory) checkPermission(cred, source.inode, W_OK);
    if (exchange && target?.inode.isDirectory) checkPermission(cred, target.inode, W_OK);
  }
  demandNoMount(task, source);
  if (target) demandNoMount(task, target);
}
