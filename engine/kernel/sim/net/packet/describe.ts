/** A packet in words, for traces and logs. */
import { formatIp } from '../address/ip';
import { ACK, FIN, type IpHeader, type Packet, PSH, RST, SYN, type Transport } from './packet';

export interface PacketSummary {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `arp`, `ip`, `ethernet`. */
  protocol: string;
  /** Addresses, without ports. */
  source: string;
  destination: string;
  sourcePort: number | null;
  destinationPort: number | null;
  /** `SYN ACK`, `echo request`, `who-has` ... */
  flags: string;
  /** Bytes without the Ethernet header. */
  length: number;
  ttl: number | null;
  sourceMac: string;
  destinationMac: string;
}

const flagNames: ReadonlyArray<readonly [number, string]> = [
  [SYN, 'SYN'],
  [FIN, 'FIN'],
  [RST, 'RST'],
  [PSH, 'PSH'],
  [ACK, 'ACK'],
];

const icmpNames = new Map([
  [0, 'echo reply'],
  [3, 'destination unreachable'],
  [5, 'redirect'],
  [8, 'echo request'],
  [11, 'time exceeded'],
  [12, 'parameter problem'],
]);

const icmpv6Names = new Map([
  [1, 'destination unreachable'],
  [2, 'packet too big'],
  [3, 'time exceeded'],
  [128, 'echo request'],
  [129, 'echo reply'],
  [133, 'router solicitation'],
  [134, 'router advertisement'],
  [135, 'neighbour solicitation'],
  [136, 'neighbour advertisement'],
]);

export function describePacket(packet: Packet): PacketSummary {
  const base = {
    protocol: 'ethernet',
    source: packet.ethernet.source,
    destination: packet.ethernet.destination,
    sourcePort: null,
    destinationPort: null,
    flags: '',
    length: packet.length,
    ttl: null,
    sourceMac: packet.ethernet.source,
    destinationMac: packet.ethernet.destination,
  };
  if (packet.arp) {
    const { senderIp, targetIp, operation } = packet.arp;
    const flags = operation === 'request' ? 'who-has' : 'is-at';
    return { ...base, protocol: 'arp', source: formatIp(senderIp), destination: formatIp(targetIp), flags };
  }
  if (!packet.ip) return base;
  const { ip } = packet;
  return {
    ...base,
    ...describeIp(ip),
    source: formatIp(ip.source),
    destination: formatIp(ip.destination),
    ttl: ip.ttl,
  };
}

function describeIp(ip: IpHeader): Pick<PacketSummary, 'protocol' | 'sourcePort' | 'destinationPort' | 'flags'> {
  const { transport } = ip;
  const none = { sourcePort: null, destinationPort: null };
  switch (transport.kind) {
    case 'tcp':
    case 'udp':
      return {
        protocol: transport.kind,
        sourcePort: transport.sourcePort,
        destinationPort: transport.destinationPort,
        flags: transport.kind === 'tcp' ? tcpFlags(transport.flags) : '',
      };
    case 'icmp': {
      const isV4 = typeof ip.source === 'number';
      const name = (isV4 ? icmpNames : icmpv6Names).get(transport.type) ?? `type ${transport.type}`;
      return { ...none, protocol: isV4 ? 'icmp' : 'icmpv6', flags: name };
    }
    case 'raw':
      return { ...none, protocol: 'ip', flags: `protocol ${ip.protocol}` };
  }
}

export function tcpFlags(flags: number): string {
  return flagNames.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : [name])).join(' ');
}

/** `10.0.0.1:80 > 10.0.0.2:1234`. */
export function describeEnds(ip: IpHeader): string {
  const [from, to] = portsOf(ip.transport);
  const text = (address: string, port: number | null) => (port === null ? address : `${address}:${port}`);
  return `${text(formatIp(ip.source), from)} > ${text(formatIp(ip.destination), to)}`;
}

function portsOf(transport: Transport): [number | null, number | null] {
  if (transport.kind === 'tcp' || transport.kind === 'udp') return [transport.sourcePort, transport.destinationPort];
  return [null, null];
}
