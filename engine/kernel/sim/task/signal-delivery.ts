/** What becomes of a pending signal when its process is about to go on (signal(7)). */
import { defaultAction, type Signal, signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import type { Schedulable } from '../sched/scheduler';
import { type SignalMask, signalBit } from './signal-state';
import type { SimTask } from './sim-task';
import type { Task } from './task';
import { TaskEnded } from './task-ended';

const { SIGKILL, SIGSTOP, SIGCONT } = signalNumbers;
const unblockable: SignalMask = signalBit(SIGKILL) | signalBit(SIGSTOP);

export function isUnblockable(signal: Signal): boolean {
  return signal === SIGKILL || signal === SIGSTOP;
}

/** Number 1 of a namespace gets no signal it has no handler for; from an ancestor, SIGKILL and SIGSTOP (pid_namespaces(7)). */
export function isProtected(task: SimTask): boolean {
  return task.numbers.at(-1)?.number === 1;
}

/** Signals that will do something when the task goes on. */
function deliverable({ signals }: SimTask): SignalMask {
  return signals.pending & ~((signals.blocked | signals.awaited) & ~unblockable);
}

export function hasDeliverable(task: SimTask): boolean {
  return task.signals.pending !== 0n && deliverable(task) !== 0n;
}

/** Delivers what is pending. False: the task ended or stopped, and does not go on. */
export function deliverSignals(kernel: SimKernel, task: SimTask): boolean {
  if (task.signals.pending === 0n) return true;
  for (let waiting = deliverable(task); waiting !== 0n; waiting = deliverable(task)) {
    const signal = next(task, waiting);
    take(task, signal);
    if (!act(kernel, task, signal)) return false;
  }
  return true;
}

/**
 * At the end of a call that may have signalled its own caller: handlers run, and a signal that ends the task ends it here.
 * A stop has to wait until the program gives up the processor.
 */
export function deliverToCaller(kernel: SimKernel, task: SimTask): void {
  if (kernel.scheduler.current !== task.job) return;
  for (let waiting = deliverable(task); waiting !== 0n; ) {
    const signal = next(task, waiting);
    waiting &= ~signalBit(signal);
    if (effectOf(task, signal) === 'stop') continue;
    take(task, signal);
    act(kernel, task, signal);
    if (!task.isAlive) throw new TaskEnded();
  }
}

/** At the beginning of a call: whoever was killed in the call before does not get that far. */
export function endIfKilled(kernel: SimKernel, { job }: Task): void {
  const task = job.owner;
  if (!isTask(task) || kernel.scheduler.current !== job) return;
  for (let waiting = deliverable(task); waiting !== 0n; ) {
    const signal = next(task, waiting);
    waiting &= ~signalBit(signal);
    if (effectOf(task, signal) !== 'end') continue;
    act(kernel, task, signal);
    throw new TaskEnded();
  }
}

function next({ signals }: SimTask, waiting: SignalMask): Signal {
  const { fatal } = signals;
  return fatal !== null && (waiting & signalBit(fatal)) !== 0n ? fatal : lowest(waiting);
}

function take(task: SimTask, signal: Signal): void {
  const isKept = signal === task.signals.fatal && effectOf(task, signal) === 'end';
  if (!isKept) task.signals.pending &= ~signalBit(signal);
}

function isTask(owner: Schedulable): owner is SimTask {
  return 'signals' in owner;
}

function effectOf(task: SimTask, signal: Signal): 'handle' | 'nothing' | 'stop' | 'end' {
  if (!isUnblockable(signal)) {
    const action = task.signals.action(signal);
    if (typeof action === 'object') return 'handle';
    if (action === 'ignore' || isProtected(task)) return 'nothing';
  }
  switch (defaultAction(signal)) {
    case 'ignore':
    case 'continue':
      return 'nothing';
    case 'stop':
      return 'stop';
    default:
      return 'end';
  }
}

function act(kernel: SimKernel, task: SimTask, signal: Signal): boolean {
  switch (effectOf(task, signal)) {
    case 'nothing':
      return true;
    case 'handle':
      handle(task, signal);
      return true;
    case 'stop':
      // Nobody could continue a group that nobody watches (POSIX, "orphaned process group").
      if (signal !== SIGSTOP && kernel.tasks.isOrphaned(task.group, task)) return true;
      kernel.tasks.stop(task, signal);
      return false;
    case 'end':
      kernel.tasks.end(task, { kind: 'killed', signal, core: false });
      return false;
  }
}

function handle(task: SimTask, signal: Signal): void {
  const action = task.signals.action(signal);
  if (typeof action !== 'object') return;
  if (task.handled !== 'interrupting') task.handled = action.restart ? 'restarting' : 'interrupting';
  action.handler(signal);
}

/** SIGKILL first, then by number, as the kernel takes them. */
function lowest(mask: SignalMask): Signal {
  if (mask & signalBit(SIGKILL)) return SIGKILL;
  for (let signal = 1; signal <= 64; signal++) if (mask & signalBit(signal)) return signal;
  return SIGCONT;
}
