/** An intermediate functional block: what is redirected to it goes through its queue and then on where it came in. */
import { NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';

export class Ifb extends NetDevice {
  readonly kind = 'ifb';
  override queueLength = 32;

  override get usesArp(): boolean {
    return false;
  }

  /** What was sent here by the machine itself has nowhere to go on. */
  protected transmit(packet: Packet): void {
    const { input } = packet;
    if (input?.ingressRedirect === this && input.up && !input.isGone) input.receiveShaped(packet);
    else this.stats.txDropped++;
  }
}
