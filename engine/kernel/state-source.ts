/**
 * What belongs to a lab's state though no kernel knows of it: the containers of a runtime, the images in a directory. It is
 * read from the files of the Machines by whoever knows their formats, on every kernel alike.
 */
import type { LabState, MachineId } from '../state';
import type { FilesNow } from './port';

/**
 * What counts besides the path itself: whatever happens to what is directly in it; only what is made, removed or renamed there; only
 * directories; only a file of that name. Where a kernel does not tell them apart, everything counts.
 */
export type Concern = 'anything' | 'names' | 'directories' | { name: string };

export interface WatchedPath {
  machine: MachineId;
  path: string;
  concern: Concern;
  /** Something may have changed at the path or, for a directory, directly in it. */
  changed(): void;
}

/** Nothing in here ever throws, whatever is in the files. */
export interface StateSource {
  /** What has to be watched now, by names that stay the same. Reads what has changed, to know it. */
  watched(): ReadonlyMap<string, WatchedPath>;
  /** Everything may have changed. */
  suspect(): void;
  /** `state` with what the files say, as they are now. Collections without a change stay the same. */
  complete(state: LabState): LabState;
}

export type OpenStateSource = (machines: ReadonlyMap<MachineId, FilesNow>) => StateSource;
