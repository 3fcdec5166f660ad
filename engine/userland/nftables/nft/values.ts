/** The right-hand sides of matches and the elements of sets, brought into the form nft(8) prints. */
import {
  compareIp,
  formatIp,
  type IpAddress,
  isWithin,
  type NftKey,
  type NftValue,
  nftNames as names,
  networkOf,
  parseIp,
  parseMac,
} from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { NftSyntaxError, type Token } from './lexer';

/** What kind of value belongs to a key or to a set's type. */
export type ValueType =
  | 'ipv4_addr'
  | 'ipv6_addr'
  | 'ether_addr'
  | 'ifname'
  | 'inet_service'
  | 'mark'
  | 'integer'
  | 'inet_proto'
  | 'icmp_type'
  | 'icmpv6_type'
  | 'icmp_code'
  | 'icmpv6_code'
  | 'ct_state'
  | 'ct_status'
  | 'ct_dir'
  | 'tcp_flag'
  | 'ether_type'
  | 'pkt_type'
  | 'nf_proto'
  | 'arp_op'
  | 'dscp'
  | 'fib_addrtype'
  | 'boolean'
  | 'uid'
  | 'gid';

const metaTypes: Record<string, ValueType> = {
  iif: 'ifname',
  oif: 'ifname',
  iifname: 'ifname',
  oifname: 'ifname',
  mark: 'mark',
  l4proto: 'inet_proto',
  nfproto: 'nf_proto',
  protocol: 'ether_type',
  pkttype: 'pkt_type',
  skuid: 'uid',
  skgid: 'gid',
};

export function typeOfKey(key: NftKey): ValueType {
  switch (key.on) {
    case 'meta':
      return metaTypes[key.of] ?? 'integer';
    case 'ip':
      return key.of === 'saddr' || key.of === 'daddr'
        ? 'ipv4_addr'
        : key.of === 'protocol'
          ? 'inet_proto'
          : key.of === 'dscp'
            ? 'dscp'
            : 'integer';
    case 'ip6':
      return key.of === 'saddr' || key.of === 'daddr' ? 'ipv6_addr' : key.of === 'nexthdr' ? 'inet_proto' : 'integer';
    case 'tcp':
      return key.of === 'flags' ? 'tcp_flag' : 'inet_service';
    case 'udp':
    case 'th':
      return 'inet_service';
    case 'icmp':
      return key.of === 'type' ? 'icmp_type' : 'icmp_code';
    case 'icmpv6':
      return key.of === 'type' ? 'icmpv6_type' : 'icmpv6_code';
    case 'ether':
      return key.of === 'type' ? 'ether_type' : 'ether_addr';
    case 'arp':
      return key.of === 'operation' ? 'arp_op' : 'ipv4_addr';
    case 'ct':
      return ctType(key.of);
    case 'fib':
      return key.of === 'saddr . iif oif' ? 'boolean' : 'fib_addrtype';
    default:
      return 'integer';
  }
}

function ctType(of: string): ValueType {
  if (of === 'state') return 'ct_state';
  if (of === 'status') return 'ct_status';
  if (of === 'mark') return 'mark';
  if (of === 'direction') return 'ct_dir';
  return of === 'original saddr' || of === 'original daddr' ? 'ipv4_addr' : 'inet_service';
}

export const valueTypes: readonly ValueType[] = [
  'ipv4_addr',
  'ipv6_addr',
  'ether_addr',
  'ifname',
  'inet_service',
  'mark',
  'integer',
  'inet_proto',
  'icmp_type',
  'icmpv6_type',
  'icmp_code',
  'icmpv6_code',
  'ct_state',
  'ct_status',
  'ct_dir',
  'tcp_flag',
  'ether_type',
  'pkt_type',
  'nf_proto',
  'arp_op',
  'dscp',
  'fib_addrtype',
  'boolean',
  'uid',
  'gid',
];

const tables: Partial<Record<ValueType, names.NameTable>> = {
  inet_proto: names.protocols,
  icmp_type: names.icmpTypes,
  icmpv6_type: names.icmpv6Types,
  icmp_code: names.icmpCodes,
  icmpv6_code: names.icmpv6Codes,
  ct_dir: names.directions,
  ether_type: names.etherTypes,
  pkt_type: names.packetTypes,
  nf_proto: names.nfProtocols,
  arp_op: names.arpOperations,
  dscp: names.dscps,
  fib_addrtype: names.addressTypes,
};
const lists: Partial<Record<ValueType, names.NameTable>> = {
  ct_state: names.connectionStates,
  ct_status: names.connectionStatus,
  tcp_flag: names.tcpFlags,
};

function bad(message: string, { start, end }: Pick<Token, 'start' | 'end'>): NftSyntaxError {
  return new NftSyntaxError(message, start, end);
}

/** One value, a prefix or a range (`a-b`), as one word has it. */
export function readValue(token: Token, type: ValueType, services: Services): NftValue {
  if (type === 'ifname') return { kind: 'one', value: token.text };
  if (type === 'ipv4_addr' || type === 'ipv6_addr') return readAddress(token, type);
  if (type === 'ether_addr') {
    const mac = parseMac(token.text);
    if (mac === null) throw bad('syntax error, unexpected string', token);
    return { kind: 'one', value: mac };
  }
  const range = /^([^-]+)-([^-]+)$/.exec(token.text);
  if (
    range?.[1] !== undefined &&
    range[2] !== undefined &&
    (type === 'inet_service' || type === 'integer' || type === 'mark' || type === 'uid')
  ) {
    const [from, to] = [numberOf(range[1], type, token, services), numberOf(range[2], type, token, services)];
    if (from > to) throw bad('Range has zero or negative size', token);
    return from === to
      ? { kind: 'one', value: numberText(from, type) }
      : { kind: 'range', from: numberText(from, type), to: numberText(to, type) };
  }
  return { kind: 'one', value: readOne(token, type, services) };
}

