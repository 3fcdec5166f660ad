/**
 * How a simulated program waits. Programs and system calls that may block are generators: they yield a `Suspend` and the
 * scheduler resumes them when one of its queues is woken, its deadline is reached, or a signal arrives.
 */
import type { Part } from './part';
import type { WaitQueue } from './wait-queue';

/** Nanoseconds of the lab's virtual clock. */
export type Nanoseconds = number;

export interface Suspend {
  /** Resumed as soon as one of them is woken. Empty and without a deadline: only a signal ends the wait. */
  queues: readonly WaitQueue[];
  /** Resumed at this moment of the monotonic clock at the latest. */
  deadline?: Nanoseconds | undefined;
  /** Give up the processor, but stay runnable. */
  preempt?: boolean;
  /** False: signals do not end the wait ("D" state). True when left out. */
  interruptible?: boolean;
  /** execve(2): the scheduler goes on with this program in the place of the one that yielded. */
  image?: Blocking<number>;
  /** The lab stands still, in the middle of this step, until it is loaded. */
  part?: Part;
}

/** A call that may wait. Use it with `yield*`. */
export type Blocking<T> = Generator<Suspend, T, void>;
