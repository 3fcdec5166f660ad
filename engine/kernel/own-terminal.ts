/**
 * The terminal that an engine program was called at, and how it becomes that of a program elsewhere: as with a container in the
 * foreground, whose own terminal shows up in the one a person sits at.
 */
import type { Disposable } from './port';

export interface WindowSize {
  rows: number;
  columns: number;
}

/** Given back as it was found. */
export interface OwnTerminal extends Disposable {
  readonly size: WindowSize;
  /**
   * Joins the master of another terminal to it: what comes from standard input goes there byte by byte, as it is typed; what is printed
   * there goes to standard output as it is. Resolves when no program has the other one open any more, and all of it is shown.
   */
  join(master: number): Promise<void>;
  /** Gives the other one the size of this: to be called when SIGWINCH has come. */
  passSize(): void;
}
