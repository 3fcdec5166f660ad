/** Matches of rules, made ready to run. */

import { type HookContext, valueOfKey } from './context';
import { type Comparable, keyType } from './key-types';
import { indexOf, SetIndex, type Test, testOf } from './matcher';
import type { FindSet, Op } from './ops';
import type { NftKey, NftStatement, NftValue } from './ruleset';

type Match = Extract<NftStatement, { kind: 'match' }>;

export function compileMatch(statement: Match, findSet: FindSet): Op {
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

export function valuesOf(context: HookContext, keys: readonly NftKey[]): Comparable[] | null {
  const values: Comparable[] = [];
  for (const key of keys) {
    const value = valueOfKey(context, key);
    if (value === null) return null;
    values.push(value);
  }
  return values;
}
