/** The built-in functions and types. */

import type { Blocking } from '../../kernel/sim';
import { LineReader } from '../lib/io';
import { intType, lengthOf, types } from './builtin-types';
import { exceptionTypes, raise } from './errors';
import { makeFile, openFile } from './files';
import { formatValue } from './format';
import type { Interpreter } from './interpreter';
import { collect, fromGenerator, iterate } from './iteration';
import { blockingFn, fn, intArg, textArg } from './native';
import { binary, order } from './operators';
import { Scope } from './scope';
import { keysOf, sortValues } from './sorting';
import {
  asInt,
  asNumber,
  isTruthy,
  type Py,
  PyException,
  PyFunction,
  PyIterator,
  PyList,
  PyObject,
  PyRange,
  PyTuple,
  PyType,
  repr,
  str,
  typeName,
} from './values';

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
