/** Who may look into a process (ptrace(2), "Ptrace access mode checking", PTRACE_MODE_READ_FSCREDS). */
import { SysError } from '../../abi/errno';
import { type Credentials, isCapable } from '../../task/credentials';
import type { Task } from '../../task/task';

export function mayInspect(cred: Credentials, target: Task): boolean {
  return cred === target.cred || isPermitted(cred, target);
}

/** A child with its parent's credentials is another process all the same. */
function isPermitted(cred: Credentials, target: Task): boolean {
  const other = target.cred;
  const sameUser = [other.uid, other.euid, other.suid].every((uid) => uid === cred.fsuid);
  const sameGroup = [other.gid, other.egid, other.sgid].every((gid) => gid === cred.fsgid);
  const allowed = isCapable(cred, 'sys_ptrace', other.user);
  if (!(sameUser && sameGroup) && !allowed) return false;
  const isOver = target.state === 'zombie' || target.state === 'dead';
  if (!target.dumpable && !isOver && !isCapable(cred, 'sys_ptrace', target.memoryUser)) return false;
  const isSubset = cred.user === other.user && (other.permitted & ~cred.effective) === 0n;
  return isSubset || allowed;
}

/** EACCES. `task` null is the lab itself, which may. */
export function demandInspection(task: Task | null, target: Task): void {
  if (task !== null && task !== target && !isPermitted(task.cred, target)) throw new SysError('EACCES');
}
