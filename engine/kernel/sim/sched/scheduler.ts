/**
 * Runs what can run. One simulated processor: the task that has had the least time (weighted by its cgroup) is next, runs
 * until it waits or its slice is used up, and the clock moves on by what it used. Every order is fixed, so the same
 * inputs at the same steps give the same lab.
 */
import type { SimKernel } from '../kernel';
import type { Blocking, Nanoseconds, Suspend } from './blocking';
import type { TimerHandle } from './event-queue';
import { type Part, PartMissing } from './part';
import { RunQueue } from './run-queue';

/** What the scheduler asks of a task: `task/` decides on signals, ends and cgroups. */
export interface Schedulable {
  /** Weight among its competitors, 100 is usual (cpu.weight times niceness). */
  readonly weight: number;
  /** May it run now? False while it is stopped, frozen or throttled; `wake` when that is over. */
  readonly mayRun: boolean;
  /** A signal waits that ends an interruptible wait. */
  readonly isInterrupted: boolean;
  /** Called before it goes on: delivers signals. False: it ended or stopped and must not go on. */
  beforeResume(): boolean;
  /** Time it has used just now. */
  charge(time: Nanoseconds): void;
  /** Its program returned, or threw something no program may throw (null status). */
  finished(status: number | null, error?: unknown): void;
}

const sliceNs: Nanoseconds = 4_000_000;
/** What a resumption costs, on top of the calls made. */
const resumeCostNs: Nanoseconds = 2_000;

export class Job {
  /** Virtual run time: least goes first. */
  vruntime = 0;
  used: Nanoseconds = 0;
  /** The wait it is in; null while it is runnable. */
  suspend: Suspend | null = null;
  timer: TimerHandle | null = null;
  /** Where it is in the run queue; -1 when it is not in it. */
  place = -1;
  isOver = false;

  constructor(
    readonly owner: Schedulable,
    public image: Blocking<number>,
    readonly scheduler: Scheduler,
    readonly order: number,
  ) {}

  get isQueued(): boolean {
    return this.place >= 0;
  }
  /** Whatever it waits for may be there, or a signal: it looks again. */
  wake(): void {
    this.scheduler.wake(this);
  }
  /** Time used by a system call; counted against the slice. */
  spend(time: Nanoseconds): void {
    this.used += time;
  }
  get sliceIsUsedUp(): boolean {
    return this.used >= sliceNs;
  }
}

export class Scheduler {
  readonly #runnable = new RunQueue<Job>();
  #order = 0;
  #minVruntime = 0;
  /** The job that runs now. */
  current: Job | null = null;
  /** How many steps were done: with the clock, the exact place in a lab's history. */
  steps = 0;
  /** In the middle of its step, until the part it needs is loaded or given up. */
  #held: Job | null = null;
  /** Which parts were given up, and at which step. */
  readonly #losses = new Set<string>();

  constructor(private readonly kernel: SimKernel) {}

  /** In the middle of a step. */
  get isHeld(): boolean {
    return this.#held !== null;
  }
  get isIdle(): boolean {
    return this.#runnable.size === 0;
  }
  /** What the running job has used of its slice: the clock moves on by it when the slice is over. */
  get elapsed(): Nanoseconds {
    return this.current?.used ?? 0;
  }

