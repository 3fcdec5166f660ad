/** The cpu controller on the lab's clock: who used how much, cpu.max as a budget a period, cpu.weight as a share. */
import type { SimKernel } from '../kernel';
import type { Nanoseconds } from '../sched/blocking';
import type { Task } from '../task/task';
import { Cgroup } from './node';

interface Budget {
  left: Nanoseconds;
  periodEnd: Nanoseconds;
  throttledAt: Nanoseconds;
}

export class CpuController {
  readonly #budgets = new WeakMap<Cgroup, Budget>();

  constructor(
    private readonly kernel: SimKernel,
    private readonly wake: (node: Cgroup) => void,
  ) {}

  /** Counts what a task has just used; throttles where a budget is used up. */
  used(task: Task, time: Nanoseconds): void {
    if (!(task.cgroup instanceof Cgroup)) return;
    for (let node: Cgroup | null = task.cgroup; node !== null; node = node.parent) {
      node.cpu.used += time;
      if (node.cpu.quota !== null) this.#spend(node, node.cpu.quota, time);
    }
  }

  /** cpu.max was written. */
  changed(node: Cgroup): void {
    this.#budgets.delete(node);
    if (node.throttled) this.#release(node);
  }

  /** 100 for a task that shares the processor with nobody in a special way. */
  weight(task: Task): number {
    let weight = 100;
    if (!(task.cgroup instanceof Cgroup)) return weight;
    for (let node = task.cgroup; node.parent !== null; node = node.parent) {
      // What the lab itself has laid out shares by processes: counting them each time would cost too much.
      if (!node.parent.sharesByGroup) continue;
      weight = (weight * (node.cpu.idle ? 1 : node.cpu.weight)) / 100 / Math.max(1, runnable(node));
    }
    return Math.max(0.01, weight);
  }

  #spend(node: Cgroup, quota: Nanoseconds, time: Nanoseconds): void {
    const { now } = this.kernel;
    let budget = this.#budgets.get(node);
    if (!budget || now >= budget.periodEnd) {
      const carried = budget ? Math.min(budget.left, node.cpu.burst) : 0;
      budget = { left: quota + Math.max(0, carried), periodEnd: now + node.cpu.period, throttledAt: 0 };
      this.#budgets.set(node, budget);
      node.cpu.periods++;
    }
    budget.left -= time;
    if (budget.left > 0 || node.throttled) return;
    node.throttled = true;
    node.cpu.throttledPeriods++;
    budget.throttledAt = now;
    const debt = budget.left;
    this.kernel.events.at(budget.periodEnd, () => this.#refill(node, budget, debt));
  }

  #refill(node: Cgroup, budget: Budget, debt: Nanoseconds): void {
    if (!node.throttled || this.#budgets.get(node) !== budget || node.cpu.quota === null) return;
    const { now } = this.kernel;
    node.cpu.throttledTime += now - budget.throttledAt;
    node.cpu.periods++;
    budget.left = node.cpu.quota + debt;
    budget.periodEnd = now + node.cpu.period;
    if (budget.left > 0) return this.#release(node);
    budget.throttledAt = now;
    node.cpu.throttledPeriods++;
    const rest = budget.left;
    this.kernel.events.at(budget.periodEnd, () => this.#refill(node, budget, rest));
  }

  #release(node: Cgroup): void {
    node.throttled = false;
    this.wake(node);
  }
}

function runnable(node: Cgroup): number {
  let count = 0;
  for (const one of node.subtree()) for (const { job } of one.tasks) if (job.isQueued || job.suspend === null) count++;
  return count;
}
