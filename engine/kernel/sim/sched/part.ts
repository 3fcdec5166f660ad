/**
 * What a step may have to wait for outside of the lab: parts of the simulator that are loaded when they are first needed, and the
 * promises of an engine program (`host/program/`). Neither is an event of the lab: it stands still in the middle of a step
 * until that is over, and goes on as if it had taken no time. Only that a part could not be had is part of a lab's history: the step
 * at which it was missed is kept.
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
