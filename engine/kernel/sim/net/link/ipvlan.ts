/**
 * Several devices on one lower device that share its hardware address and are told apart by their IP addresses
 * (kernel: Documentation/networking/ipvlan.rst). l2: a switch; l3, l3s: the lower device's namespace routes.
 */
import { SysError } from '../../abi/errno';
import type { IpAddress } from '../address/ip';
import { isMulticast } from '../address/ip';
import { isGroupMac } from '../address/mac';
import type { NetDevice } from '../device/device';
import { ETH_P_IP, type Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
import { StackedDevice } from './stacked';

export type IpvlanMode = 'l2' | 'l3' | 'l3s';

export class Ipvlan extends StackedDevice {
  readonly kind = 'ipvlan';

  constructor(
    ns: NetNamespace,
    name: string,
    lower: NetDevice,
    readonly mode: IpvlanMode,
    readonly flag: 'bridge' | 'private' | 'vepa' = 'bridge',
  ) {
    super(ns, name, lower.mac, lower);
    if (mode !== 'l2') this.isArpOff = true;
  }

  attach(): void {
    if (this.lower.handler && ipvlansOf(this.lower).length === 0) throw new SysError('EBUSY');
    this.lower.uppers.add(this);
    this.lower.handler ??= (packet) => receiveFor(this.lower, packet);
  }

  override get details(): Record<string, string | number | boolean> {
    return { mode: this.mode, flag: this.flag };
  }

  /** It may be up while the lower one is down. */
  override opened(): void {
    this.lowerChanged(this.lower);
  }

  override destroyed(): void {
    super.destroyed();
    if (ipvlansOf(this.lower).length === 0) this.lower.handler = null;
  }

  owns(address: IpAddress): boolean {
    return this.ns.addresses.find(this, address) !== undefined;
  }

  protected transmit(packet: Packet): void {
    const isBridging = this.flag === 'bridge';
    const target = wantedBy(packet);
    const sibling =
      isBridging && target !== null ? ipvlansOf(this.lower).find((one) => one !== this && one.owns(target)) : undefined;
    if (this.mode === 'l2') return this.#switch(packet, sibling);
    if (sibling) return hand(sibling, packet);
    this.#route(packet);
  }

  #switch(packet: Packet, sibling: Ipvlan | undefined): void {
    if (isGroupMac(packet.ethernet.destination)) {
      if (this.flag === 'bridge') for (const one of ipvlansOf(this.lower)) if (one !== this) hand(one, packet.copy());
    } else if (sibling) return hand(sibling, packet);
    packet.scrub();
    this.lower.send(packet);
  }

  /** In the lower device's namespace, as if it had come in there. */
  #route(packet: Packet): void {
    const { ip } = packet;
    if (!ip || isMulticast(ip.destination)) return;
    const { ns } = this.lower;
    packet.scrub();
    ns.quietly(() => {
      const way = ns.ways.to(ip.destination, { source: null });
      packet.ip = ip;
      ns.ip.output(packet, way);
    });
  }
}

function ipvlansOf(lower: NetDevice): Ipvlan[] {
  const found: Ipvlan[] = [];
  for (const upper of lower.uppers) if (upper instanceof Ipvlan) found.push(upper);
  return found;
}

/** The IP address a frame is for. */
function wantedBy(packet: Packet): IpAddress | null {
  if (packet.ip) {
    const { transport, destination } = packet.ip;
    return transport.kind === 'icmp' && transport.target !== undefined ? transport.target : destination;
  }
  return packet.arp?.targetIp ?? null;
}

function receiveFor(lower: NetDevice, packet: Packet): 'consumed' | 'pass' {
  const all = ipvlansOf(lower);
  if (isGroupMac(packet.ethernet.destination) && all.some(({ mode }) => mode === 'l2')) {
    for (const one of all) if (one.mode === 'l2') hand(one, packet.copy());
    return 'pass';
  }
  const target = wantedBy(packet);
  const owner = target === null ? undefined : all.find((one) => one.owns(target));
  if (!owner) return 'pass';
  hand(owner, packet);
  return 'consumed';
}

function hand(device: Ipvlan, packet: Packet): void {
  if (!device.up) return;
  packet.scrub();
  if (packet.ip && typeof packet.ip.source === 'number') packet.ethernet = { ...packet.ethernet, type: ETH_P_IP };
  packet.type = isGroupMac(packet.ethernet.destination) ? 'broadcast' : 'host';
  device.arrive(packet);
}
