/** The one queue of everything that will happen in a lab, ordered by time, then by who asked first. */
import type { Nanoseconds } from './blocking';

export interface TimerHandle {
  cancel(): void;
}

interface Entry {
  at: Nanoseconds;
  order: number;
  run: (() => void) | null;
}

export class EventQueue {
  /** A binary heap; cancelled entries stay until they come up. */
  readonly #heap: Entry[] = [];
  #order = 0;

  /** When the next event is due; null when nothing is planned. */
  get next(): Nanoseconds | null {
    this.#dropCancelled();
    return this.#heap[0]?.at ?? null;
  }

  at(at: Nanoseconds, run: () => void): TimerHandle {
    const entry: Entry = { at, order: this.#order++, run };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return {
      cancel() {
        entry.run = null;
      },
    };
  }

  /** Takes the earliest event that is due at `now`. */
  take(now: Nanoseconds): (() => void) | null {
    this.#dropCancelled();
    const first = this.#heap[0];
    if (!first || first.at > now) return null;
    this.#pop();
    return first.run;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.run === null) this.#pop();
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(index: number): void {
    let at = index;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #down(index: number): void {
    let at = index;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const earlier = this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(earlier, at)) return;
      at = earlier;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (!one || !other) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  #swapIfBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (!one || !other || !this.#isBefore(a, b)) return false;
    this.#heap[a] = other;
    this.#heap[b] = one;
    return true;
  }
}
