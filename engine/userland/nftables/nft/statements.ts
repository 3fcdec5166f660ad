/** The statements of a rule. */
import {
  bare,
  type NftFamily,
  type NftKey,
  type NftNatMap,
  type NftStatement,
  type NftValue,
  type NftVerdict,
  nftNames as names,
} from '../../../kernel/sim';
import type { Services } from '../../net/names';
import type { Cursor } from './cursor';
import { readKey } from './keys';
import { NftSyntaxError, type Token } from './lexer';
import { compareElements, readMatchValue, readSetElements, readSetName } from './sets';
import { markText, readValue, typeOfKey } from './values';

export interface RuleContext {
  family: NftFamily;
  services: Services;
  /** Is there a set or map of that name? */
  hasSet: (name: string) => boolean;
}

const terminal = new Set([
  'accept',
  'drop',
  'reject',
  'return',
  'jump',
  'goto',
  'continue',
  'masquerade',
  'snat',
  'dnat',
  'redirect',
]);

export function readStatements(cursor: Cursor, context: RuleContext): { statements: NftStatement[]; comment?: string } {
  const statements: NftStatement[] = [];
  let comment: string | undefined;
  let last: { token: Token; isFinal: boolean } | null = null;
  while (!cursor.isOver) {
    const token = cursor.peek;
    if (cursor.takeWord('comment')) {
      comment = cursor.name('string').text;
      continue;
    }
    if (last?.isFinal)
      throw new NftSyntaxError('Statement after terminal statement has no effect', token.start, token.end, last.token);
    const statement = readStatement(cursor, context);
    checkPort(statement, statements, token, cursor);
    addStatement(statements, statement);
    last = { token, isFinal: token.kind === 'word' && terminal.has(token.text) };
  }
  if (statements.length === 0 && comment === undefined) throw cursor.unexpected();
  return comment === undefined ? { statements } : { statements, comment };
}

/** A port can only be translated of what has ports. */
function checkPort(statement: NftStatement, before: readonly NftStatement[], token: Token, cursor: Cursor): void {
  const hasPort =
    (statement.kind === 'snat' || statement.kind === 'dnat' || statement.kind === 'redirect') &&
    statement.port !== null;
  const masquerades = statement.kind === 'masquerade' && statement.port !== undefined;
  if ((!hasPort && !masquerades) || before.some(knowsTransport)) return;
  const last = cursor.previous;
  const colon = last?.text.lastIndexOf(':') ?? -1;
  const start = last ? last.start + colon + 1 : token.start;
  throw new NftSyntaxError(
    'transport protocol mapping is only valid after transport protocol match',
    start,
    last?.end ?? token.end,
    token,
  );
}

function knowsTransport(statement: NftStatement): boolean {
  if (statement.kind !== 'match' && statement.kind !== 'vmap') return false;
  return statement.keys.some(
    ({ on, of }) =>
      on === 'tcp' || on === 'udp' || on === 'th' || of === 'l4proto' || of === 'protocol' || of === 'nexthdr',
  );
}

/** Drops a match that the next one implies: `ip protocol tcp tcp dport 22` is `tcp dport 22`. */
function addStatement(statements: NftStatement[], statement: NftStatement): void {
  const before = statements.at(-1);
  if (before?.kind === 'match' && statement.kind === 'match' && before.op === '==' && before.value.kind === 'one') {
    const [key] = before.keys;
    const [next] = statement.keys;
    if (key && next && implies(next, key, before.value.value)) statements.pop();
  }
  if (statement.kind === 'reject' && statement.with === 'tcp reset' && before && isIpProtocolTcp(before)) {
    statements.pop();
    statements.push({ kind: 'translated', text: 'reject with tcp reset', does: [before, statement] });
    return;
  }
  if (statement.kind === 'reject' && statement.with === 'tcp reset' && !statements.some(isAboutTcp)) {
    statements.push({
      kind: 'match',
      keys: [{ on: 'meta', of: 'l4proto' }],
      op: '==',
      value: { kind: 'one', value: 'tcp' },
    });
  }
  statements.push(statement);
}

