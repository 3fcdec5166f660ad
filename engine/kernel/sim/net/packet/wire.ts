/** Packets as bytes, for who asks for bytes: packet sockets, raw sockets, tun devices (RFC 791, 792, 768, 793, 826, 8200). */
import { concat } from '../../bytes';
import { type IpAddress, ipBytes } from '../address/ip';
import { macBytes } from '../address/mac';
import {
  type ArpMessage,
  ETH_P_8021Q,
  type Ethernet,
  type IcmpMessage,
  type IpHeader,
  ipLength,
  type Packet,
  quotedLength,
  RST,
  SYN,
  type TcpSegment,
  type Transport,
  type UdpDatagram,
} from './packet';

const wscale = 10;

export function frameBytes(packet: Packet): Uint8Array {
  return concat([ethernetBytes(packet.ethernet, packet.vlan), packetBytes(packet)]);
}

/** Without the Ethernet header. */
export function packetBytes(packet: Packet): Uint8Array {
  if (packet.ip) return ipPacketBytes(packet.ip);
  if (packet.arp) return arpBytes(packet.arp);
  return packet.raw ?? new Uint8Array();
}

function ethernetBytes({ source, destination, type }: Ethernet, vlan: number | null): Uint8Array {
  const tag = vlan === null ? [] : [...word(ETH_P_8021Q), ...word(vlan)];
  return Uint8Array.from([...macBytes(destination), ...macBytes(source), ...tag, ...word(type)]);
}

function arpBytes({ operation, senderMac, senderIp, targetMac, targetIp }: ArpMessage): Uint8Array {
  const head = [0, 1, 8, 0, 6, 4, 0, operation === 'request' ? 1 : 2];
  return Uint8Array.from([
    ...head,
    ...macBytes(senderMac),
    ...ipBytes(senderIp),
    ...macBytes(targetMac),
    ...ipBytes(targetIp),
  ]);
}

export function ipPacketBytes(ip: IpHeader): Uint8Array {
  const isV4 = typeof ip.source === 'number';
  const body =
    ip.fragment && ip.fragment.offset > 0
      ? new Uint8Array(ip.fragment.length)
      : transportBytes(ip.transport, ip.source, ip.destination, ip.protocol);
  const payload = ip.fragment ? body.subarray(0, ip.fragment.length) : body;
  const header = Uint8Array.from(isV4 ? header4(ip) : header6(ip, payload.length));
  if (isV4) putWord(header, 10, checksum([header]));
  return concat([header, payload]);
}

function header4(ip: IpHeader): number[] {
  const offset = (ip.fragment?.offset ?? 0) >> 3;
  const flags = (ip.dontFragment ? 0x4000 : 0) | (ip.fragment?.more ? 0x2000 : 0) | offset;
  return [
    0x45,
    ip.tos,
    ...word(ipLength(ip)),
    ...word(ip.id),
    ...word(flags),
    ip.ttl,
    ip.protocol,
    0,
    0,
    ...ipBytes(ip.source),
    ...ipBytes(ip.destination),
  ];
}

function header6(ip: IpHeader, length: number): number[] {
  return [
    0x60 | (ip.tos >> 4),
    (ip.tos & 15) << 4,
    0,
    0,
    ...word(length),
    ip.protocol,
    ip.ttl,
    ...ipBytes(ip.source),
    ...ipBytes(ip.destination),
  ];
}

export function transportBytes(
  transport: Transport,
  source: IpAddress,
  destination: IpAddress,
  protocol: number,
): Uint8Array {
  const isV4 = typeof source === 'number';
  switch (transport.kind) {
    case 'tcp':
      return withChecksum(tcpBytes(transport), 16, pseudo(source, destination, protocol));
    case 'udp':
      return withChecksum(udpBytes(transport), 6, pseudo(source, destination, protocol));
    case 'icmp':
      return withChecksum(icmpBytes(transport, isV4), 2, isV4 ? () => [] : pseudo(source, destination, protocol));
    case 'raw':
      return transport.data;
  }
}

