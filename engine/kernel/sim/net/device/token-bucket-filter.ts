/**
 * tc-tbf(8): tokens for bytes come at a rate, up to a burst of them; what finds none waits, in a queue of limited length.
 * A packet's way out is known when it comes in: those before it have taken their tokens already.
 */
import type { TokenBucket } from '../../../network';
import type { Nanoseconds } from '../../sched/blocking';
import type { Packet } from '../packet/packet';
import type { QueueDiscipline } from './qdisc';

const second = 1_000_000_000;

export class TokenBucketFilter implements QueueDiscipline {
  readonly kind = 'tbf';
  readonly dropReason = 'rate limit';
  /** Bytes; below zero by what waits in the queue. */
  #tokens: number;
  #at: Nanoseconds = 0;

  constructor(
    readonly bucket: TokenBucket,
    readonly handle: number,
  ) {
    this.#tokens = bucket.burstBytes;
  }

  delayOf(_packet: Packet, length: number, now: Nanoseconds): Nanoseconds | null {
    const { bytesPerSecond, burstBytes, limitBytes } = this.bucket;
    this.#tokens = Math.min(burstBytes, this.#tokens + ((now - this.#at) / second) * bytesPerSecond);
    this.#at = now;
    const left = this.#tokens - length;
    if (length > burstBytes || -left > limitBytes) return null;
    this.#tokens = left;
    return left >= 0 ? 0 : Math.ceil((-left / bytesPerSecond) * second);
  }
}
