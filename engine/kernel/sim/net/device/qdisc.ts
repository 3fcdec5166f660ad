/** What holds packets back that leave a device: its root queueing discipline (tc(8)). */
import type { Nanoseconds } from '../../sched/blocking';
import type { Packet } from '../packet/packet';

export interface QueueDiscipline {
  readonly kind: 'netem' | 'tbf';
  /** Where a packet goes that is not sent: for people. */
  readonly dropReason: string;
  /** How long the packet is held; null when it is dropped. `length`: with its Ethernet header. */
  delayOf(packet: Packet, length: number, now: Nanoseconds): Nanoseconds | null;
}
