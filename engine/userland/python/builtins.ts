/** The built-in functions and types. */
import { type Blocking, bare, encode } from '../../kernel/sim';
import { LineReader } from '../lib/io';
import { exceptionTypes, raise } from './errors';
import { makeFile, openFile } from './files';
import { formatValue } from './format';
import { type Interpreter, Scope } from './interpreter';
import { collect, fromGenerator, iterate } from './iteration';
import { blockingFn, fn, intArg, textArg } from './native';
import { binary, guarded, order } from './operators';
import { keysOf, sortValues } from './sorting';
import {
  asInt,
  asNumber,
  isTruthy,
  type Named,
  type Py,
  PyBytes,
  PyDict,
  PyException,
  PyFunction,
  PyIterator,
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

const intType = simpleType('int', ([value = 0n, base]) => toInt(value, base));
const floatType = simpleType('float', ([value = 0]) => toFloat(value));
const types: Readonly<Record<string, PyType>> = bare({
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
  if (typeof value === 'string') return [...value].length;
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

/** The scope all others lie in. */
export function makeBuiltins(): Scope {
  const scope = new Scope(null);
  for (const [name, value] of exceptionTypes) scope.set(name, value);
  scope.set('IOError', exceptionTypes.get('OSError') ?? null);
  for (const [name, value] of Object.entries(types)) scope.set(name, value);
  return scope;
}

export function addFunctions(scope: Scope, interpreter: Interpreter): void {
  const { sys, output } = interpreter;
  const stdin = new LineReader(sys, 0);
  const extreme = (name: string, sign: number) =>
    blockingFn(name, function* (args, named): Blocking<Py> {
      const items = args.length === 1 ? yield* collect(args[0] ?? null) : [...args];
      const keyed = yield* keysOf(items, named, interpreter);
      const [first, ...rest] = keyed;
      if (first === undefined) {
        const otherwise = named.get('default');
        if (otherwise !== undefined) return otherwise;
        throw raise('ValueError', `${name}() arg is an empty sequence`);
      }
      return rest.reduce(
        (best, next) => (sign * order(sign > 0 ? '>' : '<', next.key, best.key) > 0 ? next : best),
        first,
      ).item;
    });
  const functions: PyFunction[] = [
    blockingFn('print', function* (args, named): Blocking<Py> {
      const text = args.map(str).join(str(named.get('sep') ?? ' ')) + str(named.get('end') ?? '\n');
      const file = named.get('file');
      if (file instanceof PyObject) {
        const write = file.attributes.get('write');
        if (write instanceof PyFunction) yield* write.call([text], new Map());
      } else yield* output.write(text);
      if (isTruthy(named.get('flush') ?? false)) yield* output.flush();
      return null;
    }),
    fn('len', ([value = null]) => BigInt(lengthOf(value))),
    fn('range', (args) => {
      const numbers = args.map((_, at) => BigInt(intArg(args, at)));
      const [first = 0n, second, step = 1n] = numbers;
      if (step === 0n) throw raise('ValueError', 'range() arg 3 must not be zero');
      return second === undefined ? new PyRange(0n, first, 1n) : new PyRange(first, second, step);
    }),
    fn('repr', ([value = null]) => repr(value)),
    fn('abs', ([value = null]) => {
      const whole = asInt(value);
      return whole === null ? Math.abs(asNumber(value) ?? Number.NaN) : whole < 0n ? -whole : whole;
    }),
    fn('hex', (args) => based(args, 16, '0x')),
    fn('oct', (args) => based(args, 8, '0o')),
    fn('bin', (args) => based(args, 2, '0b')),
    fn('chr', (args) => String.fromCodePoint(intArg(args, 0))),
    fn('ord', (args) => BigInt(textArg(args, 0, 'ord').codePointAt(0) ?? 0)),
    fn('round', ([value = null, digits]) => round(value, digits)),
    fn('divmod', ([a = null, b = null]) => new PyTuple([binary('//', a, b), binary('%', a, b)])),
    fn('pow', ([a = null, b = null, modulus]) =>
      modulus === undefined ? binary('**', a, b) : binary('%', binary('**', a, b), modulus),
    ),
    fn('isinstance', ([value = null, wanted = null]) => isInstance(value, wanted)),
    fn('callable', ([value = null]) => value instanceof PyFunction || value instanceof PyType),
    fn(
      'type',
      ([value = null]) =>
        types[typeName(value)] ??
        (value instanceof PyException
          ? value.type
          : new PyType(typeName(value), null, types.object?.make ?? intType.make)),
    ),
    fn('id', () => 140_000_000_000_000n),
    fn('format', ([value = null, spec = '']) => formatValue(value, str(spec))),
    fn('hasattr', (args) => {
      try {
        interpreter.attribute(args[0] ?? null, textArg(args, 1, 'hasattr'));
        return true;
      } catch {
        return false;
      }
    }),
    fn('getattr', (args) => interpreter.attribute(args[0] ?? null, textArg(args, 1, 'getattr'))),
    fn('iter', ([value = null]) => iterate(value)),
    blockingFn('next', function* ([value = null, otherwise]): Blocking<Py> {
      if (!(value instanceof PyIterator)) throw raise('TypeError', `'${typeName(value)}' object is not an iterator`);
      const item = (yield* value.next()) ?? otherwise;
      if (item === undefined) throw raise('StopIteration');
      return item;
    }),
    blockingFn('sum', function* ([values = null, start = 0n]): Blocking<Py> {
      {
        let total = start;
        const iterator = iterate(values);
        for (let item = yield* iterator.next(); item !== undefined; item = yield* iterator.next()) {
          total = binary('+', total, item);
          yield* interpreter.sys.checkpoint();
        }
        return total;
      }
    }),
    extreme('min', -1),
    extreme('max', 1),
    blockingFn('sorted', function* ([values = null], named): Blocking<Py> {
      return new PyList(yield* sortValues(yield* collect(values), named, interpreter));
    }),
    blockingFn('reversed', function* ([values = null]): Blocking<Py> {
      return fromGenerator((yield* collect(values)).reverse().values());
    }),
    blockingFn('any', function* ([values = null]): Blocking<Py> {
      const iterator = iterate(values);
      for (let item = yield* iterator.next(); item !== undefined; item = yield* iterator.next())
        if (isTruthy(item)) return true;
      return false;
    }),
    blockingFn('all', function* ([values = null]): Blocking<Py> {
      const iterator = iterate(values);
      for (let item = yield* iterator.next(); item !== undefined; item = yield* iterator.next())
        if (!isTruthy(item)) return false;
      return true;
    }),
    fn('enumerate', ([values = null, start = 0n], named) => {
      const iterator = iterate(values);
      let at = asInt(named.get('start') ?? start) ?? 0n;
      return new PyIterator(function* () {
        const item = yield* iterator.next();
        return item === undefined ? undefined : new PyTuple([at++, item]);
      }, 'enumerate');
    }),
    fn('zip', (args) => {
      const iterators = args.map(iterate);
      return new PyIterator(function* () {
        const items: Py[] = [];
        for (const iterator of iterators) {
          const item = yield* iterator.next();
          if (item === undefined) return undefined;
          items.push(item);
        }
        return iterators.length === 0 ? undefined : new PyTuple(items);
      }, 'zip');
    }),
    fn('map', ([work = null, ...values]) => {
      const iterators = values.map(iterate);
      return new PyIterator(function* () {
        const items: Py[] = [];
        for (const iterator of iterators) {
          const item = yield* iterator.next();
          if (item === undefined) return undefined;
          items.push(item);
        }
        return yield* interpreter.evaluator.call(work, items);
      }, 'map');
    }),
    fn('filter', ([work = null, values = null]) => {
      const iterator = iterate(values);
      return new PyIterator(function* () {
        for (let item = yield* iterator.next(); item !== undefined; item = yield* iterator.next()) {
          if (isTruthy(work === null ? item : yield* interpreter.evaluator.call(work, [item]))) return item;
        }
        return undefined;
      }, 'filter');
    }),
    blockingFn('input', function* ([prompt = '']): Blocking<Py> {
      yield* output.write(str(prompt));
      yield* output.flush();
      const line = yield* stdin.next();
      if (line === null) throw raise('EOFError', 'EOF when reading a line');
      return line.replace(/\n$/, '');
    }),
    blockingFn('open', function* (args, named): Blocking<Py> {
      return yield* openFile(sys, args, named);
    }),
    fn('exit', (args) => {
      throw raise('SystemExit', ...args);
    }),
    fn('quit', (args) => {
      throw raise('SystemExit', ...args);
    }),
  ];
  for (const declared of functions) scope.set(declared.name, declared);
  scope.set('__stdin__', makeFile(sys, 0, '<stdin>', 'r', stdin));
}

function based(args: readonly Py[], base: number, prefix: string): string {
  const value = asInt(args[0] ?? null);
  if (value === null)
    throw raise('TypeError', `'${typeName(args[0] ?? null)}' object cannot be interpreted as an integer`);
  return `${value < 0n ? '-' : ''}${prefix}${(value < 0n ? -value : value).toString(base)}`;
}

/** Half goes to the even one. */
function round(value: Py, digits: Py | undefined): Py {
  const whole = asInt(value);
  if (whole !== null && (digits === undefined || digits === null)) return whole;
  const number = asNumber(value);
  if (number === null) throw raise('TypeError', `type ${typeName(value)} doesn't define __round__ method`);
  if (digits !== undefined && digits !== null) return Number(number.toFixed(Math.max(0, Number(asInt(digits) ?? 0n))));
  const floor = Math.floor(number);
  const rest = number - floor;
  return BigInt(rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1);
}

function isInstance(value: Py, wanted: Py): boolean {
  if (wanted instanceof PyTuple) return wanted.items.some((item) => isInstance(value, item));
  if (!(wanted instanceof PyType))
    throw raise('TypeError', 'isinstance() arg 2 must be a type, a tuple of types, or a union');
  if (value instanceof PyException) return value.type.isA(wanted);
  return (
    typeName(value) === wanted.name || wanted.name === 'object' || (wanted.name === 'int' && typeof value === 'boolean')
  );
}
