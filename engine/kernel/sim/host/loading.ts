/** Parts of the simulator on their way, seen from outside the lab. */
import { KernelError } from '../../port';
import type { Part } from '../sched/part';
import type { Pace } from './pace';

/** A server that does not answer by then is gone. */
const patienceMs = 20_000;

/** False when it cannot be had. */
export function load(part: Part, pace: Pace): Promise<boolean> {
  return new Promise((resolve) => {
    const patience = pace.after(patienceMs, () => resolve(false));
    const end = (isThere: boolean) => {
      patience.dispose();
      resolve(isThere);
    };
    part.load().then(
      () => end(true),
      () => end(false),
    );
  });
}

/** Runs what needs parts to its end, and loads each when it is asked for. */
export async function loadingParts<T>(work: Generator<Part, T, void>, lab: string, pace: Pace): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (!(await load(value, pace))) {
      throw new KernelError('EIO', 'boot', lab, `a part of the simulator (${value.name}) could not be loaded`);
    }
  }
}
