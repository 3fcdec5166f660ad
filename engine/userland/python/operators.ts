/** Operators of Python on the values we know. */

import { bare, concat } from '../../kernel/sim';
import { raise } from './errors';
import { percentFormat } from './format';
import {
  asInt,
  asNumber,
  contains,
  equals,
  type Py,
  PyBytes,
  PyDict,
  PyList,
  PyRange,
  PySet,
  PyTuple,
  typeName,
  UnhashableError,
} from './values';

function unsupported(operator: string, a: Py, b: Py): Error {
  return raise('TypeError', `unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`);
}

export function binary(operator: string, a: Py, b: Py): Py {
  const [left, right] = [asInt(a), asInt(b)];
  if (left !== null && right !== null) return integers(operator, left, right, a, b);
  const [one, other] = [asNumber(a), asNumber(b)];
  if (one !== null && other !== null) return floats(operator, one, other, a, b);
  if (operator === '+') return add(a, b);
  if (operator === '%' && typeof a === 'string') return percentFormat(a, b);
  if (operator === '*') return repeat(a, b);
  if (a instanceof PySet && b instanceof PySet) return sets(operator, a, b);
  if (operator === '|' && a instanceof PyDict && b instanceof PyDict) {
    const merged = new PyDict();
    for (const [key, value] of [...a.entries.values(), ...b.entries.values()]) merged.set(key, value);
    return merged;
  }
  throw unsupported(operator === '**' ? '** or pow()' : operator, a, b);
}

function integers(operator: string, a: bigint, b: bigint, originalA: Py, originalB: Py): Py {
  const isBool = typeof originalA === 'boolean' && typeof originalB === 'boolean';
  const logical = (value: bigint): Py => (isBool ? value !== 0n : value);
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      checkBits(bitsOf(a) + bitsOf(b));
      return a * b;
    case '/':
      if (b === 0n) throw raise('ZeroDivisionError', 'division by zero');
      return Number(a) / Number(b);
    case '//':
    case '%': {
      if (b === 0n)
        throw raise(
          'ZeroDivisionError',
          operator === '%' ? 'integer modulo by zero' : 'integer division or modulo by zero',
        );
      const rest = ((a % b) + b) % b;
      return operator === '%' ? rest : (a - rest) / b;
    }
    case '**':
      if (b < 0n) return Number(a) ** Number(b);
      if (a > 1n || a < -1n) checkBits(bitsOf(a) * Number(b));
      return a ** b;
    case '<<':
      checkBits(bitsOf(a) + Number(b));
      return a << b;
    case '>>':
      return a >> b;
    case '&':
      return logical(a & b);
    case '|':
      return logical(a | b);
    case '^':
      return logical(a ^ b);
    default:
      throw unsupported(operator, originalA, originalB);
  }
}

/** Longer numbers would hold up everybody else while they are calculated with. */
const mostBits = 1_000_000;

function checkBits(bits: number): void {
  if (bits > mostBits) throw raise('MemoryError');
}

function bitsOf(value: bigint): number {
  const size = value < 0n ? -value : value;
  return size < 1n << 64n ? Math.ceil(Math.log2(Number(size) + 1)) : 4 * size.toString(16).length;
}

function floats(operator: string, a: number, b: number, originalA: Py, originalB: Py): Py {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw raise('ZeroDivisionError', 'float division by zero');
      return a / b;
    case '//':
      if (b === 0) throw raise('ZeroDivisionError', 'float floor division by zero');
      return Math.floor(a / b);
    case '%':
      if (b === 0) throw raise('ZeroDivisionError', 'float modulo');
      return a - Math.floor(a / b) * b;
    case '**':
      return a ** b;
    default:
      throw unsupported(operator, originalA, originalB);
  }
}

/** Bytes of the longest sequence: an array much longer would end the page, not the program. */
const longest = 50_000_000;

function checkSize(size: number): void {
  if (size > longest) throw raise('MemoryError');
}

function sizeOf(value: Py): number {
  if (value instanceof PyList || value instanceof PyTuple) return 8 * value.items.length;
  return value instanceof PyBytes ? value.bytes.length : 0;
}

