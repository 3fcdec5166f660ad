/** A stable sort that others can run beside: in runs, which are then merged pair by pair. */
import type { Blocking, Sys } from '../../../kernel/sim';

const runLength = 512;
/** Comparisons between two looks at the clock. */
const turn = 8;

export function* mergeSort<T>(sys: Sys, items: readonly T[], compare: (a: T, b: T) => number): Blocking<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += runLength) {
    runs.push(items.slice(at, at + runLength).sort(compare));
    for (let cost = 0; cost < runLength; cost += turn) yield* sys.checkpoint();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [left = [], right = []] = runs.slice(at, at + 2);
      merged.push(yield* merge(sys, left, right, compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(sys: Sys, left: T[], right: T[], compare: (a: T, b: T) => number): Blocking<T[]> {
  const result: T[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (result.length % turn === 0) yield* sys.checkpoint();
    const [a, b] = [left[i], right[j]];
    if (a !== undefined && (b === undefined || compare(a, b) <= 0)) {
      result.push(a);
      i++;
    } else if (b !== undefined) {
      result.push(b);
      j++;
    }
  }
  return result;
}
