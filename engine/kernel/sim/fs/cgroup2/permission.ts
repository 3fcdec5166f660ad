/** Who may move a process: whoever may write cgroup.procs where its old and its new cgroup meet (cgroups(7), "Delegation"). */
import { SysError } from '../../abi/errno';
import type { Cgroup } from '../../cgroup/node';
import { fromKernelId } from '../../ns/id-map';
import { type Credentials, isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';

export function mayMove(from: Cgroup, to: Cgroup, opener: Task): void {
  let common = to;
  while (!from.isBelow(common) && common.parent !== null) common = common.parent;
  const access = common.access.get('cgroup.procs') ?? { mode: 0o644, ...common.maker };
  if (!mayWrite(opener.cred, access)) throw new SysError('EACCES');
}

function mayWrite(cred: Credentials, { mode, uid, gid }: { mode: number; uid: number; gid: number }): boolean {
  const inGroup = cred.fsgid === gid || cred.groups.includes(gid);
  const bits = cred.fsuid === uid ? mode >> 6 : inGroup ? mode >> 3 : mode;
  if ((bits & 2) !== 0) return true;
  const { user } = cred;
  const isKnown = fromKernelId(user, 'uid', uid) !== null && fromKernelId(user, 'gid', gid) !== null;
  return isKnown && isCapable(cred, 'dac_override', user);
}
