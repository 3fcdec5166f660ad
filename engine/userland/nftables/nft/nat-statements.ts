/** snat, dnat, masquerade and redirect, with maps too. */

import type { NftKey, NftNatMap, NftStatement, NftValue } from '../../../kernel/sim';
import { readConcat, takeColon } from './concatenation';
import type { Cursor } from './cursor';
import { readKey } from './keys';
import { compareElements, readSetElements, readSetName } from './sets';
import type { RuleContext } from './statements';
import { readValue, typeOfKey } from './values';

export function readMasquerade(cursor: Cursor): NftStatement {
  const port = cursor.takeWord('to') ? portAfterColon(cursor) : null;
  const flags = readFlags(cursor);
  const later = port === null && cursor.takeWord('to') ? portAfterColon(cursor) : port;
  return later === null ? { kind: 'masquerade', flags } : { kind: 'masquerade', port: later, flags };
}

export function readFlags(cursor: Cursor): string[] {
  const flags: string[] = [];
  while (cursor.isWord('random', 'fully-random', 'persistent')) {
    flags.push(cursor.next().text);
    cursor.takeSign(',');
  }
  return flags;
}

/** `:80`, `:80-90`. */
export function portAfterColon(cursor: Cursor): { from: number; to: number } {
  const token = cursor.word();
  const port = portOf(token.text.startsWith(':') ? token.text.slice(1) : '');
  if (!port) throw cursor.unexpected('', token);
  return port;
}

function portOf(text: string): { from: number; to: number } | null {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  return match ? { from: Number(match[1]), to: Number(match[2] ?? match[1]) } : null;
}

export function readNat(cursor: Cursor, context: RuleContext, kind: 'snat' | 'dnat'): NftStatement {
  cursor.next();
  const given = natFamily(cursor);
  cursor.takeWord('to');
  const family = given ?? inetFamily(context, cursor);
  const base = { kind, ...(family === undefined ? {} : { family }) };
  const key = readKey(cursor);
  if (key) return { ...base, address: null, ...readNatMap(cursor, context, key), flags: readFlags(cursor) };
  const { address, port } = readTarget(cursor, context);
  return { ...base, address, port, flags: readFlags(cursor) };
}

/** `dnat ip to`. */
function natFamily(cursor: Cursor): 'ip' | 'ip6' | undefined {
  if (cursor.second?.text !== 'to') return undefined;
  if (cursor.takeWord('ip')) return 'ip';
  return cursor.takeWord('ip6') ? 'ip6' : undefined;
}

/** In an inet table the family is written down. */
function inetFamily({ family }: RuleContext, cursor: Cursor): 'ip' | 'ip6' | undefined {
  if (family !== 'inet') return undefined;
  return cursor.peek.text.includes('[') || /:.*:/.test(cursor.peek.text) ? 'ip6' : 'ip';
}

function readTarget(
  cursor: Cursor,
  { services }: RuleContext,
): { address: NftValue | null; port: { from: number; to: number } | null } {
  const token = cursor.word();
  const bracketed = /^\[([^\]]+)\](?::(.+))?$/.exec(token.text);
  const plain = /^([\d.]+(?:-[\d.]+)?)?(?::(.+))?$/.exec(token.text);
  const [hostText, portText] = bracketed
    ? [bracketed[1], bracketed[2]]
    : plain
      ? [plain[1], plain[2]]
      : [token.text, undefined];
  const port = portText === undefined ? null : portOf(portText);
  if (portText !== undefined && !port) throw cursor.unexpected('', token);
  if (hostText === undefined || hostText === '') return { address: null, port };
  const type = hostText.includes(':') ? 'ipv6_addr' : 'ipv4_addr';
  const value = readValue({ ...token, text: hostText }, type, services);
  return { address: value, port };
}

function readNatMap(
  cursor: Cursor,
  context: RuleContext,
  first: NftKey,
): { map: NftNatMap; port: { from: number; to: number } | null } {
  const keys = readConcat(cursor, first);
  if (!cursor.takeWord('map')) throw cursor.unexpected('map');
  if (cursor.isSign('@'))
    return { map: { keys, name: readSetName(cursor, context.hasSet) }, port: trailingPort(cursor) };
  cursor.sign('{');
  const entries: Array<{ key: NftValue; address: string; port: number | null }> = [];
  const types = keys.map(typeOfKey);
  for (;;) {
    cursor.skipNewlines();
    if (cursor.isSign('}')) break;
    const key = readSetElements(cursor, types, context.services);
    takeColon(cursor);
    const target = cursor.word().text;
    const port = cursor.takeWord('.') ? Number(cursor.word().text) : null;
    entries.push({ key, address: target, port });
    cursor.skipNewlines();
    if (!cursor.takeSign(',')) break;
  }
  cursor.skipNewlines();
  cursor.sign('}');
  const sorted = entries.sort((a, b) => compareElements(a.key, b.key, types));
  return { map: { keys, entries: sorted }, port: trailingPort(cursor) };
}

function trailingPort(cursor: Cursor): { from: number; to: number } | null {
  return cursor.peek.kind === 'word' && cursor.peek.text.startsWith(':') ? portAfterColon(cursor) : null;
}
