/**
 * A user namespace below the initial one may mount proc or sysfs only where it sees one in full already: with nothing
 * mounted over parts of it that are not empty directories (mount_too_revealing in Linux's fs/namespace.c).
 */
import { SysError } from '../../abi/errno';
import { MS_NOATIME, MS_NODIRATIME, MS_RDONLY, MS_RELATIME, MS_STRICTATIME } from '../../abi/mounts';
import type { UserNamespace } from '../../ns/namespace';
import { isCapable } from '../../task/credentials';
import type { Mount } from '../../vfs/mount';
import type { MountRequest } from '../../vfs/super-block';

const atimeFlags = MS_NOATIME | MS_NODIRATIME | MS_RELATIME;

/** What shows a namespace is mounted by whoever may administer that namespace. EPERM. */
export function demandAdministrator({ task }: MountRequest, owner: UserNamespace | null): void {
  const target = owner ?? task.kernel.namespaces.initial.user;
  if (!isCapable(task.cred, 'sys_admin', target)) throw new SysError('EPERM');
}

/** For filesystems without options of their own. EINVAL. */
export function refuseOptions({ data }: MountRequest): void {
  if (data.split(',').some((option) => option !== '')) throw new SysError('EINVAL');
}

/** EPERM. */
export function demandFullyVisible({ task, flags }: MountRequest, type: 'proc' | 'sysfs'): void {
  const { mnt } = task.ns;
  if (mnt.owner === null || mnt.owner.parent === null) return;
  for (const mount of mnt.mounts) {
    if (mount.sb.type === type && mount.root === rootOf(mount) && isFullyVisible(mount, flags)) return;
  }
  throw new SysError('EPERM');
}

function rootOf(mount: Mount) {
  let dentry = mount.root;
  while (dentry.parent) dentry = dentry.parent;
  return dentry;
}

function isFullyVisible(mount: Mount, flags: number): boolean {
  const locked = mount.lockedFlags;
  const wantedAtime = (flags & (MS_NOATIME | MS_STRICTATIME)) === 0 ? flags | MS_RELATIME : flags;
  if ((locked & MS_RDONLY) !== 0 && (flags & MS_RDONLY) === 0) return false;
  if ((locked & atimeFlags) !== 0 && (mount.flags & atimeFlags) !== (wantedAtime & atimeFlags)) return false;
  for (const child of mount.children) {
    if (!child.locked) continue;
    // Only an empty directory, made for mounting, may be covered.
    if (!child.mountpoint?.inode.isDirectory || !isEmptyPlace(child.mountpoint.pathInFs)) return false;
  }
  return true;
}

const emptyPlaces = new Set([
  '/sys/fs/binfmt_misc',
  '/fs/nfsd',
  '/fs/cgroup',
  '/kernel/debug',
  '/kernel/tracing',
  '/kernel/security',
  '/fs/bpf',
  '/fs/fuse/connections',
  '/kernel/config',
  '/fs/pstore',
]);

/** sysfs_create_mount_point, proc_create_mount_point. */
function isEmptyPlace(path: string): boolean {
  return emptyPlaces.has(path);
}
