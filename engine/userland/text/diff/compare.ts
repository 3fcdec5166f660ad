/**
 * Which lines of two files differ: the shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations",
 * with its linear space refinement), then moved the way GNU diff moves it, so that the hunks are where one expects them.
 */
import type { Blocking, Sys } from '../../../kernel/sim';

export interface Changes {
  /** True for lines that are not in the other file. */
  left: boolean[];
  right: boolean[];
}

export function* compareLines(sys: Sys, left: readonly string[], right: readonly string[]): Blocking<Changes> {
  const numbers = new Map<string, number>();
  const number = (line: string) => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  const [a, b] = [left.map(number), right.map(number)];
  const changes: Changes = { left: new Array(a.length).fill(false), right: new Array(b.length).fill(false) };
  // Lines the other file lacks are changes in any case.
  const [inA, inB] = [new Set(a), new Set(b)];
  const keptA = keep(a, inB, changes.left);
  const keptB = keep(b, inA, changes.right);
  const search = new Search(
    sys,
    keptA.map((at) => a[at] ?? 0),
    keptB.map((at) => b[at] ?? 0),
  );
  yield* search.run(0, keptA.length, 0, keptB.length);
  for (const at of search.onlyLeft) changes.left[keptA[at] ?? 0] = true;
  for (const at of search.onlyRight) changes.right[keptB[at] ?? 0] = true;
  shift(a, changes.left, changes.right);
  shift(b, changes.right, changes.left);
  return changes;
}

function keep(lines: readonly number[], other: ReadonlySet<number>, changed: boolean[]): number[] {
  const kept: number[] = [];
  for (const [at, line] of lines.entries()) {
    if (other.has(line)) kept.push(at);
    else changed[at] = true;
  }
  return kept;
}

/** So many rounds without a meeting point, and the best place so far is taken: the script is no longer the shortest. */
const patience = 1024;
const far = 0x7fffffff;

class Search {
  readonly onlyLeft: number[] = [];
  readonly onlyRight: number[] = [];
  /** Furthest places by diagonal, from both corners; diagonals begin at minus the length of `b`. */
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  readonly #zero: number;

  constructor(
    private readonly sys: Sys,
    private readonly a: readonly number[],
    private readonly b: readonly number[],
  ) {
    const diagonals = a.length + b.length + 3;
    this.#forward = new Int32Array(diagonals);
    this.#backward = new Int32Array(diagonals);
    this.#zero = b.length + 1;
  }

  *run(fromA: number, toA: number, fromB: number, toB: number): Blocking<void> {
    let [x, xEnd, y, yEnd] = [fromA, toA, fromB, toB];
    while (x < xEnd && y < yEnd && this.a[x] === this.b[y]) {
      x++;
      y++;
    }
    while (xEnd > x && yEnd > y && this.a[xEnd - 1] === this.b[yEnd - 1]) {
      xEnd--;
      yEnd--;
    }
    if (x === xEnd) for (; y < yEnd; y++) this.onlyRight.push(y);
    else if (y === yEnd) for (; x < xEnd; x++) this.onlyLeft.push(x);
    else {
      const middle = yield* this.#middle(x, xEnd, y, yEnd);
      yield* this.run(x, middle.x, y, middle.y);
      yield* this.run(middle.x, xEnd, middle.y, yEnd);
    }
  }

