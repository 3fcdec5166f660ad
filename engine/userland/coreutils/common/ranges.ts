/** Lists of positions: `1,3-5,7-` (cut, numfmt). */
import { UsageError } from '../../lib/options';
import type { Tool } from './tool';

export interface Range {
  from: number;
  to: number;
}

export interface RangeMessages {
  /** `field` or `byte/character position`. */
  zero: string;
  invalid: string;
}

export function parseRanges(tool: Tool, list: string, { zero, invalid }: RangeMessages): Range[] {
  const ranges: Range[] = [];
  for (const part of list.split(/[, \t]/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!match) {
      const wrong = /[^\d-]/.exec(part);
      throw new UsageError(wrong ? `${invalid} ${tool.word(part.slice(wrong.index))}` : 'invalid field range');
    }
    const [, from = '', dash, to = ''] = match;
    if (from === '' && to === '') throw new UsageError(dash === '-' ? 'invalid range with no endpoint: -' : zero);
    const range = {
      from: from === '' ? 1 : Number(from),
      to: dash === '' ? Number(from) : to === '' ? Number.POSITIVE_INFINITY : Number(to),
    };
    if (range.from === 0 || range.to === 0) throw new UsageError(zero);
    if (range.to < range.from) throw new UsageError('invalid decreasing range');
    ranges.push(range);
  }
  return merged(ranges);
}

/** In order, those that overlap put together (neighbours stay apart). */
function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else result.push({ ...range });
  }
  return result;
}

/** What the ranges do not hold. */
export function complement(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  let next = 1;
  for (const { from, to } of ranges) {
    if (from > next) result.push({ from: next, to: from - 1 });
    next = to + 1;
  }
  if (Number.isFinite(next)) result.push({ from: next, to: Number.POSITIVE_INFINITY });
  return result;
}
