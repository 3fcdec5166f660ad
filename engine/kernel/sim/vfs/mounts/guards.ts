/** What calls on mounts ask before they change anything (Linux may_mount, check_mnt, can_change_locked_flags). */
import { SysError } from '../../abi/errno';
import { isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';
import type { Mount } from '../mount';
import { isMountRoot, type Path } from '../path';
import { atimeFlags } from './attach';

/** EPERM: mounting is for those who may administer the namespace (may_mount). */
export function demandMountRight(task: Task): void {
  const { owner } = task.ns.mnt;
  if (owner === null || !isCapable(task.cred, 'sys_admin', owner)) throw new SysError('EPERM');
}

/** EINVAL: it is in the caller's own namespace (check_mnt). */
export function isOurs(task: Task, mount: Mount): boolean {
  return mount.namespace === task.ns.mnt;
}
/** can_change_locked_flags */
export function demandUnlocked({ lockedFlags, flags }: Mount, wanted: number): void {
  const kept = lockedFlags & ~atimeFlags;
  if ((kept & flags & ~wanted) !== 0) throw new SysError('EPERM');
  if ((lockedFlags & atimeFlags) !== 0 && (flags & atimeFlags) !== (wanted & atimeFlags)) throw new SysError('EPERM');
}

export function hasLockedBelow({ mount, dentry }: Path): boolean {
  for (const child of mount.children) if (child.locked && child.mountpoint?.isBelow(dentry)) return true;
  return false;
}

/** The root of a tree that is nowhere yet. */
export function isDetached({ namespace, isGoing, parent }: Path['mount']): boolean {
  return namespace === null && !isGoing && parent === null;
}

/** EINVAL unless the place is the root of a mount that may be changed by the caller. */
export function demandMountObject(task: Task, path: Path): void {
  const { mount } = path;
  if (!isMountRoot(path) || !(isOurs(task, mount) || isDetached(mount))) throw new SysError('EINVAL');
}
