/** Going through values. */
import type { Blocking } from '../../kernel/sim';
import { raise } from './errors';
import { type Py, PyBytes, PyDict, PyIterator, PyList, PyObject, PyRange, PySet, PyTuple, typeName } from './values';

const noWait: readonly never[] = [];

export function fromGenerator(values: Iterator<Py>, type = 'iterator'): PyIterator {
  return new PyIterator(function* () {
    yield* noWait;
    const { value, done } = values.next();
    return done ? undefined : value;
  }, type);
}

function* rangeValues(range: PyRange): Generator<Py> {
  for (let at = 0, value = range.start; at < range.length; at++, value += range.step) yield value;
}

/** What a list gets while it is gone through is seen. */
function* listValues(list: PyList | PyTuple): Generator<Py> {
  for (let at = 0; at < list.items.length; at++) yield list.items[at] ?? null;
}

export function iterate(value: Py): PyIterator {
  if (value instanceof PyIterator) return value;
  if (value instanceof PyList || value instanceof PyTuple) return fromGenerator(listValues(value), 'list_iterator');
  if (typeof value === 'string') return fromGenerator([...value].values(), 'str_iterator');
  if (value instanceof PyBytes) return fromGenerator(Array.from(value.bytes, BigInt).values(), 'bytes_iterator');
  if (value instanceof PyRange) return fromGenerator(rangeValues(value), 'range_iterator');
  if (value instanceof PyDict)
    return fromGenerator([...value.entries.values()].map(([key]) => key).values(), 'dict_keyiterator');
  if (value instanceof PySet) return fromGenerator([...value.items.values()].values(), 'set_iterator');
  if (value instanceof PyObject && value.iterate) return value.iterate();
  throw raise('TypeError', `'${typeName(value)}' object is not iterable`);
}

export function* collect(value: Py): Blocking<Py[]> {
  if (value instanceof PyList || value instanceof PyTuple) return [...value.items];
  if (value instanceof PyRange && value.length > 4_000_000) throw raise('MemoryError');
  const iterator = iterate(value);
  const items: Py[] = [];
  for (let item = yield* iterator.next(); item !== undefined; item = yield* iterator.next()) {
    if (items.push(item) > 4_000_000) throw raise('MemoryError');
  }
  return items;
}
