/** The outside world's time, lent to the simulator: it decides how fast a lab's clock may go, never what happens in it. */
import type { Disposable } from '../../port';

export interface Pace {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Runs `run` once after `ms` milliseconds; after 0 as soon as whatever else waits has had its turn. */
  after(ms: number, run: () => void): Disposable;
}
