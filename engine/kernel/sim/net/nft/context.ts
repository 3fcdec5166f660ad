/** A packet at a hook, and what the rules can ask about it. */
import { type IpAddress, isMulticast } from '../address/ip';
import type { Connection } from '../conntrack/connection';
import type { NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
import type { Comparable } from './key-types';
import type { NftFamily, NftHook, NftKey } from './ruleset';

export interface HookContext {
  readonly ns: NetNamespace;
  readonly family: NftFamily;
  readonly hook: NftHook;
  readonly packet: Packet;
  readonly input: NetDevice | null;
  readonly output: NetDevice | null;
}

/** What `numgen inc` has counted to, by the statement it is in. */
const counters = new WeakMap<object, number>();
const packetTypeNumbers = { host: 0, outgoing: 0, broadcast: 1, multicast: 2, otherhost: 3 };

/** Null: the packet has no such thing, and a rule that asks for it does not match. */
export function valueOfKey(context: HookContext, key: NftKey): Comparable | null {
  const { packet } = context;
  switch (key.on) {
    case 'meta':
      return metaValue(context, key.of);
    case 'ip':
      return packet.ip && typeof packet.ip.source === 'number' ? ipValue(packet, key.of) : null;
    case 'ip6':
      return packet.ip && typeof packet.ip.source === 'bigint' ? ipValue(packet, key.of) : null;
    case 'tcp':
    case 'udp':
    case 'th':
      return portValue(packet, key.on, key.of);
    case 'icmp':
    case 'icmpv6':
      return icmpValue(packet, key.on, key.of);
    case 'ether':
      return etherValue(packet, key.of);
    case 'arp':
      return arpValue(packet, key.of);
    case 'ct':
      return ctValue(packet, key.of);
    case 'fib':
      return fibValue(context, key.of);
    case 'numgen':
      return numgen(context, key);
    case 'jhash':
      return packet.ip ? hash(packet.ip.source, key.seed) % key.mod : null;
  }
}

function metaValue({ packet, input, output, ns }: HookContext, of: string): Comparable | null {
  const { ip } = packet;
  switch (of) {
    case 'iif':
    case 'iifname':
      return input?.name ?? null;
    case 'oif':
    case 'oifname':
      return output?.name ?? null;
    case 'mark':
      return packet.mark;
    case 'l4proto':
      return ip?.protocol ?? null;
    case 'nfproto':
      return ip ? (typeof ip.source === 'number' ? 2 : 10) : null;
    case 'protocol':
      return ip ? (typeof ip.source === 'number' ? 0x800 : 0x86dd) : packet.ethernet.type;
    case 'pkttype':
      return ip && packet.type === 'outgoing' && isMulticast(ip.destination) ? 2 : packetTypeNumbers[packet.type];
    case 'skuid':
      return packet.sender?.uid ?? null;
    case 'skgid':
      return packet.sender?.gid ?? null;
    case 'length':
      return packet.length;
    case 'iiftype':
      return input === null ? null : arphrd(input);
    case 'oiftype':
      return output === null ? null : arphrd(output);
    case 'random':
      return ns.network.kernel.random.next();
    default:
      return null;
  }
}

function arphrd({ linkType }: NetDevice): number {
  return linkType === 'ether' ? 1 : linkType === 'loopback' ? 772 : 65534;
}

function ipValue({ ip, length }: Packet, of: string): Comparable | null {
  if (!ip) return null;
  switch (of) {
    case 'saddr':
      return ip.source;
    case 'daddr':
      return ip.destination;
    case 'protocol':
    case 'nexthdr':
      return ip.protocol;
    case 'ttl':
    case 'hoplimit':
      return ip.ttl;
    case 'length':
      return length;
    case 'dscp':
      return ip.tos >> 2;
    case 'id':
      return ip.id;
    default:
      return null;
  }
}

function portValue({ ip }: Packet, on: 'tcp' | 'udp' | 'th', of: string): Comparable | null {
  const transport = ip?.transport;
  if (!transport || (transport.kind !== 'tcp' && transport.kind !== 'udp')) return null;
  if (on !== 'th' && transport.kind !== on) return null;
  if (of === 'sport') return transport.sourcePort;
  if (of === 'dport') return transport.destinationPort;
  return transport.kind === 'tcp' ? transport.flags : null;
}

function icmpValue({ ip }: Packet, on: 'icmp' | 'icmpv6', of: string): Comparable | null {
  if (ip?.transport.kind !== 'icmp' || (on === 'icmp') !== (typeof ip.source === 'number')) return null;
  return of === 'type' ? ip.transport.type : ip.transport.code;
}

function etherValue({ ethernet, ip }: Packet, of: string): Comparable | null {
  if (of === 'saddr') return ethernet.source;
  if (of === 'daddr') return ethernet.destination;
  return ip ? (typeof ip.source === 'number' ? 0x800 : 0x86dd) : ethernet.type;
}

function arpValue({ arp }: Packet, of: string): Comparable | null {
  if (!arp) return null;
  if (of === 'operation') return arp.operation === 'request' ? 1 : 2;
  return of === 'saddr' ? arp.senderIp : arp.targetIp;
}

const stateBits = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 };

function ctValue({ state, connection, direction }: Packet, of: string): Comparable | null {
  if (of === 'state') return state === null ? 1 : stateBits[state];
  if (!connection) return of === 'mark' && state !== null ? 0 : null;
  switch (of) {
    case 'status':
      return statusBits(connection);
    case 'mark':
      return connection.mark;
    case 'direction':
      return direction === 'original' ? 0 : 1;
    case 'original saddr':
      return connection.original.source;
    case 'original daddr':
      return connection.original.destination;
    case 'original proto-dst':
      return connection.original.destinationPort;
    default:
      return null;
  }
}

function statusBits(connection: Connection): number {
  const { seenReply, assured, confirmed, sourceNat, destinationNat } = connection;
  return (
    (seenReply ? 2 : 0) | (assured ? 4 : 0) | (confirmed ? 8 : 0) | (sourceNat ? 16 : 0) | (destinationNat ? 32 : 0)
  );
}

function fibValue({ ns, packet, input }: HookContext, of: string): Comparable | null {
  const { ip } = packet;
  if (!ip) return null;
  if (of === 'saddr . iif oif') {
    const { found } = ns.ways.lookup(ip.source, { source: ip.destination });
    return found?.route.nexthops.some(({ device }) => device === input) ? 1 : 0;
  }
  return addressType(ns, of === 'daddr type' ? ip.destination : ip.source);
}

function addressType(ns: NetNamespace, address: IpAddress): number {
  if (isMulticast(address)) return 5;
  if (ns.ways.isLocal(address)) return 2;
  if (ns.ways.isBroadcast(address)) return 3;
  const lookup = ns.ways.lookup(address);
  if (lookup.found) return 1;
  return lookup.errno === 'EINVAL' ? 6 : lookup.errno === 'EACCES' ? 8 : 7;
}

function numgen({ ns }: HookContext, key: Extract<NftKey, { on: 'numgen' }>): number {
  if (key.of === 'random') return ns.network.kernel.random.below(key.mod) + key.offset;
  const count = counters.get(key) ?? 0;
  counters.set(key, (count + 1) % key.mod);
  return count + key.offset;
}

/** A hash that spreads; Linux's is Jenkins', whose results are nobody's business. */
function hash(address: IpAddress, seed: number): number {
  let value = seed;
  for (const char of String(address)) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
