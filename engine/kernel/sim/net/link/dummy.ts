/** A device that swallows everything (`dummy`): for addresses and routes that belong to no wire. */
import { NetDevice } from '../device/device';

export class Dummy extends NetDevice {
  readonly kind = 'dummy';

  override get usesArp(): boolean {
    return false;
  }

  protected transmit(): void {}
}
