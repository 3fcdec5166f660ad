/** Neighbour discovery for IPv6 (RFC 4861): solicitations, advertisements, detection of duplicates (RFC 4862). */
import { type IpAddress, isMulticast } from '../address/ip';
import { type Mac, multicastMac } from '../address/mac';
import type { NetDevice } from '../device/device';
import {
  ETH_P_IPV6,
  headerOf,
  type IcmpMessage,
  IPPROTO_ICMPV6,
  type IpHeader,
  noBytes,
  type Packet,
} from '../packet/packet';
import type { NetNamespace } from '../types';

export const ndSolicitation = 135;
export const ndAdvertisement = 136;

const solicitedPrefix = (0xff02n << 112n) | (1n << 32n) | (0xffn << 24n);
const allNodes = (0xff02n << 112n) | 1n;
const router = 0x80;
const solicited = 0x40;
const override = 0x20;

export class Ndisc {
  constructor(private readonly ns: NetNamespace) {}

  solicit(device: NetDevice, target: bigint, mac: Mac | null, packet: Packet | null): void {
    const wanted = packet?.ip?.source;
    const own = wanted !== undefined && this.ns.addresses.find(device, wanted) ? wanted : null;
    const source = own ?? this.ns.addresses.selectV6(device, target, []) ?? 0n;
    const to = mac === null ? solicitedNode(target) : target;
    this.#send(device, source, to, this.#message(ndSolicitation, target, device.mac, 0), mac);
  }

  /** Asks from nowhere whether somebody has the address already. */
  probe(device: NetDevice, target: bigint, nonce: object): void {
    const about = { kind: 'icmp', code: 0, id: 0, seq: 0, data: noBytes } as const;
    const message: IcmpMessage = { ...about, type: ndSolicitation, target, nonce };
    this.#send(device, 0n, solicitedNode(target), message, null);
  }

  /** True when it was one of its messages. */
  receive(device: NetDevice, packet: Packet, ip: IpHeader, message: IcmpMessage): boolean {
    if (message.type !== ndSolicitation && message.type !== ndAdvertisement)
      return message.type >= 130 && message.type <= 137;
    if (ip.ttl !== 255 || typeof message.target !== 'bigint') return true;
    if (message.type === ndSolicitation) this.#solicited(device, ip, message, message.target);
    else this.#advertised(device, packet, message, message.target);
    return true;
  }

  #solicited(device: NetDevice, ip: IpHeader, message: IcmpMessage, target: bigint): void {
    const entry = this.ns.addresses.find(device, target);
    if (!entry || entry.dadFailed) return;
    if (entry.tentative) {
      // Somebody else is trying the same address.
      if (ip.source === 0n && message.nonce !== entry) this.ns.addressing.dadFailed(entry);
      return;
    }
    const isProbe = ip.source === 0n;
    if (!isProbe && message.hardware !== undefined) {
      this.ns.neighbours.take(device, ip.source).learn(message.hardware, false);
    }
    const flags = (this.ns.sysctl.isForwarding(6, device) ? router : 0) | (isProbe ? 0 : solicited) | override;
    this.#send(
      device,
      target,
      isProbe ? allNodes : ip.source,
      this.#message(ndAdvertisement, target, device.mac, flags),
      null,
    );
  }

  #advertised(device: NetDevice, _packet: Packet, message: IcmpMessage, target: bigint): void {
    const own = this.ns.addresses.find(device, target);
    if (own) {
      if (own.tentative) this.ns.addressing.dadFailed(own);
      return;
    }
    const known = this.ns.neighbours.find(device, target);
    if (known && message.hardware !== undefined)
      known.learn(message.hardware, ((message.ndFlags ?? 0) & solicited) !== 0);
  }

  #message(type: number, target: bigint, hardware: Mac, ndFlags: number): IcmpMessage {
    return { kind: 'icmp', type, code: 0, id: 0, seq: 0, target, hardware, ndFlags, data: noBytes };
  }

  #send(device: NetDevice, source: IpAddress, to: IpAddress, message: IcmpMessage, mac: Mac | null): void {
    const packet = this.ns.network.newPacket();
    packet.ip = headerOf(source, to, IPPROTO_ICMPV6, message, { ttl: 255 });
    packet.type = 'outgoing';
    packet.output = device;
    const { filter } = this.ns;
    if (filter.isActive && !filter.ip('output', packet, null, device)) return;
    if (filter.isActive && !filter.ip('postrouting', packet, null, device)) return;
    const destination = mac ?? (isMulticast(to) ? multicastMac(to) : null);
    if (destination === null) return this.ns.neighbours.take(device, to).send(packet);
    packet.ethernet = { source: device.mac, destination, type: ETH_P_IPV6 };
    device.send(packet);
  }
}

export function solicitedNode(address: bigint): bigint {
  return solicitedPrefix | (address & 0xffffffn);
}
