/** The left-hand sides of matches. */
import type { NftKey } from '../../../kernel/sim';
import type { Cursor } from './cursor';
import { NftSyntaxError } from './lexer';

const metaKeys = [
  'iif',
  'oif',
  'iifname',
  'oifname',
  'mark',
  'l4proto',
  'nfproto',
  'protocol',
  'pkttype',
  'skuid',
  'skgid',
  'length',
  'iiftype',
  'oiftype',
  'random',
] as const;
const bareMeta: readonly string[] = [
  'iif',
  'oif',
  'iifname',
  'oifname',
  'iiftype',
  'oiftype',
  'mark',
  'skuid',
  'skgid',
  'pkttype',
];
const ipKeys = ['saddr', 'daddr', 'protocol', 'ttl', 'length', 'dscp', 'id'] as const;
const ip6Keys = ['saddr', 'daddr', 'nexthdr', 'hoplimit'] as const;
const ports = ['sport', 'dport'] as const;
const typeCode = ['type', 'code'] as const;

/** Null when no key begins here. */
export function readKey(cursor: Cursor): NftKey | null {
  const { kind, text } = cursor.peek;
  if (kind !== 'word') return null;
  if (bareMeta.includes(text)) {
    const of = one(cursor, metaKeys);
    return of && { on: 'meta', of };
  }
  const start = cursor.position;
  const key = qualified(cursor, text);
  if (!key) cursor.back(start);
  return key;
}

function qualified(cursor: Cursor, on: string): NftKey | null {
  switch (on) {
    case 'meta':
      cursor.next();
      return { on, of: need(cursor, one(cursor, metaKeys)) };
    case 'ip':
      cursor.next();
      return { on, of: need(cursor, one(cursor, ipKeys)) };
    case 'ip6':
      cursor.next();
      return { on, of: need(cursor, one(cursor, ip6Keys)) };
    case 'tcp':
      cursor.next();
      return { on, of: need(cursor, one(cursor, ['sport', 'dport', 'flags'] as const)) };
    case 'udp':
    case 'th':
      cursor.next();
      return { on, of: need(cursor, one(cursor, ports)) };
    case 'icmp':
    case 'icmpv6':
      cursor.next();
      return { on, of: need(cursor, one(cursor, typeCode)) };
    case 'ether':
      cursor.next();
      return { on, of: need(cursor, one(cursor, ['saddr', 'daddr', 'type'] as const)) };
    case 'arp':
      return arpKey(cursor);
    case 'ct':
      return ctKey(cursor);
    case 'fib':
      return fibKey(cursor);
    case 'numgen':
      return numgenKey(cursor);
    case 'jhash':
      return jhashKey(cursor);
    default:
      return null;
  }
}

function one<T extends string>(cursor: Cursor, all: readonly T[]): T | null {
  const found = all.find((text) => cursor.peek.kind === 'word' && cursor.peek.text === text);
  if (found !== undefined) cursor.next();
  return found ?? null;
}

function need<T>(cursor: Cursor, value: T | null): T {
  if (value === null) throw cursor.unexpected();
  return value;
}

function arpKey(cursor: Cursor): NftKey {
  cursor.next();
  const of = need(cursor, one(cursor, ['operation', 'saddr', 'daddr'] as const));
  if (of !== 'operation' && !cursor.takeWord('ip')) throw cursor.unexpected();
  return { on: 'arp', of };
}

function ctKey(cursor: Cursor): NftKey {
  cursor.next();
  if (cursor.takeWord('original')) {
    if (cursor.takeWord('proto-dst')) return { on: 'ct', of: 'original proto-dst' };
    cursor.takeWord('ip', 'ip6');
    const of = need(cursor, one(cursor, ['saddr', 'daddr'] as const));
    return { on: 'ct', of: of === 'saddr' ? 'original saddr' : 'original daddr' };
  }
  return { on: 'ct', of: need(cursor, one(cursor, ['state', 'status', 'mark', 'direction'] as const)) };
}

function fibKey(cursor: Cursor): NftKey {
  const { start } = cursor.next();
  const words: string[] = [];
  while (cursor.isWord('saddr', 'daddr', 'iif', 'oif', 'type', 'mark', '.', 'oifname')) words.push(cursor.next().text);
  const text = words.join(' ');
  if (text === 'daddr type' || text === 'saddr type' || text === 'saddr . iif oif') return { on: 'fib', of: text };
  throw new NftSyntaxError('fib: this combination is not available here', start, cursor.previous?.end ?? start + 3);
}

function numgenKey(cursor: Cursor): NftKey {
  cursor.next();
  const of = need(cursor, one(cursor, ['random', 'inc'] as const));
  const { mod, offset } = modulus(cursor);
  return { on: 'numgen', of, mod, offset };
}

function jhashKey(cursor: Cursor): NftKey {
  cursor.next();
  if (!cursor.takeWord('ip')) throw cursor.unexpected();
  if (!cursor.takeWord('saddr')) throw cursor.unexpected();
  const { mod, seed } = modulus(cursor);
  return { on: 'jhash', of: 'ip saddr', mod, seed };
}

function modulus(cursor: Cursor): { mod: number; offset: number; seed: number } {
  if (!cursor.takeWord('mod')) throw cursor.unexpected('mod');
  const mod = Number(cursor.word().text);
  let seed = 0;
  let offset = 0;
  for (;;) {
    if (cursor.takeWord('seed')) seed = Number(cursor.word().text);
    else if (cursor.takeWord('offset')) offset = Number(cursor.word().text);
    else return { mod, offset, seed };
  }
}
