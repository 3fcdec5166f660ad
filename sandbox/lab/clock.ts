import type { Disposable } from '../../engine/kernel';

/** Time and timers, so that tests need not wait. */
export interface Clock {
  /** Milliseconds that only ever grow; the origin is arbitrary. */
  now(): number;
  /** Runs `run` once after `ms` milliseconds. Does not keep the process alive. */
  after(ms: number, run: () => void): Disposable;
  /** Runs `run` as soon as what is under way, and what waits already, has had its turn. */
  soon(run: () => void): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return { dispose: () => clearTimeout(timer) };
  },
  soon: (run) => void setImmediate(run),
};
