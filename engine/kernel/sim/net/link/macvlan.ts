/** Several devices with addresses of their own on one lower device (`macvlan`), which they share like a small switch. */
import { SysError } from '../../abi/errno';
import { isGroupMac, type Mac } from '../address/mac';
import type { NetDevice } from '../device/device';
import { type Packet, packetTypeAt } from '../packet/packet';
import type { NetNamespace } from '../types';
import { StackedDevice } from './stacked';

export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru';

export class Macvlan extends StackedDevice {
  readonly kind = 'macvlan';

  constructor(
    ns: NetNamespace,
    name: string,
    mac: Mac,
    lower: NetDevice,
    public mode: MacvlanMode,
  ) {
    super(ns, name, mode === 'passthru' ? lower.mac : mac, lower);
  }

  /** On the lower device. EBUSY when that one is a bridge's port, EINVAL when passthru is not alone. */
  attach(): void {
    const siblings = this.#siblings();
    if (this.lower.handler && siblings.length === 0) throw new SysError('EBUSY');
    if (siblings.some(({ mode }) => mode === 'passthru') || (this.mode === 'passthru' && siblings.length > 0))
      throw new SysError('EINVAL');
    this.lower.uppers.add(this);
    this.lower.handler ??= (packet) => receiveFor(this.lower, packet);
    if (this.mode === 'passthru') this.lower.promiscuity++;
  }

  override get details(): Record<string, string | number | boolean> {
    return { mode: this.mode };
  }

  override configure(details: Record<string, string | number | boolean>): void {
    const { mode } = details;
    if (mode === 'private' || mode === 'vepa' || mode === 'bridge') this.mode = mode;
    else throw new SysError('EINVAL');
  }

  override destroyed(): void {
    super.destroyed();
    if (this.mode === 'passthru') this.lower.promiscuity--;
    if (macvlansOf(this.lower).length === 0) this.lower.handler = null;
  }

  protected transmit(packet: Packet): void {
    if (packet.ethernet.source === '') return;
    if (this.mode === 'bridge') {
      const { destination } = packet.ethernet;
      if (isGroupMac(destination)) {
        for (const sibling of this.#siblings())
          if (sibling.mode === 'bridge' && sibling.up) this.#over(sibling, packet.copy());
      } else {
        const sibling = this.#siblings().find((one) => one.mode === 'bridge' && one.mac === destination);
        if (sibling) return sibling.up ? this.#over(sibling, packet) : undefined;
      }
    }
    if (this.lower.ns === this.ns) packet.forget();
    else packet.scrub();
    this.lower.send(packet);
  }

  #over(sibling: Macvlan, packet: Packet): void {
    if (sibling.ns === this.ns) packet.forget();
    else packet.scrub();
    sibling.arriveFromWire(packet);
  }

  #siblings(): Macvlan[] {
    return macvlansOf(this.lower).filter((other) => other !== this);
  }
}

function macvlansOf(lower: NetDevice): Macvlan[] {
  const found: Macvlan[] = [];
  for (const upper of lower.uppers) if (upper instanceof Macvlan) found.push(upper);
  return found;
}

/** What comes in by the lower device: who of them gets it. */
function receiveFor(lower: NetDevice, packet: Packet): 'consumed' | 'pass' {
  const all = macvlansOf(lower);
  const { source, destination } = packet.ethernet;
  const [first] = all;
  if (first?.mode === 'passthru') {
    hand(first, packet);
    return 'consumed';
  }
  if (isGroupMac(destination)) {
    const sender = all.find(({ mac }) => mac === source);
    for (const one of all) {
      // A vepa frame that was sent back is for all but its sender; one of a bridge they have had already.
      if (one === sender || (sender && sender.mode !== 'vepa')) continue;
      hand(one, packet.copy());
    }
    return 'pass';
  }
  const target = all.find(({ mac }) => mac === destination);
  if (!target) return 'pass';
  hand(target, packet);
  return 'consumed';
}

function hand(device: Macvlan, packet: Packet): void {
  if (!device.up) return;
  packet.scrub();
  packet.type = packetTypeAt(packet.ethernet.destination, device.mac);
  device.receive(packet);
}
