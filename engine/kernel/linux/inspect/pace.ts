/** When a lab is looked at: at once after an event, seldom when nothing happens, and never more than its share. */

/** A gather time after the first event of a burst, in milliseconds. */
const gatherMs = 3;
/** After a command was entered: its echo and its first output go first. */
const typingGatherMs = 12;
/** Between two scans at least; more when scans are dear: a scan may cost one part in `share` of the time. */
const minSpacingMs = 20;
const share = 20;

const activeMs = 4000;

/** How often a lab is looked at without an event, by the time since the last one. Newest first. */
const intervals = [
  // What a command does without an event (setns, a listening socket) comes right after the events of its start.
  { quietMs: 300, everyMs: 40 },
  { quietMs: activeMs, everyMs: 250 },
  { quietMs: Number.POSITIVE_INFINITY, everyMs: 2000 },
];
/** A lab whose processes run without events, timers for example, is looked at this often at most. */
const busyEveryMs = 250;

export class Pace {
  #lastEvent: number;
  #lastRan = Number.NEGATIVE_INFINITY;
  #notBefore = 0;
  /** What scans cost, smoothed. */
  #costMs = 0;

  constructor(now: number) {
    this.#lastEvent = now;
  }

  /** The kernel told of something. */
  event(now: number): void {
    this.#lastEvent = now;
  }

  /** A process was found to have run. */
  ran(now: number): void {
    this.#lastRan = now;
  }

  /** Something happened in the last few seconds. */
  isActive(now: number): boolean {
    return now - this.#lastEvent < activeMs;
  }

  scanned(now: number, costMs: number): void {
    this.#costMs = Math.max(costMs, (this.#costMs + costMs) / 2);
    this.#notBefore = now + Math.max(minSpacingMs, this.#costMs * share);
  }

  /** When a scan for an event that has just come may start. */
  soon(now: number): number {
    return Math.max(now + gatherMs, this.#notBefore);
  }

  /** The same for a command that was entered at a terminal. */
  soonAfterTyping(now: number): number {
    return Math.max(now + typingGatherMs, this.#notBefore);
  }

  /** When the next scan without an event is due. */
  next(now: number): number {
    const quiet = now - this.#lastEvent;
    const { everyMs } = intervals.find(({ quietMs }) => quiet < quietMs) ?? { everyMs: busyEveryMs };
    const busy = now - this.#lastRan < 1000 ? Math.min(everyMs, busyEveryMs) : everyMs;
    return Math.max(now + busy, this.#notBefore);
  }
}