function readOne(token: Token, type: ValueType, services: Services): string {
  const { text } = token;
  const list = lists[type];
  if (list) {
    const bits = names.bitsOfList(list, text);
    if (bits === null) throw bad(`Could not parse ${typeName(type)}; did you you mean \`${list.nameOf(1)}?`, token);
    return names.listOfBits(list, bits);
  }
  const table = tables[type];
  if (table) {
    const number = table.numberOf(text);
    if (number === null)
      throw bad(
        type === 'inet_proto'
          ? 'Could not resolve protocol name'
          : `Could not parse symbolic ${typeName(type)} expression`,
        token,
      );
    return table.nameOf(number);
  }
  if (type === 'boolean') return text;
  return numberText(numberOf(text, type, token, services), type);
}

function typeName(type: ValueType): string {
  const words: Partial<Record<ValueType, string>> = {
    ct_state: 'conntrack state',
    ct_status: 'conntrack status',
    tcp_flag: 'TCP flag',
    icmp_type: 'ICMP type',
    icmpv6_type: 'ICMPv6 type',
  };
  return words[type] ?? type;
}

function numberOf(text: string, type: ValueType, token: Token, services: Services): number {
  const number = names.parseNumber(text);
  if (type === 'inet_service') {
    if (number !== null) {
      if (number > 65_535) throw bad('Service out of range', token);
      return number;
    }
    const port = services.port(text);
    if (port === null) throw bad('Could not resolve service: Servname not supported for ai_socktype', token);
    return port;
  }
  if ((type === 'uid' || type === 'gid') && text === 'root') return 0;
  if (number === null)
    throw bad(type === 'uid' ? 'User does not exist' : "Can't parse symbolic invalid expressions", token);
  return number;
}

function numberText(value: number, type: ValueType): string {
  return type === 'mark' ? markText(value) : String(value);
}

export function markText(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

function readAddress(token: Token, type: 'ipv4_addr' | 'ipv6_addr'): NftValue {
  const bits = type === 'ipv4_addr' ? 32 : 128;
  const isOurs = (ip: IpAddress | null): ip is IpAddress =>
    ip !== null && (typeof ip === 'number') === (type === 'ipv4_addr');
  const [addressText = '', lengthText] = token.text.split('/');
  if (lengthText !== undefined) {
    const address = parseIp(addressText);
    const length = names.parseNumber(lengthText);
    if (!isOurs(address) || length === null) throw bad('Could not resolve hostname: Name or service not known', token);
    if (length > bits) throw bad(`Prefix length ${length} is invalid for type of ${bits} bits width`, token);
    const network = formatIp(networkOf(address, length));
    return length === bits ? { kind: 'one', value: network } : { kind: 'prefix', address: network, length };
  }
  const range = token.text.split('-');
  if (range.length === 2) {
    const [from, to] = range.map(parseIp);
    if (from === undefined || to === undefined || !isOurs(from) || !isOurs(to))
      throw bad('Could not resolve hostname: Name or service not known', token);
    if (compareIp(from, to) > 0) throw bad('Range has zero or negative size', token);
    return addressRange(from, to);
  }
  const ip = parseIp(token.text);
  if (!isOurs(ip)) {
    const isOther = ip !== null;
    throw bad(
      isOther
        ? `Could not resolve hostname: Address family for hostname not supported`
        : 'Could not resolve hostname: Name or service not known',
      token,
    );
  }
  return { kind: 'one', value: formatIp(ip) };
}

/** As a prefix where it is one. */
function addressRange(from: IpAddress, to: IpAddress): NftValue {
  if (from === to) return { kind: 'one', value: formatIp(from) };
  const bits = typeof from === 'number' ? 32 : 128;
  for (let length = 0; length < bits; length++) {
    if (networkOf(from, length) !== from) continue;
    if (lastOf(from, length) === to) return { kind: 'prefix', address: formatIp(from), length };
    if (isWithin(to, { address: from, length })) continue;
    break;
  }
  return { kind: 'range', from: formatIp(from), to: formatIp(to) };
}

function lastOf(network: IpAddress, length: number): IpAddress {
  if (typeof network === 'number') return network + 2 ** (32 - length) - 1;
  return network + (1n << BigInt(128 - length)) - 1n;
}

/** In an interval set, neighbours become one interval. */
export function mergeIntervals(values: readonly NftValue[], type: ValueType): NftValue[] {
  const hasIntervals = values.some(({ kind }) => kind === 'prefix' || kind === 'range');
  if (!hasIntervals || (type !== 'ipv4_addr' && type !== 'inet_service')) return [...values];
  const spans = values.flatMap((value) => spanOf(value, type)).sort((a, b) => a[0] - b[0]);
  const merged: Array<[number, number]> = [];
  for (const [from, to] of spans) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged.map(([from, to]) => {
    if (type === 'ipv4_addr') return addressRange(from, to);
    return from === to ? { kind: 'one', value: String(from) } : { kind: 'range', from: String(from), to: String(to) };
  });
}

function spanOf(value: NftValue, type: ValueType): Array<[number, number]> {
  const number = (text: string) => Number(type === 'ipv4_addr' ? parseIp(text) : text);
  if (value.kind === 'one') return [[number(value.value), number(value.value)]];
  if (value.kind === 'range') return [[number(value.from), number(value.to)]];
  if (value.kind === 'prefix') {
    const from = number(value.address);
    return [[from, Number(lastOf(from, value.length))]];
  }
  return [];
}
