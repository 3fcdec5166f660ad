/** mount_setattr(2): flags and propagation of a mount, or of a whole tree, all at once. */
import { SysError } from '../../abi/errno';
import {
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_RELATIME,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
} from '../../abi/mounts';
import { NsFile } from '../../fs/nsfs';
import { UserNamespace } from '../../ns/namespace';
import type { Task } from '../../task/task';
import { type Mount, mountTree } from '../mount';
import type { Path } from '../path';
import type { Vfs } from '../vfs';
import { demandMountObject, demandMountRight, demandUnlocked } from './guards';
import { setPropagation } from './mount-call';

/** struct mount_attr, MOUNT_ATTR_* bits. */
export interface MountAttributes {
  set: number;
  clear: number;
  propagation: number;
  userns: number;
}

const MOUNT_ATTR_NOATIME = 0x10;
const MOUNT_ATTR_STRICTATIME = 0x20;
const MOUNT_ATTR__ATIME = 0x70;
const MOUNT_ATTR_IDMAP = 0x100000;
const plain = [
  [0x1, MS_RDONLY],
  [0x2, MS_NOSUID],
  [0x4, MS_NODEV],
  [0x8, MS_NOEXEC],
  [0x80, MS_NODIRATIME],
] as const;
const known = plain.reduce((sum, [bit]) => sum | bit, MOUNT_ATTR__ATIME | MOUNT_ATTR_IDMAP);

export function mountSetattr(vfs: Vfs, task: Task, find: () => Path, recursive: boolean, given: MountAttributes): void {
  demandMountRight(task);
  if (given.set === 0 && given.clear === 0 && given.propagation === 0) return;
  const change = changeOf(given);
  if (((given.set | given.clear) & MOUNT_ATTR_IDMAP) !== 0) refuseMapping(vfs, task, given);
  const path = find();
  demandMountObject(task, path);
  const mounts = recursive ? [...mountTree(path.mount)] : [path.mount];
  for (const mount of mounts) mayChange(mount, (mount.flags & ~change.clear) | change.set);
  for (const mount of mounts) {
    mount.flags = (mount.flags & ~change.clear) | change.set;
    if (given.propagation !== 0) setPropagation(vfs, mount, given.propagation);
  }
  vfs.kernel.touch('mounts');
}

/** EINVAL for what is unknown or says two things. */
function changeOf({ set, clear, propagation }: MountAttributes): { set: number; clear: number } {
  if (![0, MS_SHARED, MS_PRIVATE, MS_SLAVE, MS_UNBINDABLE].includes(propagation)) throw new SysError('EINVAL');
  if (((set | clear) & ~known) !== 0 || set > known || clear > known) throw new SysError('EINVAL');
  const flags = (bits: number) => plain.reduce((sum, [bit, flag]) => ((bits & bit) !== 0 ? sum | flag : sum), 0);
  const change = { set: flags(set), clear: flags(clear) };
  const times = set & MOUNT_ATTR__ATIME;
  if ((clear & MOUNT_ATTR__ATIME) === 0) {
    if (times !== 0) throw new SysError('EINVAL');
    return change;
  }
  if ((clear & MOUNT_ATTR__ATIME) !== MOUNT_ATTR__ATIME) throw new SysError('EINVAL');
  return { set: change.set | accessTimes(times), clear: change.clear | MS_RELATIME | MS_NOATIME };
}

function accessTimes(times: number): number {
  if (times === 0) return MS_RELATIME;
  if (times === MOUNT_ATTR_NOATIME) return MS_NOATIME;
  if (times === MOUNT_ATTR_STRICTATIME) return 0;
  throw new SysError('EINVAL');
}

/** Mapped mounts: asked for rightly, no filesystem here allows them (can_idmap_mount). */
function refuseMapping(vfs: Vfs, task: Task, { clear, userns }: MountAttributes): never {
  if ((clear & MOUNT_ATTR_IDMAP) !== 0) throw new SysError('EINVAL');
  const file = vfs.getFile(task, userns);
  if (!(file instanceof NsFile) || !(file.namespace instanceof UserNamespace)) throw new SysError('EINVAL');
  if (file.namespace.parent === null) throw new SysError('EPERM');
  throw new SysError('EINVAL');
}

/** EPERM for flags a more privileged namespace has set, EBUSY while somebody writes. */
function mayChange(mount: Mount, wanted: number): void {
  demandUnlocked(mount, wanted);
  const becomesReadOnly = (wanted & MS_RDONLY) !== 0 && (mount.flags & MS_RDONLY) === 0;
  if (becomesReadOnly && mount.writers > 0) throw new SysError('EBUSY');
}