function add(a: Py, b: Py): Py {
  if (typeof a === 'string') {
    if (typeof b === 'string') {
      checkSize(a.length + b.length);
      return a + b;
    }
    throw raise('TypeError', `can only concatenate str (not "${typeName(b)}") to str`);
  }
  checkSize(sizeOf(a) + sizeOf(b));
  if (a instanceof PyList && b instanceof PyList) return new PyList([...a.items, ...b.items]);
  if (a instanceof PyTuple && b instanceof PyTuple) return new PyTuple([...a.items, ...b.items]);
  if (a instanceof PyBytes && b instanceof PyBytes) return new PyBytes(concat([a.bytes, b.bytes]));
  if (a instanceof PyList) throw raise('TypeError', `can only concatenate list (not "${typeName(b)}") to list`);
  throw unsupported('+', a, b);
}

function repeat(a: Py, b: Py): Py {
  const count = asInt(b);
  if (count === null) {
    if (asInt(a) !== null && typeof b !== 'number') return repeat(b, a);
    throw unsupported('*', a, b);
  }
  const times = Math.max(0, Number(count));
  if (typeof a === 'string') {
    checkSize(a.length * times);
    return a.repeat(times);
  }
  if (a instanceof PyBytes) {
    checkSize(a.bytes.length * times);
    const bytes = new Uint8Array(a.bytes.length * times);
    for (let at = 0; at < times; at++) bytes.set(a.bytes, at * a.bytes.length);
    return new PyBytes(bytes);
  }
  if (!(a instanceof PyList || a instanceof PyTuple)) throw unsupported('*', a, b);
  checkSize(sizeOf(a) * times);
  const items = Array.from({ length: times }, () => a.items).flat();
  return a instanceof PyList ? new PyList(items) : new PyTuple(items);
}

function sets(operator: string, a: PySet, b: PySet): Py {
  const result = new PySet();
  const [left, right] = [[...a.items.values()], [...b.items.values()]];
  const chosen: Readonly<Record<string, () => Py[]>> = bare({
    '|': () => [...left, ...right],
    '&': () => left.filter((item) => contains(b, item)),
    '-': () => left.filter((item) => !contains(b, item)),
    '^': () => [...left.filter((item) => !contains(b, item)), ...right.filter((item) => !contains(a, item))],
  });
  const items = chosen[operator];
  if (!items) throw unsupported(operator, a, b);
  for (const item of items()) result.add(item);
  return result;
}

export function unary(operator: string, value: Py): Py {
  const whole = asInt(value);
  if (operator === '-' && whole !== null) return -whole;
  if (operator === '+' && whole !== null) return whole;
  if (operator === '~' && whole !== null) return ~whole;
  if (typeof value === 'number' && operator !== '~') return operator === '-' ? -value : value;
  throw raise('TypeError', `bad operand type for unary ${operator}: '${typeName(value)}'`);
}

/** Below zero, zero, above. */
export function order(operator: string, a: Py, b: Py): number {
  const [left, right] = [asInt(a), asInt(b)];
  if (left !== null && right !== null) return left < right ? -1 : left > right ? 1 : 0;
  const [one, other] = [asNumber(a), asNumber(b)];
  if (one !== null && other !== null) return one < other ? -1 : one > other ? 1 : one === other ? 0 : Number.NaN;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    for (let at = 0; at < Math.min(a.items.length, b.items.length); at++) {
      const [x = null, y = null] = [a.items[at], b.items[at]];
      if (!equals(x, y)) return order(operator, x, y);
    }
    return a.items.length - b.items.length;
  }
  if (a instanceof PyBytes && b instanceof PyBytes)
    return order(operator, new PyList(Array.from(a.bytes, BigInt)), new PyList(Array.from(b.bytes, BigInt)));
  throw raise('TypeError', `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

export function isIn(item: Py, container: Py): boolean {
  if (typeof container === 'string') {
    if (typeof item !== 'string')
      throw raise('TypeError', `'in <string>' requires string as left operand, not ${typeName(item)}`);
    return container.includes(item);
  }
  if (container instanceof PyList || container instanceof PyTuple)
    return container.items.some((other) => equals(item, other));
  if (container instanceof PyDict) return guarded(() => container.has(item));
  if (container instanceof PySet) return guarded(() => contains(container, item));
  if (container instanceof PyRange) {
    const value = asInt(item);
    if (value === null) return false;
    const { start, step } = container;
    const index = (value - start) / step;
    return (value - start) % step === 0n && index >= 0n && index < BigInt(container.length);
  }
  if (container instanceof PyBytes) {
    const value = asInt(item);
    return value !== null && container.bytes.includes(Number(value));
  }
  throw raise('TypeError', `argument of type '${typeName(container)}' is not iterable`);
}

/** Runs what uses a value as key. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnhashableError) throw raise('TypeError', `unhashable type: '${error.message}'`);
    throw error;
  }
}
