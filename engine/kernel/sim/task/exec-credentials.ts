/** What execve(2) makes of users and capabilities (capabilities(7), "Transformation of capabilities during execve()"). */
import * as abi from '../abi';
import { isSysError } from '../abi/errno';
import { fromKernelId } from '../ns/id-map';
import type { Path } from '../vfs/path';
import type { Credentials } from './credentials';
import type { SimTask } from './sim-task';

interface FileCapabilities {
  permitted: bigint;
  inheritable: bigint;
  effective: boolean;
}

export function transformForExec(task: SimTask, path: Path): void {
  const before = task.cred;
  const setIds = idsOfFile(task, path);
  const euid = setIds.uid ?? before.euid;
  const egid = setIds.gid ?? before.egid;
  const root = rootIdOf(before);
  const file = fileCapabilities(task, path) ?? asRoot(before, euid, root);
  const privileged =
    setIds.uid !== null ||
    setIds.gid !== null ||
    (file !== null && file.permitted !== 0n && euid !== root && before.uid !== root);
  const ambient = privileged ? 0n : before.ambient;
  const permitted =
    (before.inheritable & (file?.inheritable ?? 0n)) | ((file?.permitted ?? 0n) & before.bounding) | ambient;
  const effective = file?.effective ? permitted : ambient;
  task.cred = {
    ...before,
    euid,
    suid: euid,
    fsuid: euid,
    egid,
    sgid: egid,
    fsgid: egid,
    permitted,
    effective,
    ambient,
    keepCaps: false,
  };
}

/** Set-id bits that count: not on a nosuid mount, not with no_new_privs, and only for ids the namespace has. */
function idsOfFile(task: SimTask, { mount, dentry }: Path): { uid: number | null; gid: number | null } {
  const { inode } = dentry;
  const none = { uid: null, gid: null };
  if (task.noNewPrivs || (mount.flags & abi.MS_NOSUID) !== 0) return none;
  const { user } = task.cred;
  if (fromKernelId(user, 'uid', inode.uid) === null || fromKernelId(user, 'gid', inode.gid) === null) return none;
  const groupExecutes = (inode.mode & 0o010) !== 0;
  return {
    uid: inode.mode & abi.S_ISUID ? inode.uid : null,
    gid: inode.mode & abi.S_ISGID && groupExecutes ? inode.gid : null,
  };
}

/** Root of the namespace has, as far as files go, everything. */
function asRoot(cred: Credentials, euid: number, root: number | null): FileCapabilities | null {
  if (root === null || (cred.uid !== root && euid !== root)) return null;
  return { permitted: abi.allCapabilities, inheritable: abi.allCapabilities, effective: euid === root };
}

/** 0 of the user namespace, as the initial one numbers it. */
function rootIdOf({ user }: Credentials): number | null {
  if (user.parent === null) return 0;
  const range = user.uidMap.find(({ inside }) => inside === 0);
  if (!range) return null;
  let id = range.outside;
  for (let at = user.parent; at.parent !== null; at = at.parent) {
    const outer = at.uidMap.find(({ inside, count }) => id >= inside && id < inside + count);
    if (!outer) return null;
    id = outer.outside + id - outer.inside;
  }
  return id;
}

/** `security.capability` (version 2 and 3 of vfs_cap_data); null when there is none that counts. */
function fileCapabilities(task: SimTask, { mount, dentry }: Path): FileCapabilities | null {
  if (task.noNewPrivs || (mount.flags & abi.MS_NOSUID) !== 0) return null;
  const value = attribute(dentry.inode);
  if (!value || value.length < 20) return null;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const pair = (low: number, high: number) =>
    BigInt(view.getUint32(low, true)) | (BigInt(view.getUint32(high, true)) << 32n);
  return { effective: (view.getUint32(0, true) & 1) === 1, permitted: pair(4, 12), inheritable: pair(8, 16) };
}

function attribute(inode: Path['dentry']['inode']): Uint8Array | null {
  try {
    return inode.getxattr('security.capability');
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}
