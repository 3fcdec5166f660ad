/** umount2(2). */
import { SysError } from '../../abi/errno';
import { MNT_DETACH, MNT_EXPIRE, MNT_FORCE, UMOUNT_NOFOLLOW } from '../../abi/mounts';
import { isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';
import type { Mount } from '../mount';
import { isMountRoot } from '../path';
import type { Vfs } from '../vfs';
import { demandMountRight, isOurs } from './guards';
import { isBusy, unmountTree } from './umount';

export function umountCall(vfs: Vfs, task: Task, target: string, flags: number): void {
  if ((flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)) !== 0) throw new SysError('EINVAL');
  vfs.kernel.namespaces.settle();
  const path = vfs.walkTo(task, target, { followLast: (flags & UMOUNT_NOFOLLOW) === 0, mountpoint: true });
  const { mount } = path;
  demandMountRight(task);
  if (!isMountRoot(path) || !isOurs(task, mount) || mount.locked) throw new SysError('EINVAL');
  if ((flags & MNT_FORCE) !== 0 && !isCapable(task.cred, 'sys_admin', mount.sb.userns)) throw new SysError('EPERM');
  if ((flags & MNT_EXPIRE) !== 0) return expire(vfs, task, mount, flags);
  const detach = (flags & MNT_DETACH) !== 0;
  if (mount === task.fs.root.mount && !detach) return remountRootReadOnly(vfs, task, mount);
  if (!mount.parent) throw new SysError('EINVAL');
  if (!detach && isBusy(vfs.mounts, mount)) throw new SysError('EBUSY');
  unmountTree(vfs.mounts, mount, { propagate: true });
}

const marked = new WeakSet<Mount>();

/** The first call marks it; the second, if nobody came meanwhile, unmounts it. */
function expire(vfs: Vfs, task: Task, mount: Mount, flags: number): void {
  if (mount === task.fs.root.mount || (flags & (MNT_FORCE | MNT_DETACH)) !== 0) throw new SysError('EINVAL');
  if (isBusy(vfs.mounts, mount)) throw new SysError('EBUSY');
  if (!marked.has(mount)) {
    marked.add(mount);
    throw new SysError('EAGAIN');
  }
  unmountTree(vfs.mounts, mount, { propagate: true });
}

/** One's own root is not taken away; it becomes read-only, as at the end of a system's life. */
function remountRootReadOnly(vfs: Vfs, task: Task, mount: Mount): void {
  const { sb } = mount;
  if (!isCapable(task.cred, 'sys_admin', sb.userns)) throw new SysError('EPERM');
  if (sb.readOnly) return;
  if (vfs.hasWriters(sb)) throw new SysError('EBUSY');
  sb.readOnly = true;
  vfs.kernel.touch('mounts');
}