function implies(next: NftKey, key: NftKey, value: string): boolean {
  const isProtocol =
    (key.on === 'meta' && key.of === 'l4proto') ||
    (key.on === 'ip' && key.of === 'protocol') ||
    (key.on === 'ip6' && key.of === 'nexthdr');
  if (isProtocol) {
    if (next.on === 'icmpv6') return value === 'ipv6-icmp';
    return (next.on === 'tcp' || next.on === 'udp' || next.on === 'icmp') && value === next.on;
  }
  if (key.on === 'meta' && key.of === 'nfproto')
    return (next.on === 'ip' && value === 'ipv4') || (next.on === 'ip6' && value === 'ipv6');
  if ((key.on === 'ether' && key.of === 'type') || (key.on === 'meta' && key.of === 'protocol'))
    return (next.on === 'ip' || next.on === 'ip6') && value === next.on;
  return false;
}

function isIpProtocolTcp(statement: NftStatement): boolean {
  if (statement.kind !== 'match' || statement.op !== '==' || statement.value.kind !== 'one') return false;
  const [key] = statement.keys;
  return key?.on === 'ip' && key.of === 'protocol' && statement.value.value === 'tcp';
}

function isAboutTcp(statement: NftStatement): boolean {
  return (
    statement.kind === 'match' &&
    statement.keys.some(
      (key) =>
        key.on === 'tcp' ||
        ((key.on === 'meta' || key.on === 'ip') && statement.value.kind === 'one' && statement.value.value === 'tcp'),
    )
  );
}

function readStatement(cursor: Cursor, context: RuleContext): NftStatement {
  const { peek: token } = cursor;
  if (token.kind !== 'word') throw cursor.unexpected();
  switch (token.text) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
      return { kind: 'verdict', verdict: readVerdict(cursor) };
    case 'counter':
      return readCounter(cursor);
    case 'log':
      return readLog(cursor);
    case 'limit':
      return readLimit(cursor);
    case 'reject':
      return readReject(cursor, context);
    case 'masquerade':
      cursor.next();
      return readMasquerade(cursor);
    case 'redirect':
      cursor.next();
      return {
        kind: 'redirect',
        port: cursor.takeWord('to') ? portAfterColon(cursor) : null,
        flags: readFlags(cursor),
      };
    case 'snat':
    case 'dnat':
      return readNat(cursor, context, token.text);
    case 'notrack':
      cursor.next();
      return { kind: 'notrack' };
    case 'add':
    case 'update':
    case 'delete':
    case 'set':
      return readUpdate(cursor, token.text);
    default:
      return readExpression(cursor, context);
  }
}

export function readVerdict(cursor: Cursor): NftVerdict {
  const token = cursor.word();
  const { text } = token;
  if (text === 'accept' || text === 'drop' || text === 'continue' || text === 'return') return { kind: text };
  if (text === 'jump' || text === 'goto') return { kind: text, chain: cursor.name().text };
  throw cursor.unexpected('', token);
}

function readCounter(cursor: Cursor): NftStatement {
  cursor.next();
  if (cursor.takeWord('name')) return { kind: 'counter', packets: 0, bytes: 0, name: cursor.name().text };
  let packets = 0;
  let bytes = 0;
  if (cursor.takeWord('packets')) {
    packets = Number(cursor.word().text);
    if (cursor.takeWord('bytes')) bytes = Number(cursor.word().text);
  }
  return { kind: 'counter', packets, bytes };
}

function readLog(cursor: Cursor): NftStatement {
  cursor.next();
  let prefix: string | null = null;
  let level: string | null = null;
  for (;;) {
    if (cursor.takeWord('prefix')) prefix = cursor.name().text;
    else if (cursor.takeWord('level')) level = cursor.word().text;
    else if (cursor.takeWord('flags', 'group', 'snaplen', 'queue-threshold')) cursor.next();
    else return { kind: 'log', prefix, level: level === 'warn' ? null : level };
  }
}

const units = ['second', 'minute', 'hour', 'day', 'week'] as const;

