/** The built-in types, and what they make of their arguments. */

import { type Blocking, bare, encode } from '../../kernel/sim';
import { characterCount } from './characters';
import { raise } from './errors';
import { collect } from './iteration';
import { guarded } from './operators';
import {
  asInt,
  asNumber,
  isTruthy,
  type Named,
  type Py,
  PyBytes,
  PyDict,
  PyFunction,
  PyList,
  PyObject,
  PyRange,
  PySet,
  PyTuple,
  PyType,
  repr,
  str,
  typeName,
} from './values';

const noWait: readonly never[] = [];

function type(name: string, make: (args: readonly Py[], named: Named) => Blocking<Py>): PyType {
  return new PyType(name, null, make);
}

function simpleType(name: string, make: (args: readonly Py[], named: Named) => Py): PyType {
  return type(name, function* (args, named) {
    yield* noWait;
    return make(args, named);
  });
}

export const intType = simpleType('int', ([value = 0n, base]) => toInt(value, base));

const floatType = simpleType('float', ([value = 0]) => toFloat(value));

export const types: Readonly<Record<string, PyType>> = bare({
  int: intType,
  float: floatType,
  str: simpleType('str', ([value = '']) => str(value)),
  bool: simpleType('bool', ([value = false]) => isTruthy(value)),
  bytes: type('bytes', function* ([value]): Blocking<Py> {
    if (value === undefined) return new PyBytes(new Uint8Array());
    if (typeof value === 'string') return new PyBytes(encode(value));
    const size = asInt(value);
    if (size !== null) return new PyBytes(new Uint8Array(Math.min(Number(size), 50_000_000)));
    if (value instanceof PyBytes) return value;
    return new PyBytes(Uint8Array.from(yield* collect(value), (item) => Number(asInt(item) ?? 0n)));
  }),
  list: type('list', function* ([value]): Blocking<Py> {
    return new PyList(value === undefined ? [] : yield* collect(value));
  }),
  tuple: type('tuple', function* ([value]): Blocking<Py> {
    return new PyTuple(value === undefined ? [] : yield* collect(value));
  }),
  set: type('set', function* ([value]): Blocking<Py> {
    const set = new PySet();
    for (const item of value === undefined ? [] : yield* collect(value)) guarded(() => set.add(item));
    return set;
  }),
  dict: type('dict', function* ([value], named): Blocking<Py> {
    const dict = new PyDict();
    if (value instanceof PyDict) for (const [key, item] of value.entries.values()) dict.set(key, item);
    else if (value !== undefined) {
      for (const pair of yield* collect(value)) {
        const [key = null, item = null] = yield* collect(pair);
        guarded(() => dict.set(key, item));
      }
    }
    for (const [key, item] of named) dict.set(key, item);
    return dict;
  }),
  object: simpleType('object', () => new PyObject('object')),
});

function toInt(value: Py, base: Py | undefined): Py {
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw raise(
        Number.isNaN(value) ? 'ValueError' : 'OverflowError',
        `cannot convert float ${Number.isNaN(value) ? 'NaN' : 'infinity'} to integer`,
      );
    return BigInt(Math.trunc(value));
  }
  const whole = asInt(value);
  if (whole !== null) return whole;
  if (typeof value !== 'string')
    throw raise(
      'TypeError',
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
    );
  const radix = Number(asInt(base ?? 10n) ?? 10n);
  const parsed = parseDigits(value.trim().replaceAll('_', '').toLowerCase(), radix);
  if (parsed === null) throw raise('ValueError', `invalid literal for int() with base ${radix}: ${repr(value)}`);
  return parsed;
}

const prefixes: Readonly<Record<string, number>> = bare({ '0x': 16, '0o': 8, '0b': 2 });

function parseDigits(text: string, radix: number): bigint | null {
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const prefixed = prefixes[rest.slice(0, 2)];
  const base = radix === 0 ? (prefixed ?? 10) : radix;
  const digits = prefixed === base ? rest.slice(2) : rest;
  if (digits === '') return null;
  let value = 0n;
  for (const char of digits) {
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= base) return null;
    value = value * BigInt(base) + BigInt(digit);
  }
  return sign === '-' ? -value : value;
}

function toFloat(value: Py): Py {
  const number = asNumber(value);
  if (number !== null) return number;
  if (typeof value !== 'string')
    throw raise('TypeError', `float() argument must be a string or a real number, not '${typeName(value)}'`);
  const text = value.trim().toLowerCase();
  const special: Readonly<Record<string, number>> = bare({
    inf: Number.POSITIVE_INFINITY,
    '-inf': Number.NEGATIVE_INFINITY,
    nan: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
  });
  const parsed = special[text] ?? (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(text) ? Number(text) : null);
  if (parsed === null) throw raise('ValueError', `could not convert string to float: ${repr(value)}`);
  return parsed;
}

export function lengthOf(value: Py): number {
  if (typeof value === 'string') return characterCount(value);
  if (value instanceof PyBytes) return value.bytes.length;
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length;
  if (value instanceof PyDict) return value.entries.size;
  if (value instanceof PySet) return value.items.size;
  if (value instanceof PyRange) return value.length;
  const own = value instanceof PyObject ? value.attributes.get('__len__') : undefined;
  if (own instanceof PyFunction) {
    const step = own.call([], new Map()).next();
    if (step.done && typeof step.value === 'bigint') return Number(step.value);
  }
  throw raise('TypeError', `object of type '${typeName(value)}' has no len()`);
}
