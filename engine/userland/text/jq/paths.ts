/** Paths: reading, writing and deleting inside values. */
import { roomForItems } from '../../lib/room';
import { compareJson } from './compare';
import { type Json, typeOf } from './json';
import { index, JqError, sliceBounds } from './operators';

export function getPath(value: Json, path: readonly Json[]): Json {
  let current = value;
  for (const key of path) {
    if (current === null) return null;
    current = index(current, key);
  }
  return current;
}

export function setPath(value: Json, path: readonly Json[], given: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return given;
  if (typeof key === 'string' && (value === null || value instanceof Map)) {
    const copy = new Map(value ?? []);
    copy.set(key, setPath(copy.get(key) ?? null, rest, given));
    return copy;
  }
  if (typeof key === 'number' && (value === null || Array.isArray(value))) {
    const copy = [...(value ?? [])];
    const at = key < 0 ? key + copy.length : Math.floor(key);
    if (at < 0) throw new JqError('Out of bounds negative array index');
    if (at > 100_000_000) throw new JqError('Array index too large');
    roomForItems(at);
    while (copy.length < at) copy.push(null);
    copy[at] = setPath(copy[at] ?? null, rest, given);
    return copy;
  }
  if (key instanceof Map && (value === null || Array.isArray(value))) {
    const items = value ?? [];
    const [start, end] = bounds(items.length, key);
    const replaced = setPath(items.slice(start, end), rest, given);
    if (!Array.isArray(replaced)) throw new JqError('A slice of an array can only be assigned another array');
    return [...items.slice(0, start), ...replaced, ...items.slice(end)];
  }
  throw new JqError(`Cannot index ${typeOf(value)} with ${typeof key === 'string' ? `"${key}"` : typeOf(key)}`);
}

function bounds(length: number, key: Map<string, Json>): [start: number, end: number] {
  const [from, to] = [key.get('start') ?? null, key.get('end') ?? null];
  return sliceBounds(length, typeof from === 'number' ? from : null, typeof to === 'number' ? to : null);
}

/** The longest and last first, so that earlier ones stay where they are. */
export function deletePaths(value: Json, paths: readonly Json[][]): Json {
  const sorted = [...paths].sort((a, b) => compareJson(b, a));
  return sorted.reduce((current, path) => deletePath(current, path), value);
}

function deletePath(value: Json, path: readonly Json[]): Json {
  const [key, ...rest] = path;
  if (key === undefined || value === null) return null;
  if (rest.length > 0) {
    const inner = index(value, key);
    return inner === null ? value : setPath(value, [key], deletePath(inner, rest));
  }
  if (value instanceof Map && typeof key === 'string') {
    const copy = new Map(value);
    copy.delete(key);
    return copy;
  }
  if (Array.isArray(value) && typeof key === 'number') {
    const at = key < 0 ? key + value.length : key;
    return value.filter((_, place) => place !== at);
  }
  if (Array.isArray(value) && key instanceof Map) {
    const [start, end] = bounds(value.length, key);
    return [...value.slice(0, start), ...value.slice(end)];
  }
  throw new JqError(`Cannot delete field at ${value instanceof Map ? 'object' : 'array'} index of ${typeOf(key)}`);
}
