/** tun and tap devices (`ip tuntap`): without a program that holds the other end they have no carrier. */
import type { Mac } from '../address/mac';
import { type LinkType, NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';

export class Tun extends NetDevice {
  readonly kind = 'tun';
  override readonly linkType: LinkType;
  /** What takes the frames that are sent. */
  reader: ((packet: Packet) => void) | null = null;

  constructor(
    ns: NetNamespace,
    name: string,
    mac: Mac,
    readonly mode: 'tun' | 'tap',
  ) {
    super(ns, name, mac);
    this.linkType = mode === 'tun' ? 'none' : 'ether';
    this.carrier = false;
    if (mode === 'tun') this.queueLength = 500;
  }

  override get details(): Record<string, string | number | boolean> {
    return { mode: this.mode };
  }

  protected transmit(packet: Packet): void {
    if (this.reader) this.reader(packet);
    else this.stats.txDropped++;
  }
}
