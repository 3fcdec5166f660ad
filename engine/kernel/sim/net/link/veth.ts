/** A pair of devices: what goes into one comes out of the other, in whatever namespaces they are (veth(4)). */
import type { Mac } from '../address/mac';
import { NetDevice } from '../device/device';
import { destroyDevice, setCarrier } from '../device/links';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';

export class Veth extends NetDevice {
  readonly kind = 'veth';
  override txQueues = 2;
  override rxQueues = 2;
  peer: Veth | null = null;

  constructor(ns: NetNamespace, name: string, mac: Mac) {
    super(ns, name, mac);
    this.carrier = false;
  }

  override get link(): NetDevice | null {
    return this.peer;
  }

  protected transmit(packet: Packet): void {
    const { peer } = this;
    if (!peer?.up) {
      this.stats.txDropped++;
      return;
    }
    // A frame longer than the other end takes is dropped there (is_skb_forwardable).
    if (packet.length > peer.mtu + 4) {
      peer.stats.rxDropped++;
      return;
    }
    if (peer.ns === this.ns) packet.forget();
    else packet.scrub();
    peer.arriveFromWire(packet);
  }

  override opened(): void {
    if (this.peer?.up) {
      setCarrier(this, true);
      setCarrier(this.peer, true);
    }
  }

  override closed(): void {
    setCarrier(this, false);
    if (this.peer) setCarrier(this.peer, false);
  }

  override destroyed(): void {
    const { peer } = this;
    this.peer = null;
    if (peer && !peer.isGone) destroyDevice(peer);
  }
}
