/** What execve(2) makes of users and capabilities (capabilities(7), "Transformation of capabilities during execve()"). */
import { allCapabilities, type CapabilityMask } from '../abi/capabilities';
import { SysError } from '../abi/errno';
import { S_ISGID, S_ISUID } from '../abi/files';
import { MS_NOSUID } from '../abi/mounts';
import { fromKernelId, toKernelId } from '../ns/id-map';
import { isWithin, type UserNamespace } from '../ns/namespace';
import type { Path } from '../vfs/path';
import type { Credentials } from './credentials';
import { fileCapabilities } from './file-capabilities';
import type { SimTask } from './sim-task';

interface Gains {
  permitted: CapabilityMask;
  effective: boolean;
}

/** EPERM when the file must have capabilities that the bounding set does not let it have. */
export function credentialsAfterExec(task: SimTask, path: Path): Credentials {
  const old = task.cred;
  const maySetId = suidCounts(task, path);
  const ids = maySetId && !task.noNewPrivs ? idsOfFile(old, path) : { euid: old.euid, egid: old.egid };
  const file = maySetId ? fileCapabilities(path.dentry.inode, old.user) : null;
  let { euid, egid } = ids;
  const gains: Gains = { permitted: 0n, effective: false };
  if (file) {
    gains.effective = file.effective;
    gains.permitted = (old.bounding & file.permitted) | (old.inheritable & file.inheritable);
    if (file.effective && (file.permitted & ~gains.permitted) !== 0n) throw new SysError('EPERM');
  }
  gainAsRoot(gains, old, euid, file !== null);
  const changesId = euid !== old.euid || egid !== old.egid;
  if (task.noNewPrivs && (changesId || (gains.permitted & ~old.permitted) !== 0n)) {
    ({ uid: euid, gid: egid } = old);
    gains.permitted &= old.permitted;
  }
  const ambient = file !== null || changesId ? 0n : old.ambient;
  const permitted = gains.permitted | ambient;
  const effective = gains.effective ? permitted : ambient;
  const set = { suid: euid, fsuid: euid, sgid: egid, fsgid: egid };
  return { ...old, euid, egid, ...set, permitted, effective, ambient, keepCaps: false };
}

/** mnt_may_suid: what comes from a mount of a foreign namespace, or with nosuid, gives nobody anything. */
function suidCounts(task: SimTask, { mount }: Path): boolean {
  if ((mount.flags & MS_NOSUID) !== 0 || mount.namespace !== task.ns.mnt) return false;
  return isWithin(task.cred.user, mount.sb.userns);
}

/** Set-id bits count only for ids that the namespace has numbers for. */
function idsOfFile(old: Credentials, { dentry: { inode } }: Path): { euid: number; egid: number } {
  const isMapped =
    fromKernelId(old.user, 'uid', inode.uid) !== null && fromKernelId(old.user, 'gid', inode.gid) !== null;
  if (!isMapped) return { euid: old.euid, egid: old.egid };
  const setsGroup = (inode.mode & (S_ISGID | 0o010)) === (S_ISGID | 0o010);
  return {
    euid: (inode.mode & S_ISUID) !== 0 ? inode.uid : old.euid,
    egid: setsGroup ? inode.gid : old.egid,
  };
}

/** Root of the namespace gets everything a file could give, but not through a set-id file with capabilities of its own. */
function gainAsRoot(gains: Gains, old: Credentials, euid: number, hasFileCapabilities: boolean): void {
  const root = toKernelId(old.user, 'uid', 0);
  if (root === null) return;
  if (hasFileCapabilities && old.uid !== root && euid === root) return;
  if (euid !== root && old.uid !== root) return;
  gains.permitted = (old.bounding & allCapabilities) | old.inheritable;
  if (euid === root) gains.effective = true;
}

/**
 * Whether the process is somebody else now, or has gained something it had not: the parent's death signal is then
 * forgotten, and it cannot be looked into (commit_creds).
 */
export function hasGained(old: Credentials, now: Credentials): boolean {
  const changesId =
    now.euid !== old.euid || now.egid !== old.egid || now.fsuid !== old.fsuid || now.fsgid !== old.fsgid;
  return changesId || !includes(old, now);
}

/** cred_cap_issubset: whoever owns a user namespace had everything in it before. */
function includes(old: Credentials, now: Credentials): boolean {
  if (now.user === old.user) return (now.permitted & ~old.permitted) === 0n;
  for (let at: UserNamespace | null = now.user; at?.parent; at = at.parent) {
    if (at.parent === old.user && at.ownerUid === old.euid) return true;
  }
  return false;
}
