/**
 * What becomes of the children of a process that ends (wait(2), PR_SET_CHILD_SUBREAPER of prctl(2)), and of a whole pid
 * namespace when its number 1 ends (pid_namespaces(7)).
 */
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import type { PidNamespace } from '../ns/namespace';
import type { SimTask } from './sim-task';

export function reparentChildren(kernel: SimKernel, task: SimTask): void {
  const own = task.numbers.at(-1);
  if (own?.number === 1 && own.ns.init === task) endNamespace(kernel, task, own.ns);
  if (task.children.size === 0) return;
  const heir = heirOf(kernel, task);
  for (const child of [...task.children]) {
    task.children.delete(child);
    child.parent = heir;
    heir?.children.add(child);
    if (child.parentDeathSignal !== 0 && child.isAlive) kernel.tasks.signal(child, child.parentDeathSignal, task);
    if (child.state === 'zombie') kernel.tasks.tellParentOfEnd(child);
    kernel.tasks.wakeOrphans(child, task);
  }
}

/** With number 1, everybody in its namespace and below ends. Its own end is told when nobody of them is left. */
function endNamespace(kernel: SimKernel, init: SimTask, ns: PidNamespace): void {
  ns.dead = true;
  // Nobody is left who would wait for them.
  init.signals.actions.set(signalNumbers.SIGCHLD, 'ignore');
  for (const member of [...ns.members.values()]) {
    const task = kernel.tasks.find(member.pid);
    if (task && task !== init) kernel.tasks.end(task, { kind: 'killed', signal: signalNumbers.SIGKILL, core: false });
  }
}

/**
 * The nearest ancestor in the same pid namespace that asked for orphans; else that namespace's number 1, even while that
 * is ending: it then takes them only to forget them.
 */
function heirOf(kernel: SimKernel, task: SimTask): SimTask | null {
  const { pid } = task.ns;
  for (let at = task.parent; at !== null && at.ns.pid === pid; at = at.parent) {
    if (at.subreaper && at.isAlive) return at;
  }
  const init = pid.init && kernel.tasks.find(pid.init.pid);
  return init && init !== task ? init : null;
}
