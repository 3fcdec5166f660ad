/** Operators and access of jq on values. */
import { roomForItems, roomForText } from '../../lib/room';
import { compareJson } from './compare';
import { type Json, typeOf } from './json';
import { compact, numberText, toJsonText } from './json-text';

/** An error of the program, with its value. */
export class JqError extends Error {
  constructor(readonly value: Json) {
    super(typeof value === 'string' ? value : toJsonText(value));
  }
}

/** A value in a message: its type, and the beginning of its text. */
export function described(value: Json): string {
  const text = toJsonText(value, compact);
  return `${typeOf(value)} (${text.length > 14 ? `${text.slice(0, 11)}...` : text})`;
}

export function isTrue(value: Json): boolean {
  return value !== null && value !== false;
}

export function binary(operator: string, a: Json, b: Json): Json {
  switch (operator) {
    case '+':
      return add(a, b);
    case '-':
      return subtract(a, b);
    case '*':
      return multiply(a, b);
    case '/':
      return divide(a, b);
    case '%':
      return modulo(a, b);
    case '==':
      return compareJson(a, b) === 0;
    case '!=':
      return compareJson(a, b) !== 0;
    case '<':
      return compareJson(a, b) < 0;
    case '<=':
      return compareJson(a, b) <= 0;
    case '>':
      return compareJson(a, b) > 0;
    default:
      return compareJson(a, b) >= 0;
  }
}

export function add(a: Json, b: Json): Json {
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') {
    roomForText(a.length + b.length);
    return a + b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    roomForItems(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof Map && b instanceof Map) return new Map([...a, ...b]);
  throw new JqError(`${described(a)} and ${described(b)} cannot be added`);
}

function subtract(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (Array.isArray(a) && Array.isArray(b))
    return a.filter((item) => !b.some((other) => compareJson(item, other) === 0));
  throw new JqError(`${described(a)} and ${described(b)} cannot be subtracted`);
}

function multiply(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (typeof a === 'string' && typeof b === 'number') return b <= 0 ? null : repeated(a, b < 1 ? 1 : Math.trunc(b));
  if (typeof a === 'number' && typeof b === 'string') return multiply(b, a);
  if (a instanceof Map && b instanceof Map) return merge(a, b);
  throw new JqError(`${described(a)} and ${described(b)} cannot be multiplied`);
}

function repeated(text: string, times: number): string {
  roomForText(text.length * times);
  return text.repeat(times);
}

function merge(a: Map<string, Json>, b: Map<string, Json>): Map<string, Json> {
  const result = new Map(a);
  for (const [key, value] of b) {
    const own = result.get(key);
    result.set(key, own instanceof Map && value instanceof Map ? merge(own, value) : value);
  }
  return result;
}

function divide(a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) throw new JqError(`${described(a)} and ${described(b)} cannot be divided because the divisor is zero`);
    return a / b;
  }
  if (typeof a === 'string' && typeof b === 'string') return a === '' ? [] : a.split(b);
  throw new JqError(`${described(a)} and ${described(b)} cannot be divided`);
}

function modulo(a: Json, b: Json): Json {
  if (typeof a !== 'number' || typeof b !== 'number')
    throw new JqError(`${described(a)} and ${described(b)} cannot be divided`);
  const divisor = Math.abs(Math.trunc(b));
  if (divisor === 0)
    throw new JqError(`${described(a)} and ${described(b)} cannot be divided because the divisor is zero`);
  const rest = Math.trunc(a) % divisor;
  return rest === 0 ? 0 : rest;
}

export function index(target: Json, key: Json): Json {
  if (target instanceof Map && typeof key === 'string') return target.get(key) ?? null;
  if (Array.isArray(target) && typeof key === 'number') {
    const at = Math.floor(key);
    return target[at < 0 ? at + target.length : at] ?? null;
  }
  if (target === null && (typeof key === 'string' || typeof key === 'number' || key === null)) return null;
  if (key instanceof Map && (Array.isArray(target) || target === null || typeof target === 'string'))
    return slice(target, key.get('start') ?? null, key.get('end') ?? null);
  if (Array.isArray(target) && Array.isArray(key)) return indicesOf(target, key);
  throw new JqError(`Cannot index ${typeOf(target)} with ${typeof key === 'string' ? `string "${key}"` : typeOf(key)}`);
}

export function slice(target: Json, from: Json, to: Json): Json {
  if (target === null) return null;
  if (!Array.isArray(target) && typeof target !== 'string')
    throw new JqError(`Cannot index ${typeOf(target)} with object`);
  if ((from !== null && typeof from !== 'number') || (to !== null && typeof to !== 'number')) {
    throw new JqError('Start and end indices of an array slice must be numbers');
  }
  const chars = typeof target === 'string' ? [...target] : target;
  const [start, end] = sliceBounds(chars.length, from, to);
  return typeof target === 'string' ? [...target].slice(start, end).join('') : target.slice(start, end);
}

export function sliceBounds(length: number, from: number | null, to: number | null): [start: number, end: number] {
  const place = (at: number) => Math.max(0, Math.min(length, at < 0 ? at + length : at));
  const start = from === null ? 0 : place(Math.floor(from));
  return [start, Math.max(start, to === null ? length : place(Math.ceil(to)))];
}

export function iterate(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.values()];
  throw new JqError(`Cannot iterate over ${value === null ? 'null' : describedShort(value)}`);
}

function describedShort(value: Json): string {
  return typeof value === 'number' ? `number (${numberText(value)})` : described(value);
}

export function indicesOf(target: Json, wanted: Json): Json {
  if (target === null) return null;
  const found: Json[] = [];
  if (typeof target === 'string' && typeof wanted === 'string') {
    for (let at = target.indexOf(wanted); at >= 0 && wanted !== ''; at = target.indexOf(wanted, at + 1))
      found.push([...target.slice(0, at)].length);
    return wanted === '' ? null : found;
  }
  if (!Array.isArray(target)) throw new JqError(`Cannot determine indices of ${typeOf(target)}`);
  if (!Array.isArray(wanted)) {
    for (const [at, item] of target.entries()) if (compareJson(item, wanted) === 0) found.push(at);
    return found;
  }
  if (wanted.length === 0) return null;
  for (let at = 0; at + wanted.length <= target.length; at++) {
    if (wanted.every((item, offset) => compareJson(target[at + offset] ?? null, item) === 0)) found.push(at);
  }
  return found;
}
