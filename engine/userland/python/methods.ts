/** The methods of bytes, list, dict and set. */
import { decode } from '../../kernel/sim';
import { raise } from './errors';
import type { Interpreter } from './interpreter';
import { collect, fromGenerator } from './iteration';
import { blockingFn, fn, intArg } from './native';
import { guarded } from './operators';
import { sortValues } from './sorting';
import {
  contains,
  equals,
  type Py,
  PyBytes,
  PyDict,
  type PyFunction,
  PyList,
  PyObject,
  type PySet,
  PyTuple,
  repr,
} from './values';

type Methods = Readonly<Record<string, PyFunction>>;

function pick(methods: Methods, name: string): PyFunction | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

export function bytesMethod(object: PyBytes, name: string): PyFunction | undefined {
  const { bytes } = object;
  return pick(
    {
      decode: fn('decode', () => decode(bytes)),
      hex: fn('hex', () => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')),
      strip: fn('strip', () => {
        const isBlank = (byte: number | undefined) => byte !== undefined && (byte === 32 || (byte >= 9 && byte <= 13));
        let [start, end] = [0, bytes.length];
        while (start < end && isBlank(bytes[start])) start++;
        while (end > start && isBlank(bytes[end - 1])) end--;
        return new PyBytes(bytes.slice(start, end));
      }),
    },
    name,
  );
}

export function listMethod(list: PyList, name: string, interpreter: Interpreter): PyFunction | undefined {
  const { items } = list;
  return pick(
    {
      append: fn('append', ([item = null]) => {
        items.push(item);
        return null;
      }),
      extend: blockingFn('extend', function* ([more = null]) {
        list.extend(yield* collect(more));
        return null;
      }),
      insert: fn('insert', (args) => {
        items.splice(intArg(args, 0), 0, args[1] ?? null);
        return null;
      }),
      pop: fn('pop', (args) => {
        if (items.length === 0) throw raise('IndexError', 'pop from empty list');
        const [item] = items.splice(intArg(args, 0, -1), 1);
        if (item === undefined) throw raise('IndexError', 'pop index out of range');
        return item;
      }),
      remove: fn('remove', ([wanted = null]) => {
        const at = items.findIndex((item) => equals(item, wanted));
        if (at < 0) throw raise('ValueError', 'list.remove(x): x not in list');
        items.splice(at, 1);
        return null;
      }),
      index: fn('index', ([wanted = null]) => {
        const at = items.findIndex((item) => equals(item, wanted));
        if (at < 0) throw raise('ValueError', `${repr(wanted)} is not in list`);
        return BigInt(at);
      }),
      count: fn('count', ([wanted = null]) => BigInt(items.filter((item) => equals(item, wanted)).length)),
      reverse: fn('reverse', () => {
        items.reverse();
        return null;
      }),
      clear: fn('clear', () => {
        items.length = 0;
        return null;
      }),
      copy: fn('copy', () => new PyList([...items])),
      sort: blockingFn('sort', function* (_, named) {
        const sorted = yield* sortValues(items, named, interpreter);
        items.splice(0, items.length, ...sorted);
        return null;
      }),
    },
    name,
  );
}

/** What keys(), values() and items() give. */
function view(type: string, values: readonly Py[]): PyObject {
  const object = new PyObject(type, `${type}([${values.map(repr).join(', ')}])`);
  object.iterate = () => fromGenerator(values.values());
  object.attributes.set(
    '__len__',
    fn('__len__', () => BigInt(values.length)),
  );
  return object;
}

export function dictMethod(dict: PyDict, name: string): PyFunction | undefined {
  const entries = () => [...dict.entries.values()];
  return pick(
    {
      get: fn('get', ([key = null, otherwise = null]) => guarded(() => dict.get(key)) ?? otherwise),
      keys: fn('keys', () =>
        view(
          'dict_keys',
          entries().map(([key]) => key),
        ),
      ),
      values: fn('values', () =>
        view(
          'dict_values',
          entries().map(([, value]) => value),
        ),
      ),
      items: fn('items', () =>
        view(
          'dict_items',
          entries().map(([key, value]) => new PyTuple([key, value])),
        ),
      ),
      pop: fn('pop', ([key = null, otherwise]) => {
        const value = guarded(() => dict.get(key)) ?? otherwise;
        if (value === undefined) throw raise('KeyError', key);
        dict.delete(key);
        return value;
      }),
      setdefault: fn('setdefault', ([key = null, value = null]) => {
        if (!guarded(() => dict.has(key))) dict.set(key, value);
        return dict.get(key) ?? null;
      }),
      update: fn('update', ([other], named) => {
        if (other instanceof PyDict) for (const [key, value] of other.entries.values()) dict.set(key, value);
        for (const [key, value] of named) dict.set(key, value);
        return null;
      }),
      clear: fn('clear', () => {
        dict.entries.clear();
        return null;
      }),
      copy: fn('copy', () => {
        const copy = new PyDict();
        for (const [key, value] of entries()) copy.set(key, value);
        return copy;
      }),
    },
    name,
  );
}

export function setMethod(set: PySet, name: string): PyFunction | undefined {
  const remove = (item: Py) => {
    const isThere = guarded(() => contains(set, item));
    if (isThere) for (const [key, other] of set.items) if (equals(other, item)) set.items.delete(key);
    return isThere;
  };
  return pick(
    {
      add: fn('add', ([item = null]) => {
        guarded(() => set.add(item));
        return null;
      }),
      discard: fn('discard', ([item = null]) => {
        remove(item);
        return null;
      }),
      remove: fn('remove', ([item = null]) => {
        if (!remove(item)) throw raise('KeyError', item);
        return null;
      }),
      update: blockingFn('update', function* ([more = null]) {
        for (const item of yield* collect(more)) guarded(() => set.add(item));
        return null;
      }),
    },
    name,
  );
}
