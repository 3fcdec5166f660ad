/**
 * What all system calls share. The calls are split by subject into a chain of classes, one a file, each adding its own to
 * the one before: files, mounts, processes, credentials, namespaces, terminals, clock, ipc, network (`TaskSys`).
 */
import type { SimKernel } from '../kernel';
import type { Nanoseconds } from '../sched/blocking';
import { endIfKilled } from '../task/signal-delivery';
import type { Task } from '../task/task';
import { TaskEnded } from '../task/task-ended';

/** What entering the kernel costs; calls that do more say so. */
const callCostNs: Nanoseconds = 500;

export abstract class SysBase {
  constructor(
    protected readonly kernel: SimKernel,
    readonly task: Task,
  ) {}

  /** At the beginning of every call: counts its time. A program that has ended, or was killed, gets no further. */
  protected enter(cost: Nanoseconds = callCostNs): void {
    const { job, signals } = this.task;
    if (job.isOver) throw new TaskEnded();
    job.spend(cost);
    if (signals.pending !== 0n) endIfKilled(this.kernel, this.task);
  }

  /** At the end of a call that may wait: others are to run now, or a signal is to be delivered. Then it yields once more. */
  protected get mustGiveWay(): boolean {
    const { job } = this.task;
    return job.sliceIsUsedUp || job.owner.isInterrupted;
  }
}
