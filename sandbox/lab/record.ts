import { diff, emptyState, isEmptyPatch, isEqual, type LabState } from '../../engine/state';
import type { JournalEntry, PortView } from '../protocol';
import type { Clock } from './clock';
import { Journal } from './journal';
import { portsOf } from './ports';
import type { Observation } from './state-feed';

/** Typed text kept in the journal, a message. */
const maxInputChars = 400;

/** What is known of a lab and how it came to be: its newest state, its clock, its journal. */
export class LabRecord {
  readonly #startedAt: number;
  readonly #journal: Journal;
  #state: LabState = emptyState();
  #seq = 0;
  #ports: PortView[] = [];

  constructor(private readonly time: Pick<Clock, 'now'>) {
    this.#startedAt = time.now();
    this.#journal = new Journal(() => this.at());
    this.note({ kind: 'lab', text: 'started' });
  }

  /** Lab time: milliseconds since the start, to the tenth. */
  at(): number {
    return Math.round((this.time.now() - this.#startedAt) * 10) / 10;
  }

  /** A moment of the lab's clock as lab time, and the other way round. */
  fromClock(now: number): number {
    return now - this.#startedAt;
  }
  toClock(at: number): number {
    return at + this.#startedAt;
  }

  /** The lab has gone back to `at`: what came later has not happened. */
  rewind(at: number): void {
    this.#state = this.#journal.cut(at);
    this.#seq += 1;
    this.note({ kind: 'lab', text: 'went back to this moment' });
  }

  /** Tasks that were done at this moment, by the journal. */
  done(): Set<string> {
    const done = new Set<string>();
    for (let from = 0; from < this.#journal.end; ) {
      const entries = this.#journal.read(from);
      for (const { event } of entries) {
        if (event.kind !== 'task') continue;
        if (event.status === 'done') done.add(event.task);
        else done.delete(event.task);
      }
      from = (entries.at(-1)?.seq ?? this.#journal.end) + 1;
    }
    return done;
  }

  get state(): LabState {
    return this.#state;
  }
  get ports(): PortView[] {
    return this.#ports;
  }
  /** The newest state as a page that begins is told. */
  get now(): Omit<Observation, 'patch'> {
    return { state: this.#state, seq: this.#seq, at: this.at() };
  }

  /** Keeps a new state; null when nothing is different. */
  observe(state: LabState): (Observation & { portsChanged: boolean }) | null {
    const patch = diff(this.#state, state);
    if (isEmptyPatch(patch)) return null;
    this.#state = state;
    this.#seq += 1;
    const { at } = this.note({ kind: 'state', patch });
    const ports = portsOf(state);
    const portsChanged = !isEqual(ports, this.#ports);
    this.#ports = ports;
    return { state, patch, seq: this.#seq, at, portsChanged };
  }

  note(event: JournalEntry['event']): JournalEntry {
    return this.#journal.append(event);
  }

  noteInput(terminal: string, data: Uint8Array): void {
    const text = new TextDecoder().decode(data.subarray(0, maxInputChars));
    this.note({ kind: 'input', terminal, text, truncated: data.byteLength > maxInputChars });
  }

  /** See `Journal.read`. */
  read(from: number): { entries: JournalEntry[]; end: number } {
    return { entries: this.#journal.read(from), end: this.#journal.end };
  }
}
