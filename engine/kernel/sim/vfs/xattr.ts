/** Extended attributes: which names there are, and who may have them (xattr(7)). */
import { SysError } from '../abi/errno';
import { IN_ATTRIB, R_OK, S_ISVTX, W_OK } from '../abi/files';
import { encode } from '../bytes';
import { fromKernelId, toKernelId } from '../ns/id-map';
import { isCapable } from '../task/credentials';
import type { Task } from '../task/task';
import { type Acl, accessAclName, defaultAclName, formatAcl, isMinimal, modeOfAcl, parseAcl, withMode } from './acl';
import { capabilitiesAsSeen, capabilitiesToKeep, capabilityXattr } from './file-capabilities';
import type { Inode } from './inode';
import { notifyAt } from './notify';
import type { Path } from './path';
import { checkPermission, isCapableOver, isOwner, mayWriteMount } from './permissions';

const maxNameBytes = 255;
const maxValueBytes = 65_536;

export function getXattr(task: Task, { dentry }: Path, name: string): Uint8Array {
  checkName(name);
  const { inode } = dentry;
  const acl = aclKind(name);
  if (acl) return aclValue(task, inode, acl);
  checkRight(task, inode, name, R_OK);
  const value = inode.getxattr(name);
  if (value === null) throw new SysError('ENODATA');
  return name === capabilityXattr ? capabilitiesAsSeen(task.cred.user, inode, value) : value;
}

export function setXattr(task: Task, path: Path, name: string, value: Uint8Array, flags: number): void {
  checkName(name);
  if ((flags & ~3) !== 0) throw new SysError('EINVAL');
  if (value.length > maxValueBytes) throw new SysError('E2BIG');
  mayWriteMount(path.mount);
  const { inode } = path.dentry;
  const acl = aclKind(name);
  if (acl) setAcl(task, inode, acl, value);
  else {
    const kept = name === capabilityXattr && value.length > 0 ? capabilitiesToKeep(task.cred, inode, value) : value;
    checkRight(task, inode, name, W_OK);
    inode.setxattr(name, kept, flags);
  }
  notifyAt(path.dentry, IN_ATTRIB);
}

export function removeXattr(task: Task, path: Path, name: string): void {
  checkName(name);
  mayWriteMount(path.mount);
  const { inode } = path.dentry;
  const acl = aclKind(name);
  if (acl) setAcl(task, inode, acl, null);
  else {
    if (name === capabilityXattr && !isCapableOver(task.cred, inode, 'setfcap')) throw new SysError('EPERM');
    checkRight(task, inode, name, W_OK);
    inode.removexattr(name);
  }
  notifyAt(path.dentry, IN_ATTRIB);
}

/** `trusted.*` is shown to those who may read it. */
export function listXattr(task: Task, { dentry: { inode } }: Path): string[] {
  const names = inode.listxattr().filter((name) => !name.startsWith('trusted.') || isTrusted(task));
  if (inode.acl) names.push(accessAclName);
  if (inode.defaultAcl) names.push(defaultAclName);
  return names;
}

/** ERANGE for none and for too long a name. */
function checkName(name: string): void {
  const { length } = encode(name);
  if (length === 0 || length > maxNameBytes) throw new SysError('ERANGE');
}

/** xattr_permission */
function checkRight(task: Task, inode: Inode, name: string, mask: number): void {
  const { cred } = task;
  if ((mask & W_OK) !== 0 && inode.sb.readOnly) throw new SysError('EROFS');
  if (name.startsWith('security.')) {
    if ((mask & W_OK) !== 0) checkSecurity(task, inode, name);
    return;
  }
  if (name.startsWith('trusted.')) {
    if (!isTrusted(task)) throw new SysError((mask & W_OK) !== 0 ? 'EPERM' : 'ENODATA');
    return;
  }
  // What other names there are is the filesystem's business.
  if (name.startsWith('system.')) return;
  if (!name.startsWith('user.')) return checkPermission(cred, inode, mask);
  if (!inode.isFile && !inode.isDirectory) throw new SysError((mask & W_OK) !== 0 ? 'EPERM' : 'ENODATA');
  const isStickyDirectory = inode.isDirectory && (inode.mode & S_ISVTX) !== 0;
  if (isStickyDirectory && (mask & W_OK) !== 0 && !isOwner(cred, inode)) throw new SysError('EPERM');
  checkPermission(cred, inode, mask);
}

function checkSecurity(task: Task, inode: Inode, name: string): void {
  // Whoever sets capabilities was asked when they were read (capabilitiesToKeep).
  if (name === capabilityXattr) return;
  if (!isCapable(task.cred, 'sys_admin', inode.sb.userns)) throw new SysError('EPERM');
}

function isTrusted({ cred, kernel }: Task): boolean {
  return isCapable(cred, 'sys_admin', kernel.namespaces.initial.user);
}

function aclKind(name: string): 'access' | 'default' | null {
  if (name === accessAclName) return 'access';
  return name === defaultAclName ? 'default' : null;
}

function aclValue({ cred }: Task, inode: Inode, kind: 'access' | 'default'): Uint8Array {
  if (inode.isSymlink || !inode.supportsAcl) throw new SysError('EOPNOTSUPP');
  const acl = kind === 'access' ? inode.acl : inode.defaultAcl;
  if (!acl) throw new SysError('ENODATA');
  const current: Acl = kind === 'access' ? withMode(acl, inode.mode) : acl;
  return formatAcl(current, (ids, id) => fromKernelId(cred.user, ids, id) ?? 0xffff_ffff);
}

function setAcl({ cred }: Task, inode: Inode, kind: 'access' | 'default', value: Uint8Array | null): void {
  if (inode.isSymlink) throw new SysError('EOPNOTSUPP');
  if (!inode.supportsAcl) throw new SysError('EOPNOTSUPP');
  if (kind === 'default' && !inode.isDirectory) {
    if (value) throw new SysError('EACCES');
    return;
  }
  if (!isOwner(cred, inode)) throw new SysError('EPERM');
  const acl = value && value.length > 0 ? parseAcl(value, (ids, id) => toKernelId(cred.user, ids, id)) : null;
  if (kind === 'default') {
    inode.setAcl(inode.acl, acl);
    return;
  }
  inode.setAcl(acl && !isMinimal(acl) ? acl : null, inode.defaultAcl);
  inode.setattr(acl ? { mode: (inode.mode & ~0o777) | modeOfAcl(acl) } : {});
}
