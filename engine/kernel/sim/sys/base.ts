/**
 * What all system calls share. The calls are split by subject into a chain of classes, one a file, each adding its own to
 * the one before: files, mounts, processes, credentials, namespaces, terminals, clock, ipc, network (`TaskSys`).
 */
import type { SimKernel } from '../kernel';
import type { Nanoseconds } from '../sched/blocking';
import type { Task } from '../task/task';

/** What entering the kernel costs; calls that do more say so. */
const callCostNs: Nanoseconds = 500;

export abstract class SysBase {
  constructor(
    protected readonly kernel: SimKernel,
    readonly task: Task,
  ) {}

  /** At the beginning of every call: counts its time. */
  protected enter(cost: Nanoseconds = callCostNs): void {
    this.task.job.spend(cost);
  }
}
