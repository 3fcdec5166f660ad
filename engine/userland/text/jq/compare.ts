/** The order of JSON values (jq(1), "sort"). */
import { type Json, typeOf } from './json';

/** By code points, as jq sorts keys. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const ranks = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 } as const;

/** jq's total order. */
export function compareJson(a: Json, b: Json): number {
  const rank = (value: Json) => (value === true ? 2 : ranks[typeOf(value)]);
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a === b ? 0 : Number.isNaN(a) ? -1 : 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let at = 0; at < Math.min(a.length, b.length); at++) {
      const order = compareJson(a[at] ?? null, b[at] ?? null);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (!(a instanceof Map) || !(b instanceof Map)) return 0;
  const [left, right] = [[...a.keys()].sort(compareText), [...b.keys()].sort(compareText)];
  const keys = compareJson(left, right);
  if (keys !== 0) return keys;
  for (const key of left) {
    const order = compareJson(a.get(key) ?? null, b.get(key) ?? null);
    if (order !== 0) return order;
  }
  return 0;
}
