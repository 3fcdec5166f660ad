/** Who may use a terminal (credentials(7), "Sessions and process groups"; termios(3)): only its foreground group. */
import { SysError } from '../abi/errno';
import { type Signal, signalNumbers } from '../abi/signals';
import { signalBit } from '../task/signal-state';
import type { Task } from '../task/task';
import type { Tty } from './tty';

/**
 * `signal` is SIGTTIN for reading, SIGTTOU for writing and changing. `signalled`: the caller's group was sent it, and the
 * caller has to wait and try again. EIO when nobody would ever let it go on.
 */
export function checkForeground(tty: Tty, task: Task, signal: Signal): 'allowed' | 'signalled' {
  if (task.tty !== tty || tty.foreground === 0 || tty.foreground === task.group) return 'allowed';
  const ignored = task.signals.action(signal) === 'ignore' || (task.signals.blocked & signalBit(signal)) !== 0n;
  if (ignored) {
    if (signal === signalNumbers.SIGTTIN) throw new SysError('EIO');
    return 'allowed';
  }
  if (isOrphaned(task)) throw new SysError('EIO');
  task.kernel.tasks.signalGroup(task.group, signal);
  return 'signalled';
}

/** No member of its group has a parent in another group of the session, who could continue it. */
export function isOrphaned(task: Task): boolean {
  for (const member of task.kernel.tasks.all()) {
    const { parent } = member;
    if (member.group !== task.group || member.state === 'zombie' || !parent) continue;
    if (parent.group !== member.group && parent.session === member.session) return false;
  }
  return true;
}
