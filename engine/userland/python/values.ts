/** Values of Python and what is common to them: truth, equality, text. */

import type { Blocking } from '../../kernel/sim';
import { bare } from '../../kernel/sim';

export type Named = ReadonlyMap<string, Py>;

/** Anything with attributes: modules, files, sockets, structures. */
export class PyObject {
  readonly attributes = new Map<string, Py>();
  /** Attributes that are found out when asked for. */
  lookup: ((name: string) => Py | undefined) | null = null;
  /** How to store an attribute, where not just anyone may. */
  iterate: (() => PyIterator) | null = null;

  constructor(
    readonly type: string,
    private readonly text: string | null = null,
  ) {}

  get repr(): string {
    return this.text ?? `<${this.type} object>`;
  }
}

export class PyFunction {
  constructor(
    readonly name: string,
    readonly call: (args: readonly Py[], named: Named) => Blocking<Py>,
    readonly isBuiltin = true,
  ) {}
}

export class PyType {
  constructor(
    readonly name: string,
    readonly base: PyType | null,
    readonly make: (args: readonly Py[], named: Named) => Blocking<Py>,
  ) {}

  isA(other: PyType): boolean {
    return this === other || (this.base?.isA(other) ?? false);
  }
}

export class PyException {
  readonly attributes = new Map<string, Py>();

  constructor(
    readonly type: PyType,
    readonly args: readonly Py[],
  ) {}

  get text(): string {
    const errno = this.attributes.get('errno');
    if (typeof errno === 'bigint') {
      const file = this.attributes.get('filename');
      const other = this.attributes.get('filename2');
      return `[Errno ${errno}] ${str(this.attributes.get('strerror') ?? null)}${file === undefined || file === null ? '' : `: ${repr(file)}`}${other === undefined ? '' : ` -> ${repr(other)}`}`;
    }
    const [first] = this.args;
    if (first === undefined) return '';
    if (this.args.length > 1) return repr(new PyTuple([...this.args]));
    return this.type.name === 'KeyError' ? repr(first) : str(first);
  }
}

export class PyBytes {
  constructor(readonly bytes: Uint8Array) {}
}
/** An integer with more digits than are made into a text. */
export class DigitsError extends Error {}
export const mostDigits = 4300;
const tooManyDigits = 10n ** BigInt(mostDigits);

/** A longer array would end the page, not the program. */
const mostItems = 1 << 22;

export class PyList {
  constructor(readonly items: Py[]) {}
  extend(more: readonly Py[]): void {
    if (this.items.length + more.length > mostItems) throw new RangeError('Invalid array length');
    const count = more.length;
    for (let at = 0; at < count; at++) this.items.push(more[at] ?? null);
  }
}
export class PyTuple {
  constructor(
    readonly items: readonly Py[],
    /** Of a named tuple: what it calls itself, and its fields. */
    readonly names: { type: string; fields: readonly string[] } | null = null,
  ) {}
}
export class PyRange {
  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {}

  get length(): number {
    const { start, stop, step } = this;
    const span = step > 0n ? stop - start : start - stop;
    const size = step > 0n ? step : -step;
    return span <= 0n ? 0 : Number((span + size - 1n) / size);
  }
}
export class PySlice {
  constructor(
    readonly start: Py,
    readonly stop: Py,
    readonly step: Py,
  ) {}
}
export class PyDict {
  readonly entries = new Map<string, readonly [key: Py, value: Py]>();

  get(key: Py): Py | undefined {
    return this.entries.get(hashKey(key))?.[1];
  }
  set(key: Py, value: Py): void {
    const hash = hashKey(key);
    this.entries.set(hash, [this.entries.get(hash)?.[0] ?? key, value]);
  }
  delete(key: Py): boolean {
    return this.entries.delete(hashKey(key));
  }
  has(key: Py): boolean {
    return this.entries.has(hashKey(key));
  }
}
export class PySet {
  readonly items = new Map<string, Py>();

  add(item: Py): void {
    const key = hashKey(item);
    if (!this.items.has(key)) this.items.set(key, item);
  }
}

/** Gives one value after another; `undefined` at the end. */
export class PyIterator {
  constructor(
    readonly next: () => Blocking<Py | undefined>,
    readonly type = 'iterator',
  ) {}
}

export type Py =
  | null
  | boolean
  | bigint
  | number
  | string
  | PyBytes
  | PyList
  | PyTuple
  | PyRange
  | PySlice
  | PyDict
  | PySet
  | PyObject
  | PyFunction
  | PyType
  | PyException
  | PyIterator;

/** What cannot be a key. */
export class UnhashableError extends Error {}

export function typeName(value: Py): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'str';
  if (value instanceof PyBytes) return 'bytes';
  if (value instanceof PyList) return 'list';
  if (value instanceof PyTuple) return value.names?.type ?? 'tuple';
  if (value instanceof PyRange) return 'range';
  if (value instanceof PySlice) return 'slice';
  if (value instanceof PyDict) return 'dict';
  if (value instanceof PySet) return 'set';
  if (value instanceof PyFunction) return value.isBuiltin ? 'builtin_function_or_method' : 'function';
  if (value instanceof PyType) return 'type';
  if (value instanceof PyException) return value.type.name;
  return value.type;
}

