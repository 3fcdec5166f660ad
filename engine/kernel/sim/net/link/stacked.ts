/** A device on top of another: it has a carrier while that one is up and has one. */
import { SysError } from '../../abi/errno';
import type { Mac } from '../address/mac';
import { NetDevice } from '../device/device';
import { setCarrier, updateOperState } from '../device/links';
import type { NetNamespace } from '../types';

export abstract class StackedDevice extends NetDevice {
  constructor(
    ns: NetNamespace,
    name: string,
    mac: Mac,
    readonly lower: NetDevice,
  ) {
    super(ns, name, mac);
    this.mtu = lower.mtu;
    this.carrier = lower.up && lower.carrier;
  }

  override get link(): NetDevice | null {
    return this.lower;
  }

  /** ENETDOWN when the lower device is down. */
  override opened(): void {
    if (!this.lower.up) {
      this.up = false;
      throw new SysError('ENETDOWN');
    }
    this.lowerChanged(this.lower);
    updateOperState(this, true);
  }

  override lowerChanged(lower: NetDevice): void {
    setCarrier(this, lower.up && lower.carrier);
  }

  override destroyed(): void {
    this.lower.uppers.delete(this);
  }
}
