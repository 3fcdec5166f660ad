/** tc-netem(8): delay, jitter and loss of what leaves a device. */

import type { Random } from '../../random';
import type { Nanoseconds } from '../../sched/blocking';
import type { Packet } from '../packet/packet';
import type { QueueDiscipline } from './qdisc';

export class Netem implements QueueDiscipline {
  readonly kind = 'netem';
  readonly dropReason = 'netem loss';

  constructor(
    readonly delay: Nanoseconds,
    readonly jitter: Nanoseconds,
    readonly lossPercent: number,
    private readonly random: Random,
  ) {}

  delayOf(_packet: Packet): Nanoseconds | null {
    if (this.lossPercent > 0 && this.random.below(1_000_000) < this.lossPercent * 10_000) return null;
    if (this.jitter === 0) return this.delay;
    return Math.max(0, this.delay - this.jitter + this.random.below(2 * this.jitter + 1));
  }
}
