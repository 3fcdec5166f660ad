/** Process groups and sessions (setpgid(2), setsid(2)); known by the leader's number in the initial namespace. */
import { SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { SimTask } from './sim-task';

export function getGroup(kernel: SimKernel, caller: SimTask, pid: number): number {
  return numberOf(kernel, caller, find(kernel, caller, pid).group);
}

export function getSession(kernel: SimKernel, caller: SimTask, pid: number): number {
  return numberOf(kernel, caller, find(kernel, caller, pid).session);
}

/** Errors: ESRCH, EINVAL, EACCES, EPERM. */
export function setGroup(kernel: SimKernel, caller: SimTask, pid: number, group: number): void {
  if (group < 0) throw new SysError('EINVAL');
  const task = find(kernel, caller, pid);
  if (task !== caller && task.parent !== caller) throw new SysError('ESRCH');
  if (task !== caller && task.hasExecuted) throw new SysError('EACCES');
  if (task.session !== caller.session || task.session === task.pid) throw new SysError('EPERM');
  const number = group === 0 ? kernel.tasks.numberIn(task, caller.ns.pid) : group;
  const isNew = kernel.tasks.numberIn(task, caller.ns.pid) === number;
  task.group = isNew ? task.pid : existing(kernel, caller, task, number ?? 0);
  kernel.tasks.rememberLeader(task);
  kernel.touch('processes');
}

/** A session and a group of its own, without a terminal. EPERM for the leader of a group. */
export function setSession(kernel: SimKernel, task: SimTask): number {
  for (const other of kernel.tasks.all()) if (other.group === task.pid) throw new SysError('EPERM');
  task.session = task.pid;
  task.group = task.pid;
  task.tty = null;
  kernel.tasks.rememberLeader(task);
  kernel.touch('processes');
  return kernel.tasks.numberIn(task, task.ns.pid) ?? 0;
}

/** A group of the same session, which may have lost its leader. */
function existing(kernel: SimKernel, caller: SimTask, task: SimTask, number: number): number {
  for (const other of kernel.tasks.all()) {
    if (other.session !== task.session) continue;
    if (kernel.tasks.leaderNumber(other.group, caller.ns.pid) === number) return other.group;
  }
  throw new SysError('EPERM');
}

function find(kernel: SimKernel, caller: SimTask, pid: number): SimTask {
  if (pid === 0) return caller;
  const task = kernel.tasks.inNamespace(caller.ns.pid, pid);
  if (!task) throw new SysError('ESRCH');
  return task;
}

/** 0 where the leader is not visible. */
function numberOf(kernel: SimKernel, caller: SimTask, leader: number): number {
  return kernel.tasks.leaderNumber(leader, caller.ns.pid) ?? 0;
}