  start(owner: Schedulable, image: Blocking<number>): Job {
    const job = new Job(owner, image, this, this.#order++);
    job.vruntime = this.#minVruntime;
    this.#enqueue(job);
    return job;
  }

  /** A job that runs now, is held, or is to run already, looks again anyway. */
  wake(job: Job): void {
    if (job.isOver || job.isQueued || job === this.current || job === this.#held) return;
    this.#enqueue(job);
  }

  /** It ended in the middle: whatever it waits for is forgotten, its program never goes on. */
  drop(job: Job): void {
    job.isOver = true;
    this.#leaveQueues(job);
    job.suspend = null;
    this.#runnable.remove(job);
  }

  /**
   * Does the next thing: a due event, or a slice of a task. False when nothing is left to do before `until`; the clock
   * then stands at `until`. Throws `PartMissing` in the middle of a step.
   */
  step(until: Nanoseconds): boolean {
    if (this.#held) {
      this.#go(this.#held);
      return true;
    }
    const event = this.kernel.events.take(this.kernel.now);
    if (event) {
      this.steps++;
      event();
      return true;
    }
    const job = this.#runnable.first;
    if (job) {
      this.steps++;
      this.#run(job);
      return true;
    }
    const next = this.kernel.events.next;
    if (next === null || next > until) {
      if (Number.isFinite(until)) this.kernel.advanceTo(until);
      return false;
    }
    this.kernel.advanceTo(next);
    return true;
  }

  /** True when a step before `until` would do something. */
  hasWork(until: Nanoseconds): boolean {
    const next = this.kernel.events.next;
    return this.#held !== null || this.#runnable.size > 0 || (next !== null && next <= until);
  }

  /** The part cannot be had: whoever needs it at that step does without. */
  lose(part: string, step = this.steps): void {
    this.#losses.add(`${step} ${part}`);
  }
  /** Waits for the part outside the lab's time; false when it cannot be had. */
  *need(part: Part): Blocking<boolean> {
    const loss = `${this.steps} ${part.name}`;
    while (!this.#losses.has(loss)) {
      if (part.isLoaded) return true;
      yield { queues: [], part };
    }
    return false;
  }

  #enqueue(job: Job): void {
    if (!job.owner.mayRun) return;
    // Who has slept does not get all of that time back.
    job.vruntime = Math.max(job.vruntime, this.#minVruntime - sliceNs);
    this.#runnable.add(job);
  }

  #run(job: Job): void {
    this.#minVruntime = Math.max(this.#minVruntime, job.vruntime);
    this.#runnable.remove(job);
    if (!job.owner.mayRun) return;
    this.#leaveQueues(job);
    job.suspend = null;
    job.used = resumeCostNs;
    this.#go(job);
  }

  /** From the beginning of its slice, or from where it was held. */
  #go(job: Job): void {
    const wasHeld = this.#held === job;
    this.#held = null;
    this.current = job;
    let next: Suspend | null = null;
    try {
      next = this.#resume(job, wasHeld);
    } finally {
      this.current = null;
      if (next?.part) this.#held = job;
      else this.#account(job);
    }
    if (next?.part) throw new PartMissing(next.part);
    if (next) this.#suspend(job, next);
  }

  #account(job: Job): void {
    job.vruntime += (job.used * 100) / Math.max(0.01, job.owner.weight);
    job.owner.charge(job.used);
    this.kernel.advanceTo(this.kernel.now + job.used);
  }

  /** What it waits for now; null when it is over or was stopped. */
  #resume(job: Job, wasHeld: boolean): Suspend | null {
    try {
      if (!wasHeld && (!job.owner.beforeResume() || job.isOver)) return null;
      const result = job.image.next();
      if (!result.done) return job.isOver ? null : result.value;
      if (!job.isOver) job.owner.finished(result.value);
    } catch (error) {
      job.owner.finished(null, error);
    }
    return null;
  }

  #suspend(job: Job, suspend: Suspend): void {
    if (job.isOver) return;
    if (suspend.image) {
      job.image = suspend.image;
      return this.#enqueue(job);
    }
    if (suspend.preempt) return this.#enqueue(job);
    job.suspend = suspend;
    for (const queue of suspend.queues) queue.add(job);
    if (suspend.deadline !== undefined) {
      job.timer = this.kernel.events.at(suspend.deadline, () => this.wake(job));
    }
    // What it waits for may have come, or a signal, while it was on its way here.
    if (suspend.interruptible !== false && job.owner.isInterrupted) this.#enqueue(job);
  }

  #leaveQueues(job: Job): void {
    for (const queue of job.suspend?.queues ?? []) queue.delete(job);
    job.timer?.cancel();
    job.timer = null;
  }
}