/** The number behind an int or a bool. */
export function asInt(value: Py): bigint | null {
  if (typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? (value ? 1n : 0n) : null;
}

export function asNumber(value: Py): number | null {
  if (typeof value === 'number') return value;
  const whole = asInt(value);
  return whole === null ? null : Number(whole);
}

export function isTruthy(value: Py): boolean {
  if (value === null || value === false) return false;
  if (value === true) return true;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  if (value instanceof PyBytes) return value.bytes.length > 0;
  if (value instanceof PyList || value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyDict) return value.entries.size > 0;
  if (value instanceof PySet) return value.items.size > 0;
  return value instanceof PyRange ? value.length > 0 : true;
}

function hashKey(value: Py): string {
  const number = asNumber(value);
  if (number !== null)
    return typeof value === 'number' && !Number.isInteger(value) ? `f${value}` : `n${asInt(value) ?? BigInt(number)}`;
  if (typeof value === 'string') return `s${value}`;
  if (value === null) return 'none';
  if (value instanceof PyBytes) return `b${value.bytes.join(',')}`;
  if (value instanceof PyTuple)
    return `t(${value.items.map((item) => hashKey(item).replaceAll(/[\\,()]/g, '\\$&')).join(',')})`;
  if (value instanceof PyList || value instanceof PyDict || value instanceof PySet)
    throw new UnhashableError(typeName(value));
  if (typeof value !== 'object') return 'other';
  let identity = identities.get(value);
  if (identity === undefined) {
    identity = `o${++lastIdentity}`;
    identities.set(value, identity);
  }
  return identity;
}

const identities = new WeakMap<object, string>();
let lastIdentity = 0;

export function equals(a: Py, b: Py): boolean {
  const [left, right] = [asInt(a), asInt(b)];
  if (left !== null && right !== null) return left === right;
  const [one, other] = [asNumber(a), asNumber(b)];
  if (one !== null && other !== null) return one === other;
  if (a instanceof PyBytes && b instanceof PyBytes)
    return a.bytes.length === b.bytes.length && a.bytes.every((byte, at) => byte === b.bytes[at]);
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    return a.items.length === b.items.length && a.items.every((item, at) => equals(item, b.items[at] ?? null));
  }
  if (a instanceof PyDict && b instanceof PyDict) {
    return (
      a.entries.size === b.entries.size &&
      [...a.entries.values()].every(([key, value]) => b.has(key) && equals(value, b.get(key) ?? null))
    );
  }
  if (a instanceof PySet && b instanceof PySet)
    return a.items.size === b.items.size && [...a.items.keys()].every((key) => b.items.has(key));
  if (a instanceof PyRange && b instanceof PyRange)
    return a.start === b.start && a.stop === b.stop && a.step === b.step;
  return a === b;
}

export function contains(set: PySet, item: Py): boolean {
  return set.items.has(hashKey(item));
}

export function str(value: Py): string {
  if (typeof value === 'string') return value;
  return value instanceof PyException ? value.text : repr(value);
}

export function repr(value: Py): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') {
    if (value >= tooManyDigits || value <= -tooManyDigits) throw new DigitsError();
    return value.toString();
  }
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return quoted(value);
  if (value instanceof PyBytes) return bytesText(value.bytes);
  if (value instanceof PyList) return `[${value.items.map(repr).join(', ')}]`;
  if (value instanceof PyTuple) {
    const { names, items } = value;
    if (names) return `${names.type}(${items.map((item, at) => `${names.fields[at] ?? ''}=${repr(item)}`).join(', ')})`;
    return items.length === 1 ? `(${items.map(repr).join('')},)` : `(${items.map(repr).join(', ')})`;
  }
  if (value instanceof PyDict)
    return `{${[...value.entries.values()].map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`;
  if (value instanceof PySet)
    return value.items.size === 0 ? 'set()' : `{${[...value.items.values()].map(repr).join(', ')}}`;
  if (value instanceof PyRange)
    return `range(${value.start}, ${value.stop}${value.step === 1n ? '' : `, ${value.step}`})`;
  if (value instanceof PySlice) return `slice(${repr(value.start)}, ${repr(value.stop)}, ${repr(value.step)})`;
  if (value instanceof PyFunction)
    return value.isBuiltin ? `<built-in function ${value.name}>` : `<function ${value.name} at 0x7f0000000000>`;
  if (value instanceof PyType) return `<class '${value.name}'>`;
  if (value instanceof PyException) {
    return `${value.type.name}(${value.args.map(repr).join(', ')})`;
  }
  return value instanceof PyIterator ? `<${value.type} object>` : value.repr;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const number = Number(exponent);
    return `${digits}e${number < 0 ? '-' : '+'}${String(Math.abs(number)).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

const escapes: Readonly<Record<string, string>> = bare({ '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' });

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replaceAll(/[\\\x00-\x1f\x7f-\xa0'"]/g, (char) => {
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
    return escapes[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return quote + body + quote;
}

function bytesText(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replaceAll(/[\\\x00-\x1f\x7f-\xff'"]/g, (char) => {
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
    return escapes[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${body}${quote}`;
}
