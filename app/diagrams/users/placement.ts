/** Ranges of a map as two rows of blocks, inside above, outside below, joined by bands. */
import type { IdMapRange } from '../../../engine/state';

export interface MapBlock {
  range: IdMapRange;
  inside: { x: number; width: number; label: string };
  outside: { x: number; width: number; label: string };
}

export interface MapPlacement {
  width: number;
  height: number;
  blocks: MapBlock[];
  /** Ranges that are not drawn. */
  more: number;
}

export const blockHeight = 24;
export const bandHeight = 34;
export const labelColumn = 62;
const charWidth = 6.7;
const gap = 10;
const maxRanges = 12;

/** Widths grow with the number of digits of a range, not with the range: 1 and 65,536 ids must both be readable. */
export function placeMap(map: readonly IdMapRange[]): MapPlacement {
  const ranges = map.slice(0, maxRanges);
  const label = (start: number, count: number) => (count === 1 ? `${start}` : `${start} – ${start + count - 1}`);
  const widthOf = ({ inside, outside, count }: IdMapRange) =>
    Math.max(
      44,
      Math.max(label(inside, count).length, label(outside, count).length) * charWidth + 18 + Math.log2(count) * 2,
    );
  const along = (order: readonly IdMapRange[]) => {
    let x = labelColumn;
    return new Map(
      order.map((range) => {
        const at = x;
        x += widthOf(range) + gap;
        return [range, at] as const;
      }),
    );
  };
  const inside = along(ranges.toSorted((a, b) => a.inside - b.inside));
  const outside = along(ranges.toSorted((a, b) => a.outside - b.outside));
  const blocks = ranges.map((range) => ({
    range,
    inside: { x: inside.get(range) ?? 0, width: widthOf(range), label: label(range.inside, range.count) },
    outside: { x: outside.get(range) ?? 0, width: widthOf(range), label: label(range.outside, range.count) },
  }));
  const end = blocks.reduce((most, { inside: { x, width } }) => Math.max(most, x + width), labelColumn);
  return { width: end + 2, height: 2 * blockHeight + bandHeight + 2, blocks, more: map.length - ranges.length };
}
