/** mount(2): what its flags ask for, and the checks of each, in Linux's order (fs/namespace.c). */
import { SysError } from '../../abi/errno';
import {
  MS_BIND,
  MS_MOVE,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SILENT,
  MS_SLAVE,
  MS_STRICTATIME,
  MS_UNBINDABLE,
} from '../../abi/mounts';
import { isNsFile, mountNamespaceOf } from '../../fs/nsfs';
import { isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';
import { type Mount, mountTree } from '../mount';
import { isMountRoot, onTop, type Path } from '../path';
import type { Vfs } from '../vfs';
import { atimeFlags, attachTree } from './attach';
import { demandMountRight, demandUnlocked, hasLockedBelow, isDetached, isOurs } from './guards';
import { changePropagation, makeShared } from './peers';
import { demandRoom } from './room';
import { cloneMount, copyTree, discardTree } from './tree';

export interface MountArguments {
  source: string | null;
  target: string;
  type: string | null;
  flags: number;
  data: string;
}

const magicMask = 0xffff_0000;
const magic = 0xc0ed_0000;
const propagationFlags = MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

export function mountCall(vfs: Vfs, task: Task, { source, target, type, flags: given, data }: MountArguments): void {
  vfs.kernel.namespaces.settle();
  const path = vfs.resolve(task, target);
  const flags = (given & magicMask) >>> 0 === magic ? given & ~magicMask : given;
  demandMountRight(task);
  const mountFlags = mountFlagsOf(flags, path.mount);
  if ((flags & MS_REMOUNT) !== 0) {
    if ((flags & MS_BIND) !== 0) return remountBind(vfs, task, path, mountFlags);
    return remount(vfs, task, path, flags, mountFlags, data);
  }
  if ((flags & MS_BIND) !== 0) return bind(vfs, task, path, source, (flags & MS_REC) !== 0);
  if ((flags & propagationFlags) !== 0) return changeType(vfs, task, path, flags);
  if ((flags & MS_MOVE) !== 0) return move(vfs, task, path, source);
  mountNew(vfs, task, path, { source, type, flags, data }, mountFlags);
}

function mountFlagsOf(flags: number, mount: Mount): number {
  let result = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);
  if ((flags & MS_NOATIME) === 0) result |= MS_RELATIME;
  if ((flags & MS_STRICTATIME) !== 0) result &= ~(MS_RELATIME | MS_NOATIME);
  const saysNothing = (flags & (MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME)) === 0;
  if ((flags & MS_REMOUNT) !== 0 && saysNothing) result = (result & ~atimeFlags) | (mount.flags & atimeFlags);
  return result;
}

function demandOurs(task: Task, mount: Mount): void {
  if (!isOurs(task, mount)) throw new SysError('EINVAL');
}
function demandMountRoot(path: Path): void {
  if (!isMountRoot(path)) throw new SysError('EINVAL');
}

function remountBind(vfs: Vfs, task: Task, path: Path, mountFlags: number): void {
  const { mount } = path;
  demandOurs(task, mount);
  demandMountRoot(path);
  demandUnlocked(mount, mountFlags);
  const becomesReadOnly = (mountFlags & MS_RDONLY) !== 0 && (mount.flags & MS_RDONLY) === 0;
  if (becomesReadOnly && mount.writers > 0) throw new SysError('EBUSY');
  mount.flags = mountFlags;
  vfs.kernel.touch('mounts');
}

function remount(vfs: Vfs, task: Task, path: Path, flags: number, mountFlags: number, data: string): void {
  const { mount } = path;
  const { sb } = mount;
  demandOurs(task, mount);
  demandMountRoot(path);
  demandUnlocked(mount, mountFlags);
  sb.checkOptions(data);
  if (!isCapable(task.cred, 'sys_admin', sb.userns)) throw new SysError('EPERM');
  const readOnly = (flags & MS_RDONLY) !== 0;
  if (readOnly && !sb.readOnly && vfs.hasWriters(sb)) throw new SysError('EBUSY');
  sb.remount(data, { readOnly, task });
  sb.readOnly = readOnly;
  mount.flags = mountFlags;
  vfs.kernel.touch('mounts');
}

function bind(vfs: Vfs, task: Task, target: Path, source: string | null, recursive: boolean): void {
  if (source === null || source === '') throw new SysError('EINVAL');
  const from = vfs.resolve(task, source);
  demandNoLoop(task, from);
  const at = place(target);
  demandOurs(task, at.mount);
  const { mount: old, dentry } = from;
  if (old.unbindable) throw new SysError('EINVAL');
  // Namespaces may be bound from the links in proc, which are in no namespace's tree.
  if (!isOurs(task, old) && !isNsFile(dentry)) throw new SysError('EINVAL');
  if (!recursive && hasLockedBelow(from)) throw new SysError('EINVAL');
  const copy = recursive
    ? copyTree(vfs.mounts, old, dentry, { mountNamespaces: true })
    : cloneMount(vfs.mounts, old, dentry, {});
  copy.locked = false;
  graft(vfs, task, copy, at);
}