function tcpBytes(segment: TcpSegment): Uint8Array {
  const isSyn = (segment.flags & SYN) !== 0;
  const { value = 0, echo = 0 } = segment.timestamps ?? {};
  const timestamps = [8, 10, ...long(value), ...long(echo)];
  const options =
    (segment.flags & RST) !== 0 ? [] : isSyn ? synOptions(segment.mss ?? 1460, timestamps) : [1, 1, ...timestamps];
  const window = isSyn ? Math.min(65535, segment.window) : Math.ceil(segment.window / 2 ** wscale);
  const offset = (5 + options.length / 4) << 4;
  const head = [
    ...word(segment.sourcePort),
    ...word(segment.destinationPort),
    ...long(segment.seq),
    ...long(segment.ack),
    offset,
    segment.flags,
    ...word(window),
    0,
    0,
    0,
    0,
  ];
  return concat([Uint8Array.from([...head, ...options]), segment.data]);
}

function synOptions(mss: number, timestamps: readonly number[]): number[] {
  return [2, 4, ...word(mss), 4, 2, ...timestamps, 1, 3, 3, wscale];
}

function udpBytes(datagram: UdpDatagram): Uint8Array {
  const data = datagram.vxlan ? vxlanBytes(datagram.vxlan) : datagram.data;
  const head = [...word(datagram.sourcePort), ...word(datagram.destinationPort), ...word(8 + data.length), 0, 0];
  return concat([Uint8Array.from(head), data]);
}

function vxlanBytes({ vni, inner }: { vni: number; inner: Packet }): Uint8Array {
  return concat([Uint8Array.from([8, 0, 0, 0, (vni >> 16) & 255, (vni >> 8) & 255, vni & 255, 0]), frameBytes(inner)]);
}

export function icmpBytes(message: IcmpMessage, isV4: boolean): Uint8Array {
  const { type, code, about, target } = message;
  if (about) {
    const rest = type === 2 && !isV4 ? long(message.mtu ?? 0) : [0, 0, ...word(message.mtu ?? 0)];
    return concat([
      Uint8Array.from([type, code, 0, 0, ...rest]),
      ipPacketBytes(about).subarray(0, quotedLength(about, isV4)),
    ]);
  }
  if (target !== undefined) {
    const option = message.hardware === undefined ? [] : [type === 136 ? 2 : 1, 1, ...macBytes(message.hardware)];
    return Uint8Array.from([type, code, 0, 0, message.ndFlags ?? 0, 0, 0, 0, ...ipBytes(target), ...option]);
  }
  return concat([Uint8Array.from([type, code, 0, 0, ...word(message.id), ...word(message.seq)]), message.data]);
}

/** A message as a ping or raw socket is given it; null when it is too short. */
export function parseIcmp(bytes: Uint8Array): IcmpMessage | null {
  if (bytes.length < 8) return null;
  return {
    kind: 'icmp',
    type: bytes[0] ?? 0,
    code: bytes[1] ?? 0,
    id: wordAt(bytes, 4),
    seq: wordAt(bytes, 6),
    data: bytes.subarray(8),
  };
}

function withChecksum(bytes: Uint8Array, at: number, pseudoOf: (length: number) => number[]): Uint8Array {
  const copy = bytes.slice();
  const sum = checksum([Uint8Array.from(pseudoOf(bytes.length)), copy]);
  putWord(copy, at, sum === 0 && at === 6 ? 0xffff : sum);
  return copy;
}

function pseudo(source: IpAddress, destination: IpAddress, protocol: number): (length: number) => number[] {
  if (typeof source === 'number')
    return (length) => [...ipBytes(source), ...ipBytes(destination), 0, protocol, ...word(length)];
  return (length) => [...ipBytes(source), ...ipBytes(destination), ...long(length), 0, 0, 0, protocol];
}

/** RFC 1071, over parts of even length but the last. */
function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts)
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536);
  return ~sum & 0xffff;
}

export function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function putWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
}

function word(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

function long(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
