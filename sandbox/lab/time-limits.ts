import type { Disposable } from '../../engine/kernel';
import type { LabTimes } from '../protocol';
import type { Clock } from './clock';

/** Milliseconds; null means no limit. */
export interface LimitOptions {
  idleMs: number | null;
  totalMs: number | null;
  /** How much one extension adds to the total time. */
  extensionMs: number;
  extensions: number;
}

const minute = 60_000;
export const defaultLimits: LimitOptions = {
  idleMs: 60 * minute,
  totalMs: 240 * minute,
  extensionMs: 60 * minute,
  extensions: 3,
};
/** The warning comes this long before the end, or at three quarters of a limit that is short. */
const warnBeforeMs = 5 * minute;

export interface LimitEvents {
  /** A limit is near, or (null) no longer is. */
  onWarning(warning: string | null): void;
  onEnd(reason: string): void;
}

/** Ends a lab nobody uses, or that has lasted long enough; says so before. */
export class TimeLimits implements Disposable {
  readonly #startedAt: number;
  #activeAt: number;
  #extensionsUsed = 0;
  #timer: Disposable | null = null;
  #warned = false;
  #ended = false;

  constructor(
    private readonly options: LimitOptions,
    private readonly clock: Clock,
    private readonly events: LimitEvents,
  ) {
    this.#startedAt = clock.now();
    this.#activeAt = this.#startedAt;
    this.#plan();
  }

  times(): LabTimes {
    const now = this.clock.now();
    return {
      idleMs: this.#leftOf(this.options.idleMs, this.#activeAt, now),
      totalMs: this.#leftOf(this.#totalMs(), this.#startedAt, now),
      extensionsLeft: this.options.extensions - this.#extensionsUsed,
    };
  }

  /** What the page should show now; null while no limit is near. */
  get warning(): string | null {
    const { idleMs, totalMs } = this.times();
    if (totalMs !== null && totalMs <= warnAt(this.#totalMs())) return `This lab ends in ${inWords(totalMs)}.`;
    if (idleMs !== null && idleMs <= warnAt(this.options.idleMs)) {
      return `Nothing was typed for a while: this lab ends in ${inWords(idleMs)}.`;
    }
    return null;
  }

  /** Somebody did something. */
  touch(): void {
    this.#activeAt = this.clock.now();
    if (this.#warned) this.#plan();
  }

  /** False when no extension is left. */
  extend(): boolean {
    if (this.#extensionsUsed >= this.options.extensions) return false;
    this.#extensionsUsed += 1;
    this.#activeAt = this.clock.now();
    this.#plan();
    return true;
  }

  dispose(): void {
    this.#ended = true;
    this.#timer?.dispose();
  }

  #totalMs(): number | null {
    const { totalMs, extensionMs } = this.options;
    return totalMs === null ? null : totalMs + this.#extensionsUsed * extensionMs;
  }

  #leftOf(limit: number | null, since: number, now: number): number | null {
    return limit === null ? null : Math.max(0, limit - (now - since));
  }

  /** Looks at the limits, tells what has changed, and waits for the next moment something will. */
  #plan(): void {
    this.#timer?.dispose();
    if (this.#ended) return;
    const { idleMs, totalMs } = this.times();
    if (idleMs === 0 || totalMs === 0) {
      this.#ended = true;
      this.events.onEnd(
        totalMs === 0 ? 'The time of this lab is over.' : 'Nothing was typed for too long, so the lab was ended.',
      );
      return;
    }
    this.#tellWarning();
    const moments = [...momentsOf(idleMs, this.options.idleMs), ...momentsOf(totalMs, this.#totalMs())];
    if (moments.length > 0) this.#timer = this.clock.after(Math.min(...moments), () => this.#plan());
  }

  #tellWarning(): void {
    const warning = this.warning;
    if (warning === null && !this.#warned) return;
    this.#warned = warning !== null;
    this.events.onWarning(warning);
  }
}

function warnAt(limit: number | null): number {
  return limit === null ? 0 : Math.min(warnBeforeMs, limit / 4);
}

/** Milliseconds until the warning, if it is still to come, and until the end. Rounded up: a timer must not come early. */
function momentsOf(left: number | null, limit: number | null): number[] {
  if (left === null) return [];
  const untilWarning = left - warnAt(limit);
  return [Math.ceil(untilWarning > 0 ? untilWarning : left)];
}

function inWords(ms: number): string {
  if (ms < 1.5 * minute) return `${Math.max(1, Math.round(ms / 1000))} seconds`;
  return `${Math.round(ms / minute)} minutes`;
}
