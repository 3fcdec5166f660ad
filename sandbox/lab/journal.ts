import { applyPatch, diff, emptyState, type LabState } from '../../engine/state';
import type { JournalEntry } from '../protocol';
import { maxJournalEntries } from '../windows';

type Event = JournalEntry['event'];

export interface JournalLimits {
  entries: number;
  /** Estimated as the length of the entries' JSON. */
  bytes: number;
}

export const defaultJournalLimits: JournalLimits = { entries: 20_000, bytes: 16 * 1024 * 1024 };

/** Bytes given at a time, so that a page's connection is not filled by one answer. */
const maxReadBytes = 1024 * 1024;

/**
 * The append-only record of a lab, bounded in memory: when it grows too long the oldest entries are folded into one
 * state, so that what is left can still be replayed from its beginning.
 */
export class Journal {
  #entries: Array<{ entry: JournalEntry; bytes: number }> = [];
  #bytes = 0;
  #next = 0;
  /** The state just before the oldest entry kept. */
  #base: LabState = emptyState();

  constructor(
    /** Lab time in milliseconds. */
    private readonly now: () => number,
    private readonly limits: JournalLimits = defaultJournalLimits,
  ) {}

  /** Number the next entry will get. */
  get end(): number {
    return this.#next;
  }

  append(event: Event): JournalEntry {
    const entry: JournalEntry = { seq: this.#next++, at: this.now(), event };
    const bytes = JSON.stringify(event).length;
    this.#entries.push({ entry, bytes });
    this.#bytes += bytes;
    if (this.#entries.length > this.limits.entries || this.#bytes > this.limits.bytes) this.#drop();
    return entry;
  }

  /**
   * Entries from number `from` on: at most `maxJournalEntries`, and about `maxReadBytes` of them. Where older ones were dropped, the answer begins with
   * `dropped` and the state at that moment, as a patch from the empty state.
   */
  read(from: number): JournalEntry[] {
    const first = this.#next - this.#entries.length;
    if (from >= first) return this.#slice(from - first, maxJournalEntries);
    return [...this.#substitute(first), ...this.#slice(0, maxJournalEntries - 2)].filter(({ seq }) => seq >= from);
  }

  /**
   * Forgets what came after `at`: it has not happened. Returns the state at that moment, as far as it is still known.
   */
  cut(at: number): LabState {
    const kept = this.#entries.filter(({ entry }) => entry.at <= at);
    this.#next -= this.#entries.length - kept.length;
    this.#entries = kept;
    this.#bytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    return kept.reduce(
      (state, { entry: { event } }) => (event.kind === 'state' ? applyPatch(state, event.patch) : state),
      this.#base,
    );
  }

  #slice(index: number, count: number): JournalEntry[] {
    const entries: JournalEntry[] = [];
    let size = 0;
    for (const { entry, bytes } of this.#entries.slice(index, index + count)) {
      entries.push(entry);
      size += bytes;
      if (size >= maxReadBytes) break;
    }
    return entries;
  }

  #substitute(first: number): JournalEntry[] {
    const at = this.#entries[0]?.entry.at ?? this.now();
    return [
      { seq: first - 2, at, event: { kind: 'dropped', entries: first } },
      { seq: first - 1, at, event: { kind: 'state', patch: diff(emptyState(), this.#base) } },
    ];
  }

  /** Drops a quarter at a time, and never fewer than the two that take the place of the dropped ones. */
  #drop(): void {
    const wanted = { entries: (this.limits.entries * 3) / 4, bytes: (this.limits.bytes * 3) / 4 };
    let count = 0;
    for (const { entry, bytes } of this.#entries) {
      const isEnough = this.#entries.length - count <= wanted.entries && this.#bytes <= wanted.bytes;
      if ((isEnough && count >= 2) || count === this.#entries.length - 1) break;
      if (entry.event.kind === 'state') this.#base = applyPatch(this.#base, entry.event.patch);
      this.#bytes -= bytes;
      count += 1;
    }
    this.#entries = this.#entries.slice(count);
  }
}
