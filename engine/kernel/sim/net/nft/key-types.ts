/** What kind of value each key of a match has: how its text is read and compared. */
import { parseIp } from '../address/ip';
import { parseMac } from '../address/mac';
import * as names from './names';
import type { NftKey } from './ruleset';

/** A value as it is compared. Names are text, everything else a number. */
export type Comparable = number | bigint | string;

export type KeyKind = 'address' | 'mac' | 'name' | 'number' | 'bits';

export interface KeyType {
  kind: KeyKind;
  /** Null for what is no such value. */
  parse(text: string): Comparable | null;
}

const numeric = (table: names.NameTable): KeyType => ({ kind: 'number', parse: (text) => table.numberOf(text) });
const bits = (table: names.NameTable): KeyType => ({ kind: 'bits', parse: (text) => names.bitsOfList(table, text) });
const plain: KeyType = { kind: 'number', parse: names.parseNumber };
const name: KeyType = { kind: 'name', parse: (text) => text };
const address: KeyType = { kind: 'address', parse: parseIp };
const mac: KeyType = { kind: 'mac', parse: parseMac };

const meta: Partial<Record<string, KeyType>> = {
  iif: name,
  oif: name,
  iifname: name,
  oifname: name,
  l4proto: numeric(names.protocols),
  nfproto: numeric(names.nfProtocols),
  protocol: numeric(names.etherTypes),
  pkttype: numeric(names.packetTypes),
};

const ct: Partial<Record<string, KeyType>> = {
  state: bits(names.connectionStates),
  status: bits(names.connectionStatus),
  direction: numeric(names.directions),
  'original saddr': address,
  'original daddr': address,
};

const booleans: KeyType = {
  kind: 'number',
  parse: (text) => (text === 'exists' ? 1 : text === 'missing' ? 0 : names.parseNumber(text)),
};

export function keyType(key: NftKey): KeyType {
  switch (key.on) {
    case 'meta':
      return meta[key.of] ?? plain;
    case 'ip':
    case 'ip6':
      if (key.of === 'saddr' || key.of === 'daddr') return address;
      if (key.of === 'protocol' || key.of === 'nexthdr') return numeric(names.protocols);
      return key.of === 'dscp' ? numeric(names.dscps) : plain;
    case 'tcp':
      return key.of === 'flags' ? bits(names.tcpFlags) : plain;
    case 'icmp':
      return key.of === 'type' ? numeric(names.icmpTypes) : numeric(names.icmpCodes);
    case 'icmpv6':
      return key.of === 'type' ? numeric(names.icmpv6Types) : numeric(names.icmpv6Codes);
    case 'ether':
      return key.of === 'type' ? numeric(names.etherTypes) : mac;
    case 'arp':
      return key.of === 'operation' ? numeric(names.arpOperations) : address;
    case 'ct':
      return ct[key.of] ?? plain;
    case 'fib':
      return key.of === 'saddr . iif oif' ? booleans : numeric(names.addressTypes);
    default:
      return plain;
  }
}
