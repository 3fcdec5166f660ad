import type { LabChannel } from '../protocol';

export type Availability = { available: true } | { available: false; reason: string };

/** A place where labs run. The page cannot tell which: it only sees the other end of the channel. */
export interface Driver {
  readonly name: string;
  /** Whether labs can be started here; `reason` says what is missing and how to get it. */
  availability(): Availability;
  /** Labs that run now. */
  readonly count: number;
  /** Once, before the first lab: removes what a crashed predecessor left. Returns what was removed. */
  prepare(): Promise<string[]>;
  /** Takes up a page's conversation; it ends with the channel. */
  serve(channel: LabChannel): void;
  /** Ends every lab; resolves when nothing is left. */
  dispose(reason: string): Promise<void>;
}
