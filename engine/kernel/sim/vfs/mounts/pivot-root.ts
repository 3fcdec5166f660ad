/** pivot_root(2), with the checks in Linux's order. */
import { SysError } from '../../abi/errno';
import type { Task } from '../../task/task';
import { isMountRoot, isReachable, onTop, type Path, samePath } from '../path';
import type { Vfs } from '../vfs';
import { demandMountRight, isOurs } from './guards';

export function pivotRoot(vfs: Vfs, task: Task, newRoot: string, putOld: string): void {
  demandMountRight(task);
  const fresh = vfs.walkTo(task, newRoot, { directory: true });
  const old = onTop(vfs.walkTo(task, putOld, { directory: true }));
  const { root } = task.fs;
  check(task, fresh, old, root);
  const { mounts } = vfs;
  const { parent: rootParent, mountpoint: rootPoint } = root.mount;
  if (!rootParent || !rootPoint) throw new SysError('EINVAL');
  mounts.takeOff(fresh.mount);
  if (root.mount.locked) {
    fresh.mount.locked = true;
    root.mount.locked = false;
  }
  mounts.takeOff(root.mount);
  mounts.place(root.mount, old.mount, old.dentry);
  mounts.place(fresh.mount, rootParent, rootPoint);
  moveProcesses(vfs, root, fresh);
  vfs.kernel.touch('mounts', 'processes');
}

function check(task: Task, fresh: Path, old: Path, root: Path): void {
  const demand = (holds: boolean, errno: 'EINVAL' | 'ENOENT' | 'EBUSY') => {
    if (!holds) throw new SysError(errno);
  };
  if (old.dentry.unlinked) throw new SysError('ENOENT');
  const isPrivate = !old.mount.isShared && !fresh.mount.parent?.isShared && !root.mount.parent?.isShared;
  demand(isPrivate, 'EINVAL');
  demand(isOurs(task, root.mount) && isOurs(task, fresh.mount) && !fresh.mount.locked, 'EINVAL');
  demand(!fresh.dentry.unlinked, 'ENOENT');
  demand(fresh.mount !== root.mount && old.mount !== root.mount, 'EBUSY');
  demand(isMountRoot(root) && root.mount.parent !== null, 'EINVAL');
  demand(isMountRoot(fresh) && fresh.mount.parent !== null, 'EINVAL');
  demand(isReachable(old, fresh) && isReachable(fresh, root), 'EINVAL');
}

/** Whoever was at the old root is at the new one (chroot_fs_refs). */
function moveProcesses(vfs: Vfs, old: Path, fresh: Path): void {
  for (const { fs } of vfs.kernel.tasks.all()) {
    if (samePath(fs.root, old)) fs.root = fresh;
    if (samePath(fs.cwd, old)) fs.cwd = fresh;
  }
}
