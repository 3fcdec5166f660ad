/** kill(2): whom a number means, and who may signal whom. */
import { SysError } from '../abi/errno';
import { type Signal, signalName, signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import { isCapable } from './credentials';
import type { SimTask } from './sim-task';

/** Errors: EINVAL, ESRCH, EPERM. */
export function kill(kernel: SimKernel, sender: SimTask, pid: number, signal: Signal): void {
  if (signal !== 0 && signalName(signal) === undefined) throw new SysError('EINVAL');
  if (pid > 0) {
    const target = kernel.tasks.inNamespace(sender.ns.pid, pid);
    if (!target) throw new SysError('ESRCH');
    if (!maySignal(sender, target, signal)) throw new SysError('EPERM');
    return kernel.tasks.signal(target, signal, sender);
  }
  signalAll(kernel, sender, targets(kernel, sender, pid), signal);
}

function targets(kernel: SimKernel, sender: SimTask, pid: number): SimTask[] {
  const visible = [...kernel.tasks.all()].filter((task) => kernel.tasks.numberIn(task, sender.ns.pid) !== null);
  if (pid === 0) return visible.filter(({ group }) => group === sender.group);
  if (pid === -1) {
    return visible.filter((task) => task !== sender && kernel.tasks.numberIn(task, sender.ns.pid) !== 1);
  }
  const group = sender.ns.pid.members.get(-pid)?.pid ?? groupWithoutLeader(visible, sender, -pid);
  return visible.filter((task) => task.group === group);
}

/** A group lives on when its leader has gone: its number is then known from its members only. */
function groupWithoutLeader(visible: readonly SimTask[], sender: SimTask, number: number): number | undefined {
  return visible.find((task) => task.group === number && sender.ns.pid.level === 0)?.group;
}

function signalAll(kernel: SimKernel, sender: SimTask, all: readonly SimTask[], signal: Signal): void {
  if (all.length === 0) throw new SysError('ESRCH');
  const allowed = all.filter((target) => maySignal(sender, target, signal));
  if (allowed.length === 0) throw new SysError('EPERM');
  for (const target of allowed) kernel.tasks.signal(target, signal, sender);
}

function maySignal(sender: SimTask, target: SimTask, signal: Signal): boolean {
  if (sender === target) return true;
  const [mine, theirs] = [sender.cred, target.cred];
  const same = [mine.euid, mine.uid].some((id) => id === theirs.suid || id === theirs.uid);
  if (same || isCapable(mine, 'kill', theirs.user)) return true;
  return signal === signalNumbers.SIGCONT && sender.session === target.session;
}
