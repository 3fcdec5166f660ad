/** A VLAN of another device (IEEE 802.1Q): its frames carry a tag there. */
import { SysError } from '../../abi/errno';
import type { Mac } from '../address/mac';
import { NetDevice } from '../device/device';
import { setCarrier, updateOperState } from '../device/links';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';

export class Vlan extends NetDevice {
  readonly kind = 'vlan';

  constructor(
    ns: NetNamespace,
    name: string,
    mac: Mac,
    readonly lower: NetDevice,
    readonly id: number,
  ) {
    super(ns, name, mac);
    this.mtu = lower.mtu;
    this.carrier = lower.up && lower.carrier;
    lower.uppers.add(this);
  }

  override get link(): NetDevice | null {
    return this.lower;
  }
  override get details(): Record<string, string | number | boolean> {
    return { id: this.id, protocol: '802.1Q' };
  }

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

  protected transmit(packet: Packet): void {
    packet.vlan = this.id;
    this.lower.send(packet);
  }

  override destroyed(): void {
    this.lower.uppers.delete(this);
  }
}
