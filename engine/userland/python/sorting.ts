/** sorted, min, max: with a key. */
import type { Blocking } from '../../kernel/sim';
import type { Interpreter } from './interpreter';
import { order } from './operators';
import { isTruthy, type Named, type Py } from './values';

export function* keysOf(
  items: readonly Py[],
  named: Named,
  interpreter: Interpreter,
): Blocking<Array<{ item: Py; key: Py }>> {
  const key = named.get('key') ?? null;
  const keyed: Array<{ item: Py; key: Py }> = [];
  for (const item of items)
    keyed.push({ item, key: key === null ? item : yield* interpreter.evaluator.call(key, [item]) });
  return keyed;
}

export function* sortValues(items: readonly Py[], named: Named, interpreter: Interpreter): Blocking<Py[]> {
  const keyed = yield* keysOf(items, named, interpreter);
  const sign = isTruthy(named.get('reverse') ?? false) ? -1 : 1;
  return keyed.toSorted((a, b) => sign * order('<', a.key, b.key)).map(({ item }) => item);
}
