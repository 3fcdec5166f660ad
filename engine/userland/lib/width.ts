/** Columns a text takes on a terminal (wcwidth(3)), and the arranging of names in columns. */

/** -1 for what cannot be printed. */
export function charWidth(code: number): number {
  if (code < 0x7f) return code >= 0x20 ? 1 : code === 0 ? 0 : -1;
  if (code < 0xa0) return -1;
  if (code < 0x300) return 1;
  const char = String.fromCodePoint(code);
  if (/[\p{Mn}\p{Me}\u200b-\u200f\u2060-\u2064]/u.test(char)) return 0;
  if (/[\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u.test(char)) return -1;
  return isWide(code) ? 2 : 1;
}

/** What cannot be printed counts nothing. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += Math.max(0, charWidth(char.codePointAt(0) ?? 0));
  return width;
}

/** East Asian wide and full-width characters, and emoji that are shown as such (Unicode TR 11). */
const wideRanges: ReadonlyArray<readonly [number, number]> = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26bd, 0x26be],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return wideRanges.some(([low, high]) => code >= low && code <= high);
}

export interface ColumnLayout {
  rows: number;
  columns: number;
  /** Widths of the columns, the space between them included. */
  widths: number[];
}

const leastColumn = 3;
const gap = 2;

/**
 * The most columns that fit in `lineWidth`, two spaces apart, as ls arranges names.
 * `across`: names run along the rows instead of down the columns.
 */
export function layoutColumns(widths: readonly number[], lineWidth: number, across = false): ColumnLayout {
  const count = widths.length;
  const most = Math.min(count, Math.max(1, Math.ceil(lineWidth / leastColumn)));
  for (let columns = most; columns > 1; columns--) {
    const rows = Math.ceil(count / columns);
    const found = columnWidths(widths, columns, rows, across);
    if (found.reduce((sum, width) => sum + width, 0) < lineWidth) return { rows, columns, widths: found };
  }
  return { rows: count, columns: Math.min(1, count), widths: [Math.max(leastColumn, ...widths)] };
}

function columnWidths(widths: readonly number[], columns: number, rows: number, across: boolean): number[] {
  const result: number[] = new Array(columns).fill(leastColumn);
  widths.forEach((width, at) => {
    const column = across ? at % columns : Math.floor(at / rows);
    const isLast = column === columns - 1;
    result[column] = Math.max(result[column] ?? 0, width + (isLast ? 0 : gap));
  });
  return result;
}

/** What leads from one column to another: tabs where they help (`tabSize` 0: never). */
export function indentation(from: number, to: number, tabSize = 8): string {
  let text = '';
  for (let at = from; at < to; ) {
    if (tabSize > 0 && Math.floor(to / tabSize) > Math.floor((at + 1) / tabSize)) {
      text += '\t';
      at += tabSize - (at % tabSize);
    } else {
      text += ' ';
      at++;
    }
  }
  return text;
}
