/** What becomes of a pending signal when its process is about to go on (signal(7)). */
import { defaultAction, type Signal, signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import { type SignalMask, signalBit } from './signal-state';
import type { SimTask } from './sim-task';

const { SIGKILL, SIGSTOP, SIGCONT } = signalNumbers;
const unblockable: SignalMask = signalBit(SIGKILL) | signalBit(SIGSTOP);

/** Number 1 of a namespace gets no signal it has no handler for; from an ancestor, SIGKILL and SIGSTOP (pid_namespaces(7)). */
export function isProtected(task: SimTask): boolean {
  return task.numbers.at(-1)?.number === 1;
}

/** Signals that will do something when the task goes on. */
function deliverable(task: SimTask): SignalMask {
  return task.signals.pending & ~(task.signals.blocked & ~unblockable);
}

export function hasDeliverable(task: SimTask): boolean {
  return deliverable(task) !== 0n;
}

/** Whether sending it would do nothing at all: it is not even kept. */
export function isIgnored(task: SimTask, signal: Signal): boolean {
  if (signal === SIGKILL || signal === SIGSTOP) return false;
  const action = task.signals.action(signal);
  if (action === 'ignore') return true;
  return action === 'default' && defaultAction(signal) === 'ignore';
}

/** Delivers what is pending. False: the task ended or stopped, and does not go on. */
export function deliverSignals(kernel: SimKernel, task: SimTask): boolean {
  for (let waiting = deliverable(task); waiting !== 0n; waiting = deliverable(task)) {
    const signal = lowest(waiting);
    task.signals.pending &= ~signalBit(signal);
    if (!act(kernel, task, signal)) return false;
  }
  return true;
}

function act(kernel: SimKernel, task: SimTask, signal: Signal): boolean {
  const action = task.signals.action(signal);
  if (typeof action === 'object' && signal !== SIGKILL && signal !== SIGSTOP) {
    if (task.handled !== 'interrupting') task.handled = action.restart ? 'restarting' : 'interrupting';
    action.handler(signal);
    return true;
  }
  if (action === 'ignore' && signal !== SIGKILL && signal !== SIGSTOP) return true;
  switch (defaultAction(signal)) {
    case 'ignore':
    case 'continue':
      return true;
    case 'stop':
      // Nobody could continue a group that nobody watches (POSIX, "orphaned process group").
      if (signal !== SIGSTOP && kernel.tasks.isOrphaned(task.group, task.session)) return true;
      kernel.tasks.stop(task, signal);
      return false;
    case 'core':
    case 'terminate':
      kernel.tasks.end(task, { kind: 'killed', signal, core: false });
      return false;
  }
}

/** Fatal ones first, then by number, as the kernel takes them. */
function lowest(mask: SignalMask): Signal {
  if (mask & signalBit(SIGKILL)) return SIGKILL;
  for (let signal = 1; signal <= 64; signal++) if (mask & signalBit(signal)) return signal;
  return SIGCONT;
}
