/** The keys of nano that move the cursor, and looking for a text. */
import type { Key } from '../common/terminal';
import type { Buffer, Position } from '../vi/buffer';

/** Where the cursor is, and the column it would be in if the line were long enough. */
export interface Place {
  cursor: Position;
  wanted: number;
}

/** Null when the key is not one that moves. `page`: how many lines a page is. */
export function move(key: Key, buffer: Buffer, { cursor, wanted }: Place, page: number): Place | null {
  const { line } = cursor;
  const lines = linesMoved(key, page);
  if (lines !== null) return { cursor: clamped(buffer, { line: line + lines, column: wanted }), wanted };
  const target = targetOf(key, buffer, cursor);
  if (target === null) return null;
  const to = clamped(buffer, target);
  return { cursor: to, wanted: to.column };
}

export function clamped(buffer: Buffer, { line, column }: Position): Position {
  const at = Math.max(0, Math.min(line, buffer.count - 1));
  return { line: at, column: Math.max(0, Math.min(column, buffer.line(at).length)) };
}

function linesMoved(key: Key, page: number): number | null {
  switch (key) {
    case 'up':
    case '^P':
      return -1;
    case 'down':
    case '^N':
      return 1;
    case 'pageup':
    case '^Y':
      return -page;
    case 'pagedown':
    case '^V':
      return page;
    default:
      return null;
  }
}

function targetOf(key: Key, buffer: Buffer, { line, column }: Position): Position | null {
  const { length } = buffer.line(line);
  switch (key) {
    case 'left':
    case '^B':
      if (column > 0) return { line, column: column - 1 };
      return line > 0 ? { line: line - 1, column: Number.POSITIVE_INFINITY } : { line, column };
    case 'right':
    case '^F':
      if (column < length) return { line, column: column + 1 };
      return line + 1 < buffer.count ? { line: line + 1, column: 0 } : { line, column };
    case 'home':
    case '^A':
      return { line, column: 0 };
    case 'end':
    case '^E':
      return { line, column: length };
    case 'meta-\\':
    case 'meta-|':
      return { line: 0, column: 0 };
    case 'meta-/':
    case 'meta-?':
      return { line: buffer.count - 1, column: Number.POSITIVE_INFINITY };
    default:
      return null;
  }
}

/** The next place of a text behind the cursor, in any case, from the top again at the end. Null where there is none. */
export function find(buffer: Buffer, cursor: Position, text: string): { at: Position; hasWrapped: boolean } | null {
  const wanted = text.toLowerCase();
  for (let step = 0; step <= buffer.count; step++) {
    const line = (cursor.line + step) % buffer.count;
    const from = step === 0 ? cursor.column + 1 : 0;
    const column = buffer.line(line).toLowerCase().indexOf(wanted, from);
    if (column < 0) continue;
    const hasWrapped = line < cursor.line || (line === cursor.line && column <= cursor.column);
    return { at: { line, column }, hasWrapped };
  }
  return null;
}

/** What `^C` says: line, column and character, and how far through each that is. */
export function locationText(buffer: Buffer, { line, column }: Position): string {
  const percent = (part: number, whole: number) => `${Math.round((part * 100) / Math.max(1, whole))}%`;
  const lengthOf = (lines: readonly string[]) => lines.reduce((sum, one) => sum + one.length + 1, 0);
  const before = lengthOf(buffer.lines.slice(0, line)) + column;
  const all = lengthOf(buffer.lines);
  const columns = buffer.line(line).length + 1;
  return [
    `line ${line + 1}/${buffer.count} (${percent(line + 1, buffer.count)})`,
    `col ${column + 1}/${columns} (${percent(column + 1, columns)})`,
    `char ${before}/${all} (${percent(before, all)})`,
  ].join(', ');
}
