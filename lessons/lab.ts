/**
 * The `Lab` handle: all that a check, a hint or a solution may know of a lab. `sandbox` implements it.
 *
 * Everything is read from outside the Machines, so root in a Machine cannot forge an answer.
 */
import type { FileKind, LabState } from '../engine/state';

export interface LabHandle {
  readonly state: LabState;
  /** Files of a Machine; the lesson's first Machine when none is named. */
  files(machine?: string): LabFiles;
}

/**
 * Files of a Machine as seen by its init. A path a check has asked for is watched from then on, and the check runs
 * again when it changes.
 */
export interface LabFiles {
  /** The file's text, or null when it cannot be read (missing, a directory, larger than 64 KiB). */
  text(path: string): Promise<string | null>;
  /** Null when there is nothing at the path. */
  stat(
    path: string,
  ): Promise<{ kind: FileKind; size: number; mode: number; uid: number; gid: number; inode: number } | null>;
  /** Names in a directory, or null when there is none. */
  list(path: string): Promise<string[] | null>;
}
