/** Who may do what with an inode (path_resolution(7), capabilities(7), inode(7)). */
import type { Capability } from '../abi/capabilities';
import { SysError } from '../abi/errno';
import { S_IFBLK, S_IFCHR, S_IFMT, S_ISGID, S_ISUID, S_ISVTX, W_OK, X_OK } from '../abi/files';
import { MS_NODEV } from '../abi/mounts';
import { fromKernelId } from '../ns/id-map';
import { type Credentials, isCapable } from '../task/credentials';
import { aclPermits } from './acl';
import type { Dentry } from './dentry';
import type { Inode } from './inode';
import type { Mount } from './mount';
import type { Path } from './path';

/** capable_wrt_inode_uidgid: the capability, in a namespace that has numbers for the inode's owner and group. */
export function isCapableOver(cred: Credentials, inode: Inode, capability: Capability): boolean {
  if (!isCapable(cred, capability, cred.user)) return false;
  if (cred.user.parent === null) return true;
  return fromKernelId(cred.user, 'uid', inode.uid) !== null && fromKernelId(cred.user, 'gid', inode.gid) !== null;
}

export function isInGroup(cred: Credentials, gid: number): boolean {
  return cred.fsgid === gid || cred.groups.includes(gid);
}

/** inode_owner_or_capable */
export function isOwner(cred: Credentials, inode: Inode): boolean {
  if (cred.fsuid === inode.uid) return true;
  return isCapableOver(cred, inode, 'fowner');
}

/** EACCES, EROFS. `mask`: R_OK, W_OK, X_OK. */
export function checkPermission(cred: Credentials, inode: Inode, mask: number): void {
  if ((mask & W_OK) !== 0) checkWritable(inode);
  const decided = inode.permission(mask, cred);
  if (decided === true) return;
  if (decided === false) throw new SysError('EACCES');
  if (!permits(cred, inode, mask)) throw new SysError('EACCES');
}

/** generic_permission */
export function permits(cred: Credentials, inode: Inode, mask: number): boolean {
  if (modePermits(cred, inode, mask)) return true;
  if (inode.isDirectory) {
    if ((mask & W_OK) === 0 && isCapableOver(cred, inode, 'dac_read_search')) return true;
    return isCapableOver(cred, inode, 'dac_override');
  }
  if ((mask & (W_OK | X_OK)) === 0 && isCapableOver(cred, inode, 'dac_read_search')) return true;
  if ((mask & X_OK) !== 0 && (inode.mode & 0o111) === 0) return false;
  return isCapableOver(cred, inode, 'dac_override');
}

function modePermits(cred: Credentials, inode: Inode, mask: number): boolean {
  const { mode } = inode;
  if (cred.fsuid === inode.uid) return ((mode >> 6) & mask) === mask;
  if ((mode & 0o070) !== 0 && inode.acl) return aclPermits(inode.acl, cred, inode, mask);
  const bits = isInGroup(cred, inode.gid) ? mode >> 3 : mode;
  return (bits & mask) === mask;
}

/** A read-only filesystem refuses before anybody's permissions are asked for. Devices, FIFOs and sockets lead elsewhere. */
function checkWritable(inode: Inode): void {
  if (inode.sb.readOnly && (inode.isFile || inode.isDirectory || inode.isSymlink)) throw new SysError('EROFS');
  // Nobody may write to what belongs to somebody the filesystem's namespace has no number for.
  if (!hasNumbers(inode)) throw new SysError('EACCES');
}

function hasNumbers(inode: Inode): boolean {
  const { userns } = inode.sb;
  if (userns.parent === null) return true;
  return fromKernelId(userns, 'uid', inode.uid) !== null && fromKernelId(userns, 'gid', inode.gid) !== null;
}

/** mnt_want_write: EROFS. */
export function mayWriteMount(mount: Mount): void {
  if (mount.isReadOnly) throw new SysError('EROFS');
}

/** may_create, for a name that is free. */
export function checkCreate(cred: Credentials, directory: Dentry): void {
  const { inode } = directory;
  if (directory.unlinked) throw new SysError('ENOENT');
  const { userns } = inode.sb;
  if (userns.parent !== null) {
    const isMapped =
      fromKernelId(userns, 'uid', cred.fsuid) !== null && fromKernelId(userns, 'gid', cred.fsgid) !== null;
    if (!isMapped) throw new SysError('EOVERFLOW');
  }
  checkPermission(cred, inode, W_OK | X_OK);
}

/** may_delete */
export function checkDelete(cred: Credentials, directory: Dentry, victim: Dentry, asDirectory: boolean): void {
  checkPermission(cred, directory.inode, W_OK | X_OK);
  if (isSticky(cred, directory.inode, victim.inode)) throw new SysError('EPERM');
  if (asDirectory) {
    if (!victim.inode.isDirectory) throw new SysError('ENOTDIR');
    if (victim.parent === null) throw new SysError('EBUSY');
  } else if (victim.inode.isDirectory) throw new SysError('EISDIR');
  if (directory.unlinked) throw new SysError('ENOENT');
}

/** In a sticky directory only owners delete (inode(7)). */
function isSticky(cred: Credentials, directory: Inode, victim: Inode): boolean {
  if ((directory.mode & S_ISVTX) === 0) return false;
  if (victim.uid === cred.fsuid || directory.uid === cred.fsuid) return false;
  return !isCapableOver(cred, victim, 'fowner');
}

/** may_open_dev: EACCES. */
export function checkDevice({ mount, dentry }: Path): void {
  const kind = dentry.inode.mode & S_IFMT;
  if (kind !== S_IFCHR && kind !== S_IFBLK) return;
  if ((mount.flags & MS_NODEV) !== 0 || isNoDev(dentry.inode)) throw new SysError('EACCES');
}

/** Devices are no devices in a filesystem that was mounted in a user namespace, but those the kernel puts there. */
function isNoDev({ sb }: Inode): boolean {
  return sb.userns.parent !== null && sb.type !== 'devpts';
}

/** Owner, group and mode of something new (inode_init_owner). `mode` is after the umask. */
export function newborn(
  cred: Credentials,
  directory: Inode,
  mode: number,
  isDirectory: boolean,
): { mode: number; uid: number; gid: number } {
  const inherits = (directory.mode & S_ISGID) !== 0;
  const gid = inherits ? directory.gid : cred.fsgid;
  if (!inherits) return { mode, uid: cred.fsuid, gid };
  if (isDirectory) return { mode: mode | S_ISGID, uid: cred.fsuid, gid };
  const isExecutable = (mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010);
  const keeps = !isExecutable || isInGroup(cred, gid) || isCapableOver(cred, directory, 'fsetid');
  return { mode: keeps ? mode : mode & ~S_ISGID, uid: cred.fsuid, gid };
}

/** What is left of set-id bits when somebody writes to a file (file_remove_privs); null when nothing changes. */
export function withoutPrivileges(cred: Credentials, inode: Inode): number | null {
  const { mode } = inode;
  if (!inode.isFile || (mode & (S_ISUID | S_ISGID)) === 0 || isCapableOver(cred, inode, 'fsetid')) return null;
  let kept = mode & ~S_ISUID;
  if ((mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010)) kept &= ~S_ISGID;
  return kept === mode ? null : kept;
}
