/** Functions of jq about arrays: order, groups, places. */

import type { Blocking } from '../../../kernel/sim';
import { compareJson } from './compare';
import type { Json } from './json';
import { array, type Call, type Native, nothing, plain, withArgs } from './native';
import { indicesOf, JqError } from './operators';

function* keyed(call: Call): Blocking<Array<{ item: Json; key: Json }>> {
  const items = array(call.input, 'sorted');
  const [filter] = call.args;
  const pairs: Array<{ item: Json; key: Json }> = [];
  for (const item of items) {
    const key: Json[] = [];
    if (filter) {
      yield* call.evaluator.run(filter, call.env, item, null, function* (value) {
        yield* nothing;
        key.push(value);
      });
    }
    pairs.push({ item, key });
  }
  return pairs;
}

function* sortedPairs(call: Call): Blocking<Array<{ item: Json; key: Json }>> {
  return (yield* keyed(call)).toSorted((a, b) => compareJson(a.key, b.key));
}

function* groups(call: Call): Blocking<Json[][]> {
  const result: Json[][] = [];
  let last: Json | undefined;
  for (const { item, key } of yield* sortedPairs(call)) {
    const group = result.at(-1);
    if (group !== undefined && last !== undefined && compareJson(last, key) === 0) group.push(item);
    else result.push([item]);
    last = key;
  }
  return result;
}

function* extreme(call: Call, sign: number): Blocking<void> {
  const pairs = yield* keyed(call);
  const best = pairs.reduce<{ item: Json; key: Json } | null>((found, pair) => {
    if (found === null) return pair;
    const order = sign * compareJson(pair.key, found.key);
    return order > 0 || (order === 0 && sign > 0) ? pair : found;
  }, null);
  yield* call.emit(best?.item ?? null, null);
}

function flatten(value: Json[], depth: number): Json[] {
  return value.flatMap((item) => (Array.isArray(item) && depth > 0 ? flatten(item, depth - 1) : [item]));
}

export const arrayFunctions: Readonly<Record<string, Native>> = {
  'sort/0': function* (call) {
    yield* nothing;
    yield* call.emit(array(call.input, 'sorted').toSorted(compareJson), null);
  },
  'sort_by/1': function* (call) {
    yield* call.emit(
      (yield* sortedPairs(call)).map(({ item }) => item),
      null,
    );
  },
  'group_by/1': function* (call) {
    yield* call.emit(yield* groups(call), null);
  },
  'unique_by/1': function* (call) {
    yield* call.emit(
      (yield* groups(call)).map((group) => group[0] ?? null),
      null,
    );
  },
  'unique/0': plain((input) =>
    array(input, 'sorted')
      .toSorted(compareJson)
      .filter((item, at, all) => at === 0 || compareJson(item, all[at - 1] ?? null) !== 0),
  ),
  'min_by/1': (call) => extreme(call, -1),
  'max_by/1': (call) => extreme(call, 1),
  'min/0': plain(
    (input) =>
      array(input, 'compared').reduce<Json | undefined>(
        (best, item) => (best === undefined || compareJson(item, best) < 0 ? item : best),
        undefined,
      ) ?? null,
  ),
  'max/0': plain(
    (input) =>
      array(input, 'compared').reduce<Json | undefined>(
        (best, item) => (best === undefined || compareJson(item, best) >= 0 ? item : best),
        undefined,
      ) ?? null,
  ),
  'reverse/0': plain((input) =>
    typeof input === 'string'
      ? [...input].reverse().join('')
      : input === null
        ? []
        : [...array(input, 'reversed')].reverse(),
  ),
  'flatten/0': plain((input) => flatten(array(input, 'flattened'), Number.POSITIVE_INFINITY)),
  'flatten/1': withArgs((input, [depth = null]) => {
    if (typeof depth !== 'number' || depth < 0) throw new JqError('flatten depth must not be negative');
    return flatten(array(input, 'flattened'), depth);
  }),
  'indices/1': withArgs((input, [wanted = null]) => indicesOf(input, wanted)),
  'index/1': withArgs((input, [wanted = null]) => firstOf(indicesOf(input, wanted), 0)),
  'rindex/1': withArgs((input, [wanted = null]) => firstOf(indicesOf(input, wanted), -1)),
};

function firstOf(found: Json, at: number): Json {
  return Array.isArray(found) ? (found.at(at) ?? null) : null;
}