function readLimit(cursor: Cursor): NftStatement {
  cursor.next();
  if (!cursor.takeWord('rate')) throw cursor.unexpected('rate');
  const over = cursor.takeWord('over') || (cursor.takeWord('until') && false);
  const first = cursor.word();
  const rateUnit = /^(\d+)\/(\w+)$/.exec(first.text);
  let rate = Number(rateUnit?.[1] ?? first.text);
  let unitText = rateUnit?.[2] ?? '';
  let bytes = false;
  if (!rateUnit) {
    const sized = /^(bytes|kbytes|mbytes)\/(\w+)$/.exec(cursor.word().text);
    if (!sized) throw cursor.unexpected('', first);
    bytes = true;
    rate *= sized[1] === 'mbytes' ? 1 << 20 : sized[1] === 'kbytes' ? 1 << 10 : 1;
    unitText = sized[2] ?? '';
  }
  const unit = units.find((one) => one === unitText);
  if (!unit) throw cursor.unexpected('', first);
  let burst = bytes ? 0 : 5;
  if (cursor.takeWord('burst')) {
    burst = Number(cursor.word().text);
    const word = cursor.word().text;
    if (word !== 'packets') burst *= word === 'mbytes' ? 1 << 20 : word === 'kbytes' ? 1 << 10 : 1;
  }
  return { kind: 'limit', rate, unit, burst, over, bytes };
}

function readReject(cursor: Cursor, { family }: RuleContext): NftStatement {
  cursor.next();
  if (!cursor.takeWord('with')) return { kind: 'reject', with: null };
  const kind = cursor.word();
  if (kind.text === 'tcp') {
    if (!cursor.takeWord('reset')) throw cursor.unexpected('reset');
    return { kind: 'reject', with: 'tcp reset' };
  }
  if (kind.text !== 'icmp' && kind.text !== 'icmpv6' && kind.text !== 'icmpx') throw cursor.unexpected('', kind);
  cursor.takeWord('type');
  const reason = cursor.word();
  const table = kind.text === 'icmp' ? names.icmpCodes : kind.text === 'icmpv6' ? names.icmpv6Codes : names.icmpxCodes;
  if (table.numberOf(reason.text) === null) throw cursor.unexpected('', reason);
  const usual = family === 'ip' ? 'icmp' : family === 'ip6' ? 'icmpv6' : 'icmpx';
  if (reason.text === 'port-unreachable' && kind.text === usual) return { kind: 'reject', with: null };
  return { kind: 'reject', with: `${kind.text} ${reason.text}` };
}

function readMasquerade(cursor: Cursor): NftStatement {
  const port = cursor.takeWord('to') ? portAfterColon(cursor) : null;
  const flags = readFlags(cursor);
  const later = port === null && cursor.takeWord('to') ? portAfterColon(cursor) : port;
  return later === null ? { kind: 'masquerade', flags } : { kind: 'masquerade', port: later, flags };
}

function readFlags(cursor: Cursor): string[] {
  const flags: string[] = [];
  while (cursor.isWord('random', 'fully-random', 'persistent')) {
    flags.push(cursor.next().text);
    cursor.takeSign(',');
  }
  return flags;
}

/** `:80`, `:80-90`. */
function portAfterColon(cursor: Cursor): { from: number; to: number } {
  const token = cursor.word();
  const port = portOf(token.text.startsWith(':') ? token.text.slice(1) : '');
  if (!port) throw cursor.unexpected('', token);
  return port;
}

function portOf(text: string): { from: number; to: number } | null {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  return match ? { from: Number(match[1]), to: Number(match[2] ?? match[1]) } : null;
}

