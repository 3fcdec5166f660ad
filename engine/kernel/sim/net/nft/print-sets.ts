/** Elements of sets and maps: in which order they are listed, and how. */
import { bare } from '../../abi/bare';
import { compareIp, parseIp } from '../address/ip';
import * as names from './names';
import { type PrintOptions, timeText } from './print-options';
import { valueText, verdictText } from './print-statement';
import type { NftSet, NftValue } from './ruleset';

type Element = NftSet['elements'][number];

export function sortedElements(set: NftSet, now?: number): Element[] {
  const alive =
    now === undefined ? set.elements : set.elements.filter(({ expires }) => expires === undefined || expires > now);
  const types = set.type.split(' . ');
  return [...alive].sort((a, b) => compareValues(a.key, b.key, types));
}

export function elementText(
  set: NftSet,
  { key, value, verdict, comment, expires }: Element,
  { now = 0, stateless }: PrintOptions,
): string {
  const types = set.type.split(' . ');
  let text = typedText(key, types);
  if (expires !== undefined && !stateless) {
    const left = Math.max(0, (expires - now) / 1e9);
    text += `${set.timeoutSeconds === null ? '' : ''} expires ${leftText(left)}`;
  }
  if (comment !== undefined) text += ` comment "${comment}"`;
  if (verdict) return `${text} : ${verdictText(verdict)}`;
  return value ? `${text} : ${typedText(value, (set.mapType ?? '').split(' . '))}` : text;
}

function typedText(value: NftValue, types: readonly string[]): string {
  const parts = value.kind === 'concat' ? value.values : [value];
  return parts.map((part, at) => valueText(part, types[at] === 'ifname')).join(' . ');
}

/** With milliseconds, as the kernel tells them. */
function leftText(seconds: number): string {
  const whole = Math.floor(seconds);
  const ms = Math.floor((seconds - whole) * 1000);
  return `${whole > 0 ? timeText(whole) : ''}${ms > 0 || whole === 0 ? `${ms}ms` : ''}`;
}

export function compareValues(a: NftValue, b: NftValue, types: readonly string[]): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x, y] = [left[at], right[at]];
    if (!x || !y) return left.length - right.length;
    const order = compareOne(firstOf(x), firstOf(y), types[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function partsOf(value: NftValue): readonly NftValue[] {
  return value.kind === 'concat' ? value.values : [value];
}

function firstOf(value: NftValue): string {
  if (value.kind === 'one') return value.value;
  if (value.kind === 'prefix') return value.address;
  return value.kind === 'range' ? value.from : '';
}

const tables: Record<string, names.NameTable> = bare({
  inet_proto: names.protocols,
  icmp_type: names.icmpTypes,
  icmpv6_type: names.icmpv6Types,
  ct_state: names.connectionStates,
  ct_status: names.connectionStatus,
  ether_type: names.etherTypes,
  nf_proto: names.nfProtocols,
  pkt_type: names.packetTypes,
  fib_addrtype: names.addressTypes,
  tcp_flag: names.tcpFlags,
  arp_op: names.arpOperations,
  dscp: names.dscps,
  ct_dir: names.directions,
});

function compareOne(a: string, b: string, type: string): number {
  const [left, right] = [parseIp(a), parseIp(b)];
  if (left !== null && right !== null) return compareIp(left, right);
  if (type === 'ifname') return compareNames(a, b);
  const table = tables[type];
  const number = (text: string) => (table ? names.bitsOfList(table, text) : names.parseNumber(text)) ?? 0;
  const order = number(a) - number(b);
  return order !== 0 ? order : a < b ? -1 : a > b ? 1 : 0;
}

/** Names are compared as numbers in the byte order of the machine: the last character counts most. */
function compareNames(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let at = a.length - 1; at >= 0; at--) {
    const order = a.charCodeAt(at) - b.charCodeAt(at);
    if (order !== 0) return order;
  }
  return 0;
}
