/** Rules made ready to run: each statement becomes a function that is called for every packet that comes to it. */

import { formatIp } from '../address/ip';
import { compileMatch, valuesOf } from './compile-match';
import { compileNat, masquerade, redirect } from './compile-nat';
import type { HookContext } from './context';
import { type Comparable, keyType } from './key-types';
import { writeLog } from './log';
import { appended, indexOf, SetIndex } from './matcher';
import { parseNumber } from './names';
import { drop, type FindSet, type Op, type Outcome } from './ops';
import { sendReject } from './reject';
import type { NftKey, NftRule, NftStatement, NftTable, NftValue } from './ruleset';
import { TokenBucket } from './token-bucket';

export interface CompiledRule {
  rule: NftRule;
  ops: Op[];
}

const compiled = new WeakMap<NftRule, CompiledRule>();

export function compileRule(rule: NftRule, table: NftTable): CompiledRule {
  let found = compiled.get(rule);
  if (!found) {
    found = { rule, ops: rule.statements.map((statement) => compile(statement, table)) };
    compiled.set(rule, found);
  }
  return found;
}

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