function readNat(cursor: Cursor, context: RuleContext, kind: 'snat' | 'dnat'): NftStatement {
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

/** `:` between key and value, also where it hangs on a word. */
export function takeColon(cursor: Cursor): void {
  if (cursor.takeWord(':')) return;
  throw cursor.unexpected("':'");
}

function readUpdate(cursor: Cursor, operation: 'add' | 'update' | 'delete' | 'set'): NftStatement {
  cursor.next();
  if (operation === 'set') throw cursor.unexpected();
  cursor.sign('@');
  const set = cursor.name().text;
  cursor.sign('{');
  const first = readKey(cursor);
  if (!first) throw cursor.unexpected();
  const keys = readConcat(cursor, first);
  const timeout = cursor.takeWord('timeout') ? readTime(cursor.word().text) : null;
  cursor.sign('}');
  return { kind: 'update', set, operation, keys, timeout };
}

const seconds: Record<string, number> = bare({ d: 86_400, h: 3600, m: 60, s: 1 });

/** `1h30m`, `10s`, or seconds. */
export function readTime(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  let sum = 0;
  for (const [, count = '0', unit = 's'] of text.matchAll(/(\d+)([dhms])/g))
    sum += Number(count) * (seconds[unit] ?? 1);
  return sum;
}

export function readConcat(cursor: Cursor, first: NftKey): NftKey[] {
  const keys = [first];
  while (cursor.takeWord('.')) {
    const key = readKey(cursor);
    if (!key) throw cursor.unexpected();
    keys.push(key);
  }
  return keys;
}

/** A match, a verdict map, or `meta mark set`. */
function readExpression(cursor: Cursor, context: RuleContext): NftStatement {
  const start = cursor.peek;
  if (cursor.isWord('meta') && cursor.second?.text === 'nftrace') {
    cursor.next();
    cursor.next();
    if (!cursor.takeWord('set')) throw cursor.unexpected();
    return { kind: 'set', key: 'meta nftrace', value: cursor.word().text };
  }
  const key = readKey(cursor);
  if (!key) {
    cursor.next();
    throw cursor.unexpected('', cursor.isOver ? cursor.peek : start);
  }
  const keys = readConcat(cursor, key);
  if (cursor.isWord('set')) return readSetMark(cursor, key);
  if (cursor.takeWord('vmap')) return readVmap(cursor, context, keys);
  return readMatchValue(cursor, context, keys);
}

function readVmap(cursor: Cursor, { services, hasSet }: RuleContext, keys: NftKey[]): NftStatement {
  if (cursor.isSign('@')) return { kind: 'vmap', keys, map: { name: readSetName(cursor, hasSet) } };
  cursor.sign('{');
  const types = keys.map(typeOfKey);
  const map: Array<{ key: NftValue; verdict: NftVerdict }> = [];
  for (;;) {
    cursor.skipNewlines();
    if (cursor.isSign('}')) break;
    const key = readSetElements(cursor, types, services);
    takeColon(cursor);
    map.push({ key, verdict: readVerdict(cursor) });
    cursor.skipNewlines();
    if (!cursor.takeSign(',')) break;
  }
  cursor.skipNewlines();
  cursor.sign('}');
  return { kind: 'vmap', keys, map: map.sort((a, b) => compareElements(a.key, b.key, types)) };
}

function readSetMark(cursor: Cursor, key: NftKey): NftStatement {
  const target =
    key.on === 'meta' && key.of === 'mark' ? 'meta mark' : key.on === 'ct' && key.of === 'mark' ? 'ct mark' : null;
  const token = cursor.next();
  if (target === null) throw cursor.unexpected('', token);
  const source = readKey(cursor);
  if (!source) return { kind: 'set', key: target, value: markText(Number(cursor.word().text)) };
  const from =
    source.on === 'meta' && source.of === 'mark'
      ? 'meta mark'
      : source.on === 'ct' && source.of === 'mark'
        ? 'ct mark'
        : null;
  if (from === null) throw cursor.unexpected();
  if (from !== target) return { kind: 'restore', from, to: target };
  const sign = cursor.next().text;
  const op =
    sign === 'or' || sign === '|'
      ? 'or'
      : sign === 'and' || sign === '&'
        ? 'and'
        : sign === 'xor' || sign === '^'
          ? 'xor'
          : null;
  if (op === null) throw cursor.unexpected('', cursor.previous);
  return { kind: 'set', key: target, value: markText(Number(cursor.word().text)), op };
}
