/** Who may look into a process (ptrace(2), "Ptrace access mode checking", PTRACE_MODE_READ_FSCREDS). */
import { SysError } from '../../abi/errno';
import { type Credentials, isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';

export function mayInspect(cred: Credentials, target: Task): boolean {
  const other = target.cred;
  if (cred === other) return true;
  const sameUser = [other.uid, other.euid, other.suid].every((uid) => uid === cred.fsuid);
  const sameGroup = [other.gid, other.egid, other.sgid].every((gid) => gid === cred.fsgid);
  const allowed = isCapable(cred, 'sys_ptrace', other.user);
  if (!(sameUser && sameGroup) && !allowed) return false;
  const isSubset = cred.user === other.user && (other.permitted & ~cred.effective) === 0n;
  return isSubset || allowed;
}

/** EACCES. `task` null is the lab itself, which may. */
export function demandInspection(task: Task | null, target: Task): void {
  if (task !== null && task !== target && !mayInspect(task.cred, target)) throw new SysError('EACCES');
}
