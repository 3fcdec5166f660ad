/** How a process ends (_exit(2), credentials of its children, pid_namespaces(7)). */
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import type { SimTask } from './sim-task';
import type { ExitStatus } from './task';

const { SIGKILL, SIGHUP, SIGCONT } = signalNumbers;

/** The task becomes a zombie: it gives back what it held, and its children get another parent. */
export function endTask(kernel: SimKernel, task: SimTask, status: ExitStatus): void {
  task.exit = status;
  task.state = 'zombie';
  kernel.scheduler.drop(task.job);
  task.alarm?.timer.cancel();
  kernel.ipc.exit(task);
  kernel.vfs.closeAll(task);
  if (task.memory > 0) kernel.cgroups.uncharge(task, task.memory);
  task.memory = 0;
  kernel.cgroups.ended(task);
  leaveTerminal(kernel, task);
  kernel.namespaces.taskEnded(task);
  endNamespace(kernel, task);
  giveChildrenAway(kernel, task);
  kernel.tasks.wakeOrphans(task.group, task.session);
  kernel.touch('processes', 'namespaces', 'cgroups');
  kernel.tasks.tellParentOfEnd(task);
}

/** The leader of a session takes its terminal along. */
function leaveTerminal(kernel: SimKernel, task: SimTask): void {
  if (task.session !== task.pid || !task.tty) return;
  const { tty } = task;
  if (tty.foreground !== 0) {
    kernel.tasks.signalGroup(tty.foreground, SIGHUP);
    kernel.tasks.signalGroup(tty.foreground, SIGCONT);
  }
  tty.session = 0;
  tty.foreground = 0;
  for (const other of kernel.tasks.all()) if (other.session === task.session) other.tty = null;
}

/** With number 1, everybody in its namespace and below ends. */
function endNamespace(kernel: SimKernel, task: SimTask): void {
  const own = task.numbers.at(-1);
  if (!own || own.number !== 1 || own.ns.init !== task) return;
  own.ns.dead = true;
  for (const member of [...own.ns.members.values()]) {
    const other = kernel.tasks.find(member.pid);
    if (!other || other === task) continue;
    if (other.isAlive) kernel.tasks.end(other, { kind: 'killed', signal: SIGKILL, core: false });
    // Nobody is left inside to wait for it.
    if (other.state === 'zombie' && other.parent !== null && isWithin(other.parent, own.ns)) kernel.tasks.forget(other);
  }
}

function isWithin(task: SimTask, ns: SimTask['ns']['pid']): boolean {
  return task.numbers.some((number) => number.ns === ns);
}

function giveChildrenAway(kernel: SimKernel, task: SimTask): void {
  if (task.children.size === 0) return;
  const heir = heirOf(kernel, task);
  for (const child of [...task.children]) {
    task.children.delete(child);
    child.parent = heir;
    heir?.children.add(child);
    if (child.parentDeathSignal !== 0 && child.isAlive) kernel.tasks.signal(child, child.parentDeathSignal, task);
    if (child.group !== task.group && child.session === task.session)
      kernel.tasks.wakeOrphans(child.group, child.session);
    if (child.state === 'zombie') kernel.tasks.tellParentOfEnd(child);
  }
}

/** The nearest ancestor that asked for orphans, within the pid namespace; else that namespace's number 1. */
function heirOf(kernel: SimKernel, task: SimTask): SimTask | null {
  const { pid } = task.ns;
  for (let at = task.parent; at !== null; at = at.parent) {
    if (!isWithin(at, pid)) break;
    if (at.subreaper && at.isAlive) return at;
  }
  const init = pid.init && kernel.tasks.find(pid.init.pid);
  if (init?.isAlive && init !== task) return init;
  // Number 1 itself has ended: whoever is left of its children goes to its own parent's side.
  return kernel.tasks.init === task ? null : kernel.tasks.init;
}
