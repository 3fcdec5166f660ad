/** How a signal gets to a process, or is dropped on the way (signal(7), pid_namespaces(7); kernel/signal.c). */
import { defaultAction, type Signal, signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import { deliverToCaller, hasDeliverable, isProtected, isUnblockable } from './signal-delivery';
import { signalBit } from './signal-state';
import type { SimTask } from './sim-task';
import type { Task } from './task';

const { SIGKILL, SIGSTOP, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE, SIGXFSZ } = signalNumbers;
const stopBits = signalBit(SIGSTOP) | signalBit(SIGTSTP) | signalBit(SIGTTIN) | signalBit(SIGTTOU);

/**
 * `from` null: the kernel itself. SIGSTOP stops whoever does not run at once, as the other processors of a real machine
 * do: what is sent after it has to wait.
 */
export function sendSignal(kernel: SimKernel, task: SimTask, signal: Signal, from: Task | null): void {
  if (!task.isAlive || signal === 0) return;
  stopOrContinue(kernel, task, signal);
  const { signals } = task;
  const isBlocked = ((signals.blocked | signals.awaited) & signalBit(signal)) !== 0n && !isUnblockable(signal);
  if (!isBlocked && isDropped(kernel, task, signal, from)) return;
  if (signal === SIGSTOP && task.state !== 'stopped' && kernel.scheduler.current !== task.job) {
    return kernel.tasks.stop(task, signal);
  }
  const wasWaited = hasDeliverable(task);
  signals.pending |= signalBit(signal);
  if (signals.fatal === null && !isBlocked && isFatal(task, signal, wasWaited)) signals.fatal = signal;
  task.signalArrived.wake();
  if (signal === SIGKILL && task.state === 'stopped') task.state = 'runnable';
  if (!isBlocked && (signal === SIGKILL || task.job.suspend?.interruptible !== false)) task.job.wake();
  // What a call of its own has brought about is delivered before that call is over.
  if ((signal === SIGPIPE || signal === SIGXFSZ) && from === null) deliverToCaller(kernel, task);
}

/** Whether it would do nothing: it is not even kept. */
function isDropped(kernel: SimKernel, task: SimTask, signal: Signal, from: Task | null): boolean {
  const action = isUnblockable(signal) ? 'default' : task.signals.action(signal);
  if (action === 'ignore') return true;
  if (action !== 'default') return false;
  if (isProtected(task)) return !(isUnblockable(signal) && isForced(kernel, task, from));
  const byDefault = defaultAction(signal);
  return byDefault === 'ignore' || byDefault === 'continue';
}

/** complete_signal: what ends a process without a core file is decided when it is sent, unless others come before it. */
function isFatal(task: SimTask, signal: Signal, hasOthers: boolean): boolean {
  if (signal === SIGKILL) return true;
  if (hasOthers || task.state === 'stopped') return false;
  return task.signals.action(signal) === 'default' && defaultAction(signal) === 'terminate';
}

/** Number 1 of a namespace can be killed and stopped from outside. That of the lab has no outside. */
function isForced(kernel: SimKernel, task: SimTask, from: Task | null): boolean {
  if (task === kernel.tasks.init) return false;
  return from === null || kernel.tasks.numberIn(from, task.ns.pid) === null;
}

/** Stop signals and SIGCONT take each other back, and SIGCONT continues whatever becomes of it. */
function stopOrContinue(kernel: SimKernel, task: SimTask, signal: Signal): void {
  if ((stopBits & signalBit(signal)) !== 0n) task.signals.pending &= ~signalBit(SIGCONT);
  else if (signal === SIGCONT) {
    task.signals.pending &= ~stopBits;
    kernel.tasks.goOn(task);
  }
}
