/** Rules made ready to run: each statement becomes a function that is called for every packet that comes to it. */
import { formatIp, parseIp } from '../address/ip';
import type { NatRange } from '../conntrack/nat';
import { setupNat } from '../conntrack/nat';
import type { NetNamespace } from '../types';
import { type HookContext, valueOfKey } from './context';
import { type Comparable, keyType } from './key-types';
import { writeLog } from './log';
import { appended, indexOf, SetIndex, type Test, testOf } from './matcher';
import { parseNumber } from './names';
import { sendReject } from './reject';
import type { NftKey, NftRule, NftSet, NftStatement, NftTable, NftValue, NftVerdict } from './ruleset';
import { TokenBucket } from './token-bucket';

/** `next`: the rule goes on. `break`: it does not match. A verdict ends it. */
export type Outcome = 'next' | 'break' | NftVerdict;
export type Op = (context: HookContext) => Outcome;

export interface CompiledRule {
  rule: NftRule;
  ops: Op[];
}

const accept: NftVerdict = { kind: 'accept' };
const drop: NftVerdict = { kind: 'drop' };
const compiled = new WeakMap<NftRule, CompiledRule>();

export function compileRule(rule: NftRule, table: NftTable): CompiledRule {
  let found = compiled.get(rule);
  if (!found) {
    found = { rule, ops: rule.statements.map((statement) => compile(statement, table)) };
    compiled.set(rule, found);
  }
  return found;
}

/** Sets are looked up by name each time: they may be made anew. */
type FindSet = (ns: NetNamespace, name: string) => NftSet | undefined;

function compile(statement: NftStatement, table: NftTable): Op {
  const findSet: FindSet = (ns, name) => ns.ruleset.find(table.family, table.name)?.sets.get(name);
  switch (statement.kind) {
    case 'match':
      return compileMatch(statement, findSet);
    case 'verdict':
      return () => statement.verdict;
    case 'vmap':
      return compileVmap(statement, findSet);
    case 'counter':
      return compileCounter(statement, table);
    case 'masquerade':
      return (context) => masquerade(context, statement);
    case 'redirect':
      return (context) => redirect(context, statement);
    case 'snat':
    case 'dnat':
      return compileNat(statement, findSet);
    case 'reject':
      return (context) => {
        sendReject(context, statement.with);
        return drop;
      };
    case 'log':
      return (context) => {
        writeLog(context, statement.prefix ?? '');
        return 'next';
      };
    case 'set':
      return compileSetMark(statement);
    case 'restore':
      return ({ packet }) => {
        if (statement.to === 'meta mark') packet.mark = packet.connection?.mark ?? 0;
        else if (packet.connection) packet.connection.mark = packet.mark;
        return 'next';
      };
    case 'limit':
      return compileLimit(statement);
    case 'update':
      return compileUpdate(statement, findSet);
    case 'notrack':
      return ({ packet }) => {
        packet.state = 'untracked';
        return 'next';
      };
    case 'translated': {
      const ops = statement.does.map((one) => compile(one, table));
      return (context) => runOps(ops, context);
    }
  }
}

export function runOps(ops: readonly Op[], context: HookContext): Outcome {
  for (const op of ops) {
    const outcome = op(context);
    if (outcome !== 'next') return outcome;
  }
  return 'next';
}

type Match = Extract<NftStatement, { kind: 'match' }>;

function compileMatch(statement: Match, findSet: FindSet): Op {
  const { keys, op, value, mask } = statement;
  const isInverted = op === '!=' || (statement.invertSet ?? false);
  const [key] = keys;
  if (value.kind === 'named' || (value.kind === 'set' && keys.length > 1)) {
    const index =
      value.kind === 'set'
        ? new SetIndex(
            keys,
            value.values.map((one) => ({ key: one })),
          )
        : null;
    return (context) => {
      const values = valuesOf(context, keys);
      if (!values) return 'break';
      const set = value.kind === 'named' ? findSet(context.ns, value.name) : undefined;
      const found = (index ?? (set && indexOf(set, keys)))?.find(values, context.ns.network.kernel.now) !== undefined;
      return found === isInverted ? 'break' : 'next';
    };
  }
  if (!key) return () => 'break';
  const test = compileTest(key, op, value, mask);
  return (context) => {
    const found = valueOfKey(context, key);
    return found === null || !test(found) ? 'break' : 'next';
  };
}