  /** Where a shortest path from one corner meets one from the other. */
  *#middle(x0: number, x1: number, y0: number, y1: number): Blocking<{ x: number; y: number }> {
    const zero = this.#zero;
    const [forward, backward] = [this.#forward, this.#backward];
    const [least, most] = [x0 - y1, x1 - y0];
    const [start, end] = [x0 - y0, x1 - y1];
    const isOdd = ((start - end) & 1) !== 0;
    let [fMin, fMax, bMin, bMax] = [start, start, end, end];
    forward[zero + start] = x0;
    backward[zero + end] = x1;
    for (let round = 1; ; round++) {
      yield* this.sys.checkpoint();
      if (fMin > least) forward[zero + --fMin - 1] = -1;
      else fMin++;
      if (fMax < most) forward[zero + ++fMax + 1] = -1;
      else fMax--;
      for (let d = fMax; d >= fMin; d -= 2) {
        const [low = -1, high = -1] = [forward[zero + d - 1], forward[zero + d + 1]];
        let x = low < high ? high : low + 1;
        let y = x - d;
        while (x < x1 && y < y1 && this.a[x] === this.b[y]) {
          x++;
          y++;
        }
        forward[zero + d] = x;
        if (isOdd && bMin <= d && d <= bMax && (backward[zero + d] ?? far) <= x) return { x, y };
      }
      if (bMin > least) backward[zero + --bMin - 1] = far;
      else bMin++;
      if (bMax < most) backward[zero + ++bMax + 1] = far;
      else bMax--;
      for (let d = bMax; d >= bMin; d -= 2) {
        const [low = far, high = far] = [backward[zero + d - 1], backward[zero + d + 1]];
        let x = low < high ? low : high - 1;
        let y = x - d;
        while (x > x0 && y > y0 && this.a[x - 1] === this.b[y - 1]) {
          x--;
          y--;
        }
        backward[zero + d] = x;
        if (!isOdd && fMin <= d && d <= fMax && x <= (forward[zero + d] ?? -1)) return { x, y };
      }
      if (round >= patience) return this.#furthest({ x0, x1, y0, y1, fMin, fMax, bMin, bMax });
    }
  }

  /** The place that is furthest from its corner, on one of the two ways. */
  #furthest({
    x0,
    x1,
    y0,
    y1,
    fMin,
    fMax,
    bMin,
    bMax,
  }: Readonly<Record<'x0' | 'x1' | 'y0' | 'y1' | 'fMin' | 'fMax' | 'bMin' | 'bMax', number>>) {
    let [best, bestX, back, backX] = [-1, x0, far, x1];
    for (let d = fMax; d >= fMin; d -= 2) {
      const x = Math.min(this.#forward[this.#zero + d] ?? x0, x1, y1 + d);
      if (x + x - d > best) [best, bestX] = [x + x - d, x];
    }
    for (let d = bMax; d >= bMin; d -= 2) {
      const x = Math.max(this.#backward[this.#zero + d] ?? x1, x0, y0 + d);
      if (x + x - d < back) [back, backX] = [x + x - d, x];
    }
    return x1 + y1 - back < best - (x0 + y0) ? { x: bestX, y: best - bestX } : { x: backX, y: back - backX };
  }
}

/**
 * Moves runs of changed lines: up to join a run before, else as far down as the text allows, and back to where the other
 * file has a run as well.
 */
function shift(lines: readonly number[], changed: boolean[], other: readonly boolean[]): void {
  const count = lines.length;
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < count && !changed[i]) {
      while (other[j]) j++;
      j++;
      i++;
    }
    if (i === count) return;
    let start = i;
    while (changed[i]) i++;
    while (other[j]) j++;
    let matching: number;
    let length: number;
    do {
      length = i - start;
      while (start > 0 && lines[start - 1] === lines[i - 1]) {
        changed[--start] = true;
        changed[--i] = false;
        while (start > 0 && changed[start - 1]) start--;
        do j--;
        while (other[j]);
      }
      matching = j > 0 && other[j - 1] ? i : count;
      while (i !== count && lines[start] === lines[i]) {
        changed[start++] = false;
        changed[i++] = true;
        while (changed[i]) i++;
        j++;
        while (other[j]) {
          matching = i;
          j++;
        }
      }
    } while (length !== i - start);
    while (matching < i) {
      changed[--start] = true;
      changed[--i] = false;
      do j--;
      while (other[j]);
    }
  }
}

/** A run of changed lines: from which line, and how many, in each file. */
export interface Hunk {
  left: number;
  leftCount: number;
  right: number;
  rightCount: number;
}

export function hunksOf({ left, right }: Changes): Hunk[] {
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (!left[i] && !right[j]) {
      i++;
      j++;
      continue;
    }
    const hunk: Hunk = { left: i, leftCount: 0, right: j, rightCount: 0 };
    while (left[i]) {
      i++;
      hunk.leftCount++;
    }
    while (right[j]) {
      j++;
      hunk.rightCount++;
    }
    hunks.push(hunk);
  }
  return hunks;
}
