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
  if (pid === -1) return killAll(kernel, sender, signal);
  killGroup(kernel, sender, pid === 0 ? sender.group : kernel.tasks.leaderNumbered(sender.ns.pid, -pid), signal);
}

/** Everybody who may be signalled but the caller and number 1; it is no error when that is nobody. */
function killAll(kernel: SimKernel, sender: SimTask, signal: Signal): void {
  let found = false;
  for (const target of [...sender.ns.pid.members.values()]) {
    const task = kernel.tasks.find(target.pid);
    if (!task || task === sender || kernel.tasks.numberIn(task, sender.ns.pid) === 1) continue;
    found = true;
    if (maySignal(sender, task, signal)) kernel.tasks.signal(task, signal, sender);
  }
  if (!found) throw new SysError('ESRCH');
}

/** ESRCH when it has no members, EPERM when none of them may be signalled. */
function killGroup(kernel: SimKernel, sender: SimTask, group: number | null, signal: Signal): void {
  const members = group === null ? [] : [...kernel.tasks.groups.of(group)];
  if (members.length === 0) throw new SysError('ESRCH');
  const allowed = members.filter((target) => maySignal(sender, target, signal));
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
