/**
 * Packets. They are small objects that travel hop by hop and are written as bytes only where somebody asks for bytes
 * (packet sockets, tun devices: `wire.ts`). Headers are never changed in place: whoever rewrites one puts a new one.
 */
import type { IpAddress } from '../address/ip';
import { broadcastMac, isGroupMac, type Mac, zeroMac } from '../address/mac';
import type { Connection } from '../conntrack/connection';
import type { NetDevice } from '../device/device';

/** linux/if_ether.h */
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
export const ETH_P_8021Q = 0x8100;
export const ETH_P_IPV6 = 0x86dd;
export const ETH_P_ALL = 0x0003;

export const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_ICMPV6 = 58;

export interface Ethernet {
  readonly source: Mac;
  readonly destination: Mac;
  readonly type: number;
}

export interface TcpSegment {
  readonly kind: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack: number;
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16. */
  readonly flags: number;
  readonly window: number;
  /** Option of a SYN. */
  readonly mss?: number;
  /** RFC 7323. */
  readonly timestamps?: { readonly value: number; readonly echo: number };
  readonly data: Uint8Array;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

export interface UdpDatagram {
  readonly kind: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly data: Uint8Array;
  /** A frame in a VXLAN header (RFC 7348) instead of `data`. */
  readonly vxlan?: { readonly vni: number; readonly inner: Packet };
}

/** ICMP and ICMPv6 alike. */
export interface IcmpMessage {
  readonly kind: 'icmp';
  readonly type: number;
  readonly code: number;
  /** Echo: identifier and sequence number. */
  readonly id: number;
  readonly seq: number;
  /** Next-hop MTU of "fragmentation needed" and "packet too big". */
  readonly mtu?: number;
  /** Neighbour discovery: the target, and the hardware address it tells. */
  readonly target?: IpAddress;
  readonly hardware?: Mac;
  /** R, S, O of a neighbour advertisement. */
  readonly ndFlags?: number;
  /** By which whoever probes for duplicates knows its own message again that a bridge sent back (RFC 7527). */
  readonly nonce?: object;
  readonly data: Uint8Array;
  /** Errors: the packet they are about. */
  readonly about?: IpHeader;
}

export interface RawPayload {
  readonly kind: 'raw';
  readonly data: Uint8Array;
}

export type Transport = TcpSegment | UdpDatagram | IcmpMessage | RawPayload;

export interface IpHeader {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly ttl: number;
  readonly tos: number;
  /** IPv4 identification; 0 in IPv6. */
  readonly id: number;
  readonly dontFragment: boolean;
  /** Null when it is whole. The first fragment carries the whole transport, the rest count only for their size. */
  readonly fragment: { readonly offset: number; readonly more: boolean; readonly length: number } | null;
  readonly transport: Transport;
}

export interface ArpMessage {
  readonly operation: 'request' | 'reply';
  readonly senderMac: Mac;
  readonly senderIp: number;
  readonly targetMac: Mac;
  readonly targetIp: number;
}

export type PacketType = 'host' | 'broadcast' | 'multicast' | 'otherhost' | 'outgoing';

export class Packet {
  ethernet: Ethernet = { source: zeroMac, destination: zeroMac, type: 0 };
  /** 802.1Q tag. */
  vlan: number | null = null;
  ip: IpHeader | null = null;
  arp: ArpMessage | null = null;
  /** Frames of any other type. */
  raw: Uint8Array | null = null;

  // What the kernel keeps beside a packet (sk_buff).
  type: PacketType = 'host';
  mark = 0;
  /** The device it came in by; null for what was made here. */
  input: NetDevice | null = null;
  /** The device it leaves by, once that is known. */
  output: NetDevice | null = null;
  /** The bridge port it came in by. */
  bridgePort: NetDevice | null = null;
  connection: Connection | null = null;
  /** Whether it goes the way of the packet that began the connection. */
  direction: 'original' | 'reply' = 'original';
  /** How conntrack sees it. */
  state: 'new' | 'established' | 'related' | 'invalid' | 'untracked' | null = null;
  nftrace = false;
  /** Of the socket that sent it. */
  sender: { uid: number; gid: number } | null = null;
  /** Where it is sent to next, when that is not its destination. */
  nextHop: IpAddress | null = null;
  /** It has passed the prerouting hook of IP already, on a bridge. */
  prerouted = false;