function compileTest(key: NftKey, op: Match['op'], value: NftValue, mask: number | undefined): Test {
  const type = keyType(key);
  if (op === '<' || op === '>' || op === '<=' || op === '>=') {
    const bound = value.kind === 'one' ? type.parse(value.value) : null;
    return (found) =>
      bound !== null &&
      compare(op, mask !== undefined && typeof found === 'number' ? (found & mask) >>> 0 : found, bound);
  }
  if (mask !== undefined) {
    const wanted = value.kind === 'one' ? type.parse(value.value) : null;
    return (found) => typeof found === 'number' && ((found & mask) >>> 0 === wanted) !== (op === '!=');
  }
  const test = testOf(type, value);
  return op === '!=' ? (found) => !test(found) : test;
}

function compare(op: '<' | '>' | '<=' | '>=', a: Comparable, b: Comparable): boolean {
  if (typeof a !== typeof b) return false;
  if (op === '<') return a < b;
  if (op === '>') return a > b;
  return op === '<=' ? a <= b : a >= b;
}

function valuesOf(context: HookContext, keys: readonly NftKey[]): Comparable[] | null {
  const values: Comparable[] = [];
  for (const key of keys) {
    const value = valueOfKey(context, key);
    if (value === null) return null;
    values.push(value);
  }
  return values;
}

function compileVmap({ keys, map }: Extract<NftStatement, { kind: 'vmap' }>, findSet: FindSet): Op {
  const own = Array.isArray(map) ? new SetIndex(keys, map) : null;
  return (context) => {
    const values = valuesOf(context, keys);
    if (!values) return 'break';
    const set = Array.isArray(map) ? undefined : findSet(context.ns, map.name);
    const element = (own ?? (set && indexOf(set, keys)))?.find(values, context.ns.network.kernel.now);
    return element?.verdict ?? 'break';
  };
}

function compileCounter(statement: Extract<NftStatement, { kind: 'counter' }>, table: NftTable): Op {
  const { name } = statement;
  return ({ ns, packet }) => {
    const counter = name === undefined ? statement : ns.ruleset.find(table.family, table.name)?.counters.get(name);
    if (counter) {
      counter.packets++;
      counter.bytes += packet.length;
    }
    return 'next';
  };
}

function nat(context: HookContext, what: 'source' | 'destination', range: NatRange): Outcome {
  const { connection } = context.packet;
  if (!connection) return accept;
  return setupNat(context.ns, connection, what, range) ? accept : drop;
}

function rangeFlags(flags: readonly string[]): { random: boolean; persistent: boolean } {
  return {
    random: flags.includes('random') || flags.includes('fully-random'),
    persistent: flags.includes('persistent'),
  };
}

function masquerade(context: HookContext, { port, flags }: Extract<NftStatement, { kind: 'masquerade' }>): Outcome {
  const { ns, output, packet } = context;
  if (!output || !packet.ip) return drop;
  const towards = packet.nextHop ?? packet.ip.destination;
  const all = ns.devices.all();
  const address =
    typeof towards === 'number'
      ? ns.addresses.selectV4(output, towards, all)
      : ns.addresses.selectV6(output, towards, all);
  if (address === null) return drop;
  return nat(context, 'source', { from: address, to: address, ports: port ?? null, ...rangeFlags(flags) });
}

function redirect(context: HookContext, { port, flags }: Extract<NftStatement, { kind: 'redirect' }>): Outcome {
  const { ns, hook, input, packet } = context;
  if (!packet.ip) return drop;
  const isV4 = typeof packet.ip.source === 'number';
  let address: number | bigint | null = isV4 ? 0x7f000001 : 1n;
  if (hook !== 'output')
    address =
      input === null
        ? null
        : isV4
          ? ns.addresses.selectV4(input, null, [])
          : (ns.addresses.v6(input)[0]?.address ?? null);
  if (address === null) return drop;
  return nat(context, 'destination', { from: address, to: address, ports: port, ...rangeFlags(flags) });
}

type Nat = Extract<NftStatement, { kind: 'snat' | 'dnat' }>;

