/** Functions of jq about values of any type, and numbers. */

import { encode } from '../../../kernel/sim';
import { compareJson, compareText } from './compare';
import { type Json, typeOf } from './json';
import { JsonParseError, JsonReader } from './json-reader';
import { compact, toJsonText } from './json-text';
import { type Native, plain, text, withArgs } from './native';
import { add, described, isTrue, JqError } from './operators';

function lengthOf(value: Json): number {
  if (value === null) return 0;
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  throw new JqError(`${described(value)} has no length`);
}

function keysOf(value: Json, sorted: boolean): Json {
  if (Array.isArray(value)) return value.map((_, at) => at);
  if (!(value instanceof Map)) throw new JqError(`${described(value)} has no keys`);
  return sorted ? [...value.keys()].sort(compareText) : [...value.keys()];
}

function has(value: Json, key: Json): boolean {
  if (value instanceof Map && typeof key === 'string') return value.has(key);
  if (Array.isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  throw new JqError(
    `Cannot check whether ${typeOf(value)} has a ${typeof key === 'string' ? 'string' : typeOf(key)} key`,
  );
}

function contains(a: Json, b: Json): boolean {
  if (a instanceof Map && b instanceof Map)
    return [...b].every(([key, value]) => a.has(key) && contains(a.get(key) ?? null, value));
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((item) => a.some((own) => typeOf(own) === typeOf(item) && contains(own, item)));
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeOf(a) !== typeOf(b))
    throw new JqError(`${described(a)} and ${described(b)} cannot have their containment checked`);
  return compareJson(a, b) === 0;
}

function toNumber(value: Json): Json {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw new JqError(`${described(value)} cannot be parsed as a number`);
  try {
    const parsed = new JsonReader(value).next();
    if (typeof parsed === 'number') return parsed;
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error;
    throw new JqError(`${error.message} (while parsing '${value}')`);
  }
  throw new JqError(`Cannot be parsed as a number (while parsing '${value}')`);
}

function fromJson(value: Json): Json {
  const source = text(value, `${described(value)} cannot be parsed as JSON`);
  try {
    const reader = new JsonReader(source);
    const parsed = reader.next();
    if (reader.next() !== undefined) throw new JqError(`Unexpected extra JSON values (while parsing '${source}')`);
    return parsed ?? null;
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error;
    throw new JqError(`${error.message} (while parsing '${source}')`);
  }
}

export const valueFunctions: Readonly<Record<string, Native>> = {
  'not/0': plain((input) => !isTrue(input)),
  'length/0': plain(lengthOf),
  'utf8bytelength/0': plain(
    (input) => encode(text(input, `${described(input)} only strings have UTF-8 byte length`)).length,
  ),
  'keys/0': plain((input) => keysOf(input, true)),
  'keys_unsorted/0': plain((input) => keysOf(input, false)),
  'has/1': withArgs((input, [key = null]) => has(input, key)),
  'contains/1': withArgs((input, [wanted = null]) => contains(input, wanted)),
  'type/0': plain(typeOf),
  'tostring/0': plain((input) => (typeof input === 'string' ? input : toJsonText(input, compact))),
  'tonumber/0': plain(toNumber),
  'tojson/0': plain((input) => toJsonText(input, compact)),
  'fromjson/0': plain(fromJson),
  'infinite/0': plain(() => Number.POSITIVE_INFINITY),
  'nan/0': plain(() => Number.NaN),
  'isinfinite/0': plain((input) => typeof input === 'number' && !Number.isFinite(input) && !Number.isNaN(input)),
  'isnan/0': plain((input) => typeof input === 'number' && Number.isNaN(input)),
  'isnormal/0': plain((input) => typeof input === 'number' && Number.isFinite(input) && input !== 0),
  'add/0': plain((input) => {
    const items = input instanceof Map ? [...input.values()] : Array.isArray(input) ? input : null;
    if (items === null) throw new JqError(`Cannot iterate over ${input === null ? 'null' : described(input)}`);
    return items.length > 0 && items.every((item) => typeof item === 'string')
      ? items.join('')
      : items.reduce<Json>((sum, item) => add(sum, item), null);
  }),
  'pow/2': withArgs((_, [base = null, exponent = null]) => Number(base) ** Number(exponent)),
};
