import type { Clock } from '../lab/clock';

/** A clock that moves when it is told to. */
export class TestClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void) {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return { dispose: () => void this.#timers.delete(timer) };
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  /** Runs the first timer, at its time. */
  advanceToNext(): void {
    const first = Math.min(...[...this.#timers].map(({ at }) => at));
    if (Number.isFinite(first)) this.advance(Math.max(0, first - this.#now));
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = until;
  }
}

/** A clock on which nothing is waited for: when nobody has anything to do, the next timer is due. */
export class HastyClock implements Clock {
  /** Milliseconds. A shorter time could vanish in the sum, and whoever asks again for the rest would ask for ever. */
  static readonly shortest = 0.001;
  readonly #time = new TestClock();

  now(): number {
    return this.#time.now();
  }

  after(ms: number, run: () => void) {
    const timer = this.#time.after(Math.max(ms, HastyClock.shortest), run);
    const immediate = setImmediate(() => this.#time.advanceToNext());
    return {
      dispose() {
        clearImmediate(immediate);
        timer.dispose();
      },
    };
  }

  soon(run: () => void): void {
    setImmediate(run);
  }
}
