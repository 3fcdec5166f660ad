/** A VLAN of another device (IEEE 802.1Q): its frames carry a tag there. */

import type { Mac } from '../address/mac';
import type { NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
import { StackedDevice } from './stacked';

export class Vlan extends StackedDevice {
  readonly kind = 'vlan';

  constructor(
    ns: NetNamespace,
    name: string,
    mac: Mac,
    lower: NetDevice,
    readonly id: number,
  ) {
    super(ns, name, mac, lower);
    lower.uppers.add(this);
  }

  override get details(): Record<string, string | number | boolean> {
    return { id: this.id, protocol: '802.1Q' };
  }

  protected transmit(packet: Packet): void {
    packet.vlan = this.id;
    this.lower.send(packet);
  }
}
