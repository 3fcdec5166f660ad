/** stat(2), chmod(2), chown(2), utimensat(2), truncate(2), access(2): attributes of inodes, and who may change them. */
import { SysError } from '../abi/errno';
import { IN_ATTRIB, IN_MODIFY, S_ISGID, S_ISUID, W_OK } from '../abi/files';
import { fromKernelId, shownId, toKernelId } from '../ns/id-map';
import type { UserNamespace } from '../ns/namespace';
import type { Nanoseconds } from '../sched/blocking';
import type { Stat } from '../sys/types';
import type { Credentials } from '../task/credentials';
import type { Task } from '../task/task';
import { withMode } from './acl';
import type { Inode, InodeChange } from './inode';
import { notifyAt } from './notify';
import type { Path } from './path';
import { checkPermission, isCapableOver, isInGroup, isOwner, mayWriteMount } from './permissions';

const noDevice = { major: 0, minor: 0 };

/** As somebody in that user namespace sees it. */
export function statOf(inode: Inode, viewer: UserNamespace): Stat {
  inode.sync();
  return {
    dev: inode.device,
    ino: inode.shownIno,
    mode: inode.mode,
    nlink: inode.shownLinks,
    uid: shownId(viewer, 'uid', inode.uid),
    gid: shownId(viewer, 'gid', inode.gid),
    rdev: inode.rdev ?? noDevice,
    size: inode.size,
    blocks: inode.blocks,
    blksize: inode.blockSize,
    atime: inode.atime,
    mtime: inode.mtime,
    ctime: inode.ctime,
  };
}

export function changeMode(task: Task, path: Path, mode: number): void {
  const { inode } = path.dentry;
  mayWriteMount(path.mount);
  // chmod of a link itself is for no filesystem here.
  if (inode.isSymlink) throw new SysError('EOPNOTSUPP');
  if (!isOwner(task.cred, inode)) throw new SysError('EPERM');
  let bits = mode & 0o7777;
  if ((bits & S_ISGID) !== 0 && !isInGroup(task.cred, inode.gid) && !isCapableOver(task.cred, inode, 'fsetid')) {
    bits &= ~S_ISGID;
  }
  inode.setattr({ mode: (inode.mode & ~0o7777) | bits });
  if (inode.acl) inode.setAcl(withMode(inode.acl, bits), inode.defaultAcl);
  notifyAt(path.dentry, IN_ATTRIB);
}

/** `uid`, `gid`: as the caller's namespace numbers them, -1 to leave one as it is. */
export function changeOwner(task: Task, path: Path, uid: number, gid: number): void {
  const { inode } = path.dentry;
  mayWriteMount(path.mount);
  const { cred } = task;
  const newUid = uid === -1 ? null : globalId(cred, 'uid', uid);
  const newGid = gid === -1 ? null : globalId(cred, 'gid', gid);
  if (newUid !== null && !mayGiveTo(cred, inode, newUid)) throw new SysError('EPERM');
  if (newGid !== null && !mayGiveToGroup(cred, inode, newGid)) throw new SysError('EPERM');
  const change: InodeChange = {};
  if (newUid !== null) change.uid = newUid;
  if (newGid !== null) change.gid = newGid;
  if (!inode.isDirectory && (newUid !== null || newGid !== null)) {
    const mode = withoutSetIds(cred, inode);
    if (mode !== inode.mode) change.mode = mode;
    dropFileCapabilities(inode);
  }
  inode.setattr(change);
  notifyAt(path.dentry, IN_ATTRIB);
}

/** Whoever gives a file away takes back the bits that let others act as its owner. */
function withoutSetIds(cred: Credentials, inode: Inode): number {
  const { mode } = inode;
  let kept = mode & ~S_ISUID;
  const isExecutableByGroup = (mode & 0o010) !== 0;
  if (isExecutableByGroup || !(isInGroup(cred, inode.gid) || isCapableOver(cred, inode, 'fsetid'))) kept &= ~S_ISGID;
  return kept;
}

export function dropFileCapabilities(inode: Inode): void {
  if (inode.isFile && inode.listxattr().includes('security.capability')) inode.removexattr('security.capability');
}

function globalId(cred: Credentials, kind: 'uid' | 'gid', id: number): number {
  const global = toKernelId(cred.user, kind, id);
  if (global === null) throw new SysError('EINVAL');
  return global;
}

function mayGiveTo(cred: Credentials, inode: Inode, uid: number): boolean {
  if (cred.fsuid === inode.uid && uid === inode.uid) return true;
  return isCapableOver(cred, inode, 'chown');
}

function mayGiveToGroup(cred: Credentials, inode: Inode, gid: number): boolean {
  if (cred.fsuid === inode.uid && (gid === inode.gid || isInGroup(cred, gid))) return true;
  return isCapableOver(cred, inode, 'chown');
}

/** Null: now; undefined: as it is. */
export function changeTimes(
  task: Task,
  path: Path,
  { atime, mtime }: { atime?: Nanoseconds | null; mtime?: Nanoseconds | null },
): void {
  const { inode } = path.dentry;
  if (atime === undefined && mtime === undefined) return;
  mayWriteMount(path.mount);
  const bothNow = atime === null && mtime === null;
  if (!isOwner(task.cred, inode)) {
    if (!bothNow) throw new SysError('EPERM');
    checkPermission(task.cred, inode, W_OK);
  }
  const { realtime } = task.kernel;
  const change: InodeChange = {};
  if (atime !== undefined) change.atime = atime ?? realtime;
  if (mtime !== undefined) change.mtime = mtime ?? realtime;
  inode.setattr(change);
  notifyAt(path.dentry, IN_ATTRIB);
}

export function truncatePath(task: Task, path: Path, size: number): void {
  const { inode } = path.dentry;
  if (size < 0) throw new SysError('EINVAL');
  if (inode.isDirectory) throw new SysError('EISDIR');
  if (!inode.isFile) throw new SysError('EINVAL');
  mayWriteMount(path.mount);
  checkPermission(task.cred, inode, W_OK);
  inode.setattr({ size });
  notifyAt(path.dentry, IN_MODIFY);
}

/** access(2): by the real ids, unless `effective`. */
export function credentialsForAccess(cred: Credentials, effective: boolean): Credentials {
  if (effective) return cred;
  // Root by its real id has what it could have; nobody else has anything.
  const kept = fromKernelId(cred.user, 'uid', cred.uid) === 0 ? cred.permitted : 0n;
  return { ...cred, fsuid: cred.uid, fsgid: cred.gid, effective: kept };
}
