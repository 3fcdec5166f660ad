/** How a process ends (_exit(2), exit_group(2)): what it gives back, and in which order. */
import type { SimKernel } from '../kernel';
import { reparentChildren } from './reparent';
import type { SimTask } from './sim-task';
import type { ExitStatus } from './task';

/** The task becomes a zombie: it gives back what it held, and its children get another parent. */
export function endTask(kernel: SimKernel, task: SimTask, status: ExitStatus): void {
  task.exit = status;
  task.state = 'zombie';
  task.news = null;
  kernel.scheduler.drop(task.job);
  task.alarm?.timer.cancel();
  task.alarm = null;
  kernel.ipc.exit(task);
  kernel.vfs.closeAll(task);
  kernel.terminals.sessions.exited(task);
  kernel.namespaces.taskEnded(task);
  kernel.cgroups.ended(task);
  task.memory = 0;
  reparentChildren(kernel, task);
  kernel.tasks.wakeOrphans(task, null);
  kernel.touch('processes', 'namespaces', 'cgroups');
  task.lingers = isLastButOthers(task);
  if (!task.lingers) kernel.tasks.tellParentOfEnd(task);
}

/** Children of others in its namespace are left, who entered it from outside: zap_pid_ns_processes waits for them. */
function isLastButOthers(task: SimTask): boolean {
  const own = task.numbers.at(-1);
  return own?.number === 1 && own.ns.init === task && own.ns.members.size > 1;
}
