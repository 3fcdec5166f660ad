/** One thing that is read from the files of a Machine. */
import type { Concern } from '../kernel';
import type { LabState } from '../state';

/** A path whose changes concern the part. */
export interface Spot {
  path: string;
  concern: Concern;
}

export interface Part<T> {
  /** Reads the files again. */
  look(): void;
  /** As of the last look. */
  readonly spots: readonly Spot[];
  /** The entries of its collection, by key. */
  entries(state: Pick<LabState, 'processes'>): Record<string, T>;
}