function compileNat(statement: Nat, findSet: FindSet): Op {
  const { address, port, map, flags } = statement;
  const what = statement.kind === 'snat' ? 'source' : 'destination';
  const span = address === null ? null : spanOf(address);
  const index =
    map && 'entries' in map
      ? new SetIndex(
          map.keys,
          map.entries.map((entry) => ({
            key: entry.key,
            value: { kind: 'one', value: `${entry.address} ${entry.port ?? ''}` },
          })),
        )
      : null;
  return (context) => {
    if (
      statement.family !== undefined &&
      (statement.family === 'ip') !== (typeof context.packet.ip?.source === 'number')
    )
      return 'break';
    if (!map)
      return nat(context, what, {
        from: span?.from ?? currentAddress(context, what),
        to: span?.to ?? currentAddress(context, what),
        ports: port,
        ...rangeFlags(flags),
      });
    const values = valuesOf(context, map.keys);
    if (!values) return 'break';
    const set = 'name' in map && map.name !== undefined ? findSet(context.ns, map.name) : undefined;
    const element = (index ?? (set && indexOf(set, map.keys)))?.find(values, context.ns.network.kernel.now);
    const target = element && targetOf(element.value);
    if (!target) return 'break';
    return nat(context, what, {
      from: target.address,
      to: target.address,
      ports: target.port ?? port,
      ...rangeFlags(flags),
    });
  };
}

function currentAddress({ packet }: HookContext, what: 'source' | 'destination'): number | bigint {
  return (what === 'source' ? packet.ip?.source : packet.ip?.destination) ?? 0;
}

function spanOf(value: NftValue): { from: number | bigint; to: number | bigint } | null {
  const [from, to] =
    value.kind === 'range' ? [value.from, value.to] : value.kind === 'one' ? [value.value, value.value] : ['', ''];
  const [low, high] = [parseIp(from), parseIp(to)];
  return low === null || high === null ? null : { from: low, to: high };
}

/** An address, or an address with a port: of a map in the rule, or of a named one (`10.0.0.1 . 80`). */
function targetOf(
  value: NftValue | undefined,
): { address: number | bigint; port: { from: number; to: number } | null } | null {
  const parts =
    value?.kind === 'concat'
      ? value.values.map((part) => (part.kind === 'one' ? part.value : ''))
      : value?.kind === 'one'
        ? value.value.split(' ')
        : [];
  const address = parseIp(parts[0] ?? '');
  if (address === null) return null;
  const port = parseNumber(parts[1] ?? '');
  return { address, port: port === null ? null : { from: port, to: port } };
}

function compileSetMark({ key, value, mask, op }: Extract<NftStatement, { kind: 'set' }>): Op {
  const number = parseNumber(value) ?? 0;
  const change = (before: number): number => {
    if (op === 'or') return (before | number) >>> 0;
    if (op === 'and') return (before & number) >>> 0;
    if (op === 'xor') return ((before & (mask ?? 0xffffffff)) ^ number) >>> 0;
    return number;
  };
  return ({ packet }) => {
    if (key === 'meta mark') packet.mark = change(packet.mark);
    else if (key === 'meta nftrace') packet.nftrace = number === 1;
    else if (packet.connection) packet.connection.mark = change(packet.connection.mark);
    return 'next';
  };
}

function compileLimit({ rate, unit, burst, over, bytes }: Extract<NftStatement, { kind: 'limit' }>): Op {
  const bucket = new TokenBucket(rate, unit, burst);
  return ({ ns, packet }) => {
    const isWithin = bucket.take(bytes ? packet.length : 1, ns.network.kernel.now);
    return isWithin === over ? 'break' : 'next';
  };
}

function compileUpdate(
  { set: name, operation, keys, timeout }: Extract<NftStatement, { kind: 'update' }>,
  findSet: FindSet,
): Op {
  return (context) => {
    const values = valuesOf(context, keys);
    const set = findSet(context.ns, name);
    if (!values || !set) return 'break';
    const { now } = context.ns.network.kernel;
    const there = indexOf(set, keys).find(values, now);
    const seconds = timeout ?? set.timeoutSeconds;
    const expires = seconds === null ? undefined : now + seconds * 1e9;
    if (operation === 'delete') {
      if (there) set.elements = set.elements.filter((element) => element !== there);
    } else if (there) {
      if (operation === 'update' && expires !== undefined) there.expires = expires;
    } else {
      if (set.elements.length >= (set.size ?? 65_535)) return 'break';
      const parts: NftValue[] = values.map((value, at) => ({ kind: 'one', value: textOf(value, keys[at]) }));
      const [first] = parts;
      if (!first) return 'break';
      const element = {
        key: parts.length === 1 ? first : { kind: 'concat' as const, values: parts },
        ...(expires === undefined ? {} : { expires }),
      };
      set.elements.push(element);
      appended(set, element);
    }
    return 'next';
  };
}

function textOf(value: Comparable, key: NftKey | undefined): string {
  return key && keyType(key).kind === 'address' && typeof value !== 'string' ? formatIp(value) : String(value);
}
