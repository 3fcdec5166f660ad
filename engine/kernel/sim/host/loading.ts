/** Parts of the simulator on their way, seen from outside the lab. */
import { KernelError } from '../../port';
import type { Part } from '../sched/part';

/** False when it cannot be had. How long that may take is the business of who fetches it: the lab's clock stands still. */
export function load(part: Part): Promise<boolean> {
  return part.load().then(
    () => true,
    () => false,
  );
}

/** Runs what needs parts to its end, and loads each when it is asked for. */
export async function loadingParts<T>(work: Generator<Part, T, void>, lab: string): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (!(await load(value))) {
      throw new KernelError('EIO', 'boot', lab, `a part of the simulator (${value.name}) could not be loaded`);
    }
  }
}