/** A mount namespace may be bound only where one that is younger than it can see it: no circles (mnt_ns_loop). */
function demandNoLoop(task: Task, { dentry }: Path): void {
  const ns = mountNamespaceOf(dentry);
  if (ns && task.ns.mnt.inum >= ns.inum) throw new SysError('EINVAL');
}

/** Where something is mounted: on top of what is there already (lock_mount). ENOENT when the directory was removed. */
function place(path: Path): Path {
  const top = onTop(path);
  if (top.dentry.unlinked) throw new SysError('ENOENT');
  return top;
}

/** ENOTDIR: a directory on a directory, a file on a file. */
function graft(vfs: Vfs, task: Task, mount: Mount, at: Path): void {
  try {
    if (at.dentry.inode.isDirectory !== mount.root.inode.isDirectory) throw new SysError('ENOTDIR');
    demandRoom(task, mount, at.mount);
    attachTree(vfs.mounts, mount, at.mount, at.dentry);
  } catch (error) {
    discardTree(vfs.mounts, mount);
    throw error;
  }
}

function changeType(vfs: Vfs, task: Task, path: Path, flags: number): void {
  const { mount } = path;
  demandMountRoot(path);
  const kind = flags & ~(MS_REC | MS_SILENT);
  if (!kinds.has(kind)) throw new SysError('EINVAL');
  demandOurs(task, mount);
  const all = (flags & MS_REC) !== 0 ? [...mountTree(mount)] : [mount];
  for (const one of all) setPropagation(vfs, one, kind);
  vfs.kernel.touch('mounts');
}

/** `flag`: MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE. */
export function setPropagation(vfs: Vfs, mount: Mount, flag: number): void {
  const kind = kinds.get(flag);
  if (kind === undefined) throw new SysError('EINVAL');
  if (kind === 'shared') makeShared(vfs.mounts, mount);
  else changePropagation(vfs.mounts, mount, kind);
}

const kinds = new Map([
  [MS_SHARED, 'shared'],
  [MS_PRIVATE, 'private'],
  [MS_SLAVE, 'slave'],
  [MS_UNBINDABLE, 'unbindable'],
] as const);

function move(vfs: Vfs, task: Task, target: Path, source: string | null): void {
  if (source === null || source === '') throw new SysError('EINVAL');
  moveTo(vfs, task, vfs.resolve(task, source), target);
}

/** A mount that is somewhere, or one that is nowhere yet (do_move_mount). */
export function moveTo(vfs: Vfs, task: Task, from: Path, target: Path): void {
  const { mount: old } = from;
  demandMountRoot(from);
  if (target.dentry.inode.isDirectory !== from.dentry.inode.isDirectory) throw new SysError('EINVAL');
  const at = place(target);
  demandOurs(task, at.mount);
  const { parent } = old;
  if (!isDetached(old)) {
    demandOurs(task, old);
    if (!parent || old.locked || parent.isShared) throw new SysError('EINVAL');
  }
  const tree = [...mountTree(old)];
  if (at.mount.isShared && tree.some(({ unbindable }) => unbindable)) throw new SysError('EINVAL');
  if (tree.some(({ root }) => loops(task, root)) || tree.includes(at.mount)) throw new SysError('ELOOP');
  if (isDetached(old)) demandRoom(task, old, at.mount);
  vfs.mounts.takeOff(old);
  attachTree(vfs.mounts, old, at.mount, at.dentry);
  vfs.kernel.touch('mounts');
}

function loops(task: Task, root: Path['dentry']): boolean {
  const ns = mountNamespaceOf(root);
  return ns !== null && task.ns.mnt.inum >= ns.inum;
}

interface NewMount {
  source: string | null;
  type: string | null;
  flags: number;
  data: string;
}

function mountNew(
  vfs: Vfs,
  task: Task,
  target: Path,
  { source, type, flags, data }: NewMount,
  mountFlags: number,
): void {
  if (type === null) throw new SysError('EINVAL');
  const filesystem = vfs.filesystem(type);
  if (!filesystem) throw new SysError('ENODEV');
  const right = filesystem.userns ? task.cred.user : vfs.kernel.namespaces.initial.user;
  if (!isCapable(task.cred, 'sys_admin', right)) throw new SysError('EPERM');
  const at = place(target);
  demandOurs(task, at.mount);
  const sb = vfs.makeSuper(filesystem, { source: source ?? 'none', flags, data, task });
  if (at.mount.sb === sb && isMountRoot(at)) throw new SysError('EBUSY');
  const mount = vfs.mounts.create(sb, sb.rootDentry, source ?? 'none');
  mount.flags = mountFlags;
  graft(vfs, task, mount, at);
}
