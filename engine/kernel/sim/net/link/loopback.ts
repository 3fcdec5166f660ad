/** `lo`: what is sent through it has arrived (RFC 1122, 127.0.0.0/8). Every namespace is born with one, down. */

import { zeroMac } from '../address/mac';
import { type LinkType, NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';

export class Loopback extends NetDevice {
  readonly kind = '';
  override readonly linkType: LinkType = 'loopback';

  constructor(ns: NetNamespace) {
    super(ns, 'lo', zeroMac);
    this.mtu = 65536;
    this.broadcast = zeroMac;
  }

  override get isNetnsLocal(): boolean {
    return true;
  }

  protected transmit(packet: Packet): void {
    packet.type = 'host';
    // Conntrack's entry and the mark go along: it is the same packet in the same namespace.
    packet.output = null;
    this.arrive(packet);
  }
}
