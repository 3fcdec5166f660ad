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
  if (task.parent === caller) {
    if (task.session !== caller.session) throw new SysError('EPERM');
    if (task.hasExecuted) throw new SysError('EACCES');
  } else if (task !== caller) throw new SysError('ESRCH');
  if (task.session === task.pid) throw new SysError('EPERM');
  const isOwn = group === 0 || kernel.tasks.numberIn(task, caller.ns.pid) === group;
  task.group = isOwn ? task.pid : existing(kernel, caller, group);
  kernel.touch('processes');
}

/** A session and a group of its own, without a terminal. EPERM for the leader of a group. */
export function setSession(kernel: SimKernel, task: SimTask): number {
  if (task.session === task.pid || kernel.tasks.groups.has(task.pid)) throw new SysError('EPERM');
  task.session = task.pid;
  task.group = task.pid;
  task.tty = null;
  kernel.touch('processes');
  return kernel.tasks.numberIn(task, task.ns.pid) ?? 0;
}

/** A group of the caller's session, which may have lost its leader. */
function existing(kernel: SimKernel, caller: SimTask, number: number): number {
  const group = kernel.tasks.leaderNumbered(caller.ns.pid, number);
  if (group !== null) {
    for (const member of kernel.tasks.groups.of(group)) if (member.session === caller.session) return group;
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
