/** A filter's word is done: the call fails, or the task ends. */
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import type { SimTask } from '../task/sim-task';
import { TaskEnded } from '../task/task-ended';
import { verdictOf } from './filter';

/** Null when the call may be made; else the errno it fails with, 0 for a call that is not made and yet succeeds. */
export function askFilters(kernel: SimKernel, task: SimTask, number: number, args: readonly bigint[]): number | null {
  if (task.seccomp === null) return null;
  const verdict = verdictOf(task.seccomp, number, args);
  if (verdict.do === 'go on') return null;
  if (verdict.do === 'fail') return verdict.errno;
  // Nobody here handles SIGSYS, so a trap ends it as well.
  kernel.tasks.end(task, { kind: 'killed', signal: signalNumbers.SIGSYS, core: false });
  throw new TaskEnded();
}
