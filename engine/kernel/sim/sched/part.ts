/**
 * Parts of the simulator that are loaded when they are first needed. Loading is no event of the lab: the lab stands still
 * in the middle of a step until the part is there, and goes on as if it had always been. Only that a part could not be had is
 * part of a lab's history: the step at which it was missed is kept.
 */
export interface Part {
  readonly name: string;
  readonly isLoaded: boolean;
  /** Rejects when it cannot be had; may be tried again. */
  load(): Promise<void>;
}

/** Thrown out of a step of the scheduler: the next call of `step` goes on where this one stopped. */
export class PartMissing extends Error {
  constructor(readonly part: Part) {
    super(`the part "${part.name}" of the simulator is not loaded`);
    this.name = 'PartMissing';
  }
}

/** Runs what waits for parts to its end, with every part at hand. Throws `PartMissing`. */
export function withoutWaiting<T>(work: Generator<Part, T, void>): T {
  const { done, value } = work.next();
  if (done) return value;
  throw new PartMissing(value);
}
