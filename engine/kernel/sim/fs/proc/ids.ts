/** Numbers as a namespace has them, for what filesystems show and are told. */
import { SysError } from '../../abi/errno';
import { toKernelId } from '../../ns/id-map';
import type { PidNamespace } from '../../ns/namespace';
import type { Credentials } from '../../task/credentials';
import type { Task } from '../../task/task';

/** An id of a mount option, as a global one; EINVAL when it is none, or not mapped. */
export function idFromText(text: string, kind: 'uid' | 'gid', cred: Credentials | null): number {
  if (!/^\d+$/.test(text)) throw new SysError('EINVAL');
  const id = cred === null ? Number(text) : toKernelId(cred.user, kind, Number(text));
  if (id === null) throw new SysError('EINVAL');
  return id;
}

/** A process's number in a pid namespace; 0 where it has none. */
export function pidIn(task: Task, ns: PidNamespace): number {
  return task.kernel.tasks.numberIn(task, ns) ?? 0;
}

/** The number of the process that leads a group or session. */
export function leaderPidIn(task: Task, leader: number, ns: PidNamespace): number {
  return leader === task.pid ? pidIn(task, ns) : (task.kernel.tasks.leaderNumber(leader, ns) ?? 0);
}
