/** A limit on how often something may happen (nft_limit.c): as many at once as the burst, then at the rate. */
import type { Nanoseconds } from '../../sched/blocking';

const seconds = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 };

export class TokenBucket {
  readonly #nsEach: number;
  readonly #most: number;
  #tokens: number;
  #last: Nanoseconds | null = null;

  constructor(rate: number, unit: keyof typeof seconds, burst: number) {
    this.#nsEach = (seconds[unit] * 1e9) / rate;
    this.#most = this.#nsEach * Math.max(1, burst);
    this.#tokens = this.#most;
  }

  /** False: it is over the limit. */
  take(count: number, now: Nanoseconds): boolean {
    this.#tokens = Math.min(this.#most, this.#tokens + (this.#last === null ? 0 : now - this.#last));
    this.#last = now;
    const cost = this.#nsEach * count;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }
}