  /** `id` stays the same along the way, also through address translation. */
  constructor(readonly id: number) {}

  /** Bytes without the Ethernet header. */
  get length(): number {
    if (this.ip) return ipLength(this.ip);
    if (this.arp) return 28;
    return this.raw?.length ?? 0;
  }

  /** The same packet for another way: the two can be changed apart. What belongs to a namespace stays behind. */
  copy(): Packet {
    const copy = new Packet(this.id);
    copy.ethernet = this.ethernet;
    copy.vlan = this.vlan;
    copy.ip = this.ip;
    copy.arp = this.arp;
    copy.raw = this.raw;
    copy.type = this.type;
    copy.mark = this.mark;
    copy.input = this.input;
    copy.bridgePort = this.bridgePort;
    copy.connection = this.connection;
    copy.direction = this.direction;
    copy.state = this.state;
    copy.nftrace = this.nftrace;
    return copy;
  }

  /** What does not go along into another namespace (skb_scrub_packet). */
  scrub(): void {
    this.mark = 0;
    this.forget();
  }

  /** What does not go along over a wire, even within a namespace (skb_forward: nf_reset_ct). */
  forget(): void {
    this.connection = null;
    this.direction = 'original';
    this.state = null;
    this.prerouted = false;
    this.sender = null;
    this.input = null;
    this.output = null;
    this.bridgePort = null;
    this.nextHop = null;
    this.nftrace = false;
  }
}

/** How a frame arrives at a device (eth_type_trans). */
export function packetTypeAt(destination: Mac, device: Mac): PacketType {
  if (destination === broadcastMac) return 'broadcast';
  if (isGroupMac(destination)) return 'multicast';
  return destination === device ? 'host' : 'otherhost';
}

export function ipHeaderLength(ip: IpHeader): number {
  return typeof ip.source === 'number' ? 20 : 40;
}

export function ipLength(ip: IpHeader): number {
  return ipHeaderLength(ip) + (ip.fragment?.length ?? transportLength(ip.transport, typeof ip.source === 'number'));
}

export function transportLength(transport: Transport, isV4: boolean): number {
  switch (transport.kind) {
    case 'tcp':
      return tcpHeaderLength(transport) + transport.data.length;
    case 'udp':
      return 8 + (transport.vxlan ? 8 + 14 + transport.vxlan.inner.length : transport.data.length);
    case 'icmp':
      return icmpLength(transport, isV4);
    case 'raw':
      return transport.data.length;
  }
}

/** A SYN carries MSS, SACK permitted, timestamps and window scale; everything else timestamps. */
export function tcpHeaderLength(segment: TcpSegment): number {
  if ((segment.flags & RST) !== 0) return 20;
  return (segment.flags & SYN) !== 0 ? 40 : 32;
}

function icmpLength(message: IcmpMessage, isV4: boolean): number {
  if (message.about) return 8 + quotedLength(message.about, isV4);
  if (message.target !== undefined) return 24 + (message.hardware === undefined ? 0 : 8);
  return 8 + message.data.length;
}

/** How much of a packet an ICMP error quotes (RFC 1812: as much as fits 576 bytes; RFC 4443: the minimum MTU). */
export function quotedLength(about: IpHeader, isV4: boolean): number {
  return Math.min(ipLength(about), isV4 ? 576 - 28 : 1280 - 48);
}

export function headerOf(
  from: IpAddress,
  to: IpAddress,
  protocol: number,
  transport: Transport,
  options: { ttl?: number; tos?: number; id?: number; dontFragment?: boolean } = {},
): IpHeader {
  const { ttl = 64, tos = 0, id = 0, dontFragment = false } = options;
  return { source: from, destination: to, protocol, ttl, tos, id, dontFragment, fragment: null, transport };
}

export const noBytes = new Uint8Array();
