/** How a call of a task waits: until there is an answer, a deadline, or a handled signal (signal(7), "Interruption"). */
import { SysError } from '../abi/errno';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { WaitQueue } from '../sched/wait-queue';
import type { Task } from './task';

export interface BlockOptions {
  /** On the lab's clock (`kernel.now`); the answer is `undefined` when it is reached. */
  deadline?: Nanoseconds | undefined;
  /** False: the call fails with EINTR whatever SA_RESTART says (sleep, poll, pause, sigtimedwait). */
  restartable?: boolean;
  /** False: only SIGKILL ends the wait. */
  interruptible?: boolean;
}

/**
 * Asks `attempt` until it answers something else than `undefined`. It is asked at once, and after every wake-up: what has
 * come counts for more than a signal that came with it.
 */
export function* block<T>(
  task: Task,
  attempt: () => T | undefined,
  queues: readonly WaitQueue[],
  { deadline, restartable = true, interruptible = true }: BlockOptions = {},
): Blocking<T | undefined> {
  task.handled = 'nothing';
  for (;;) {
    const answer = attempt();
    if (answer !== undefined) return answer;
    if (deadline !== undefined && task.kernel.now >= deadline) return undefined;
    if (isInterrupted(task, restartable)) throw new SysError('EINTR');
    task.handled = 'nothing';
    yield { queues, deadline, interruptible };
  }
}

function isInterrupted({ handled }: Task, restartable: boolean): boolean {
  return handled === 'interrupting' || (handled === 'restarting' && !restartable);
}
