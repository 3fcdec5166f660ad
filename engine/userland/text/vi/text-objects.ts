/** Text objects: `iw`, `a"`, `i(` and so on, on one line. */
import { bare } from '../../../kernel/sim';
import type { Buffer, Position } from './buffer';

const brackets: Readonly<Record<string, readonly [string, string]>> = bare({
  '(': ['(', ')'],
  ')': ['(', ')'],
  b: ['(', ')'],
  '[': ['[', ']'],
  ']': ['[', ']'],
  '{': ['{', '}'],
  '}': ['{', '}'],
  B: ['{', '}'],
  '<': ['<', '>'],
  '>': ['<', '>'],
});

export function textObject(
  buffer: Buffer,
  cursor: Position,
  kind: 'i' | 'a',
  object: string,
): { from: Position; to: Position } | null {
  const line = buffer.line(cursor.line);
  const place = (from: number, to: number) => ({
    from: { line: cursor.line, column: from },
    to: { line: cursor.line, column: to },
  });
  if (object === 'w' || object === 'W') {
    const classOf = (char: string) => (/\s/.test(char) ? 0 : object === 'W' || /[\p{L}\p{N}_]/u.test(char) ? 1 : 2);
    const own = classOf(line[cursor.column] ?? ' ');
    let [from, to] = [cursor.column, cursor.column];
    while (from > 0 && classOf(line[from - 1] ?? ' ') === own) from--;
    while (to < line.length && classOf(line[to] ?? ' ') === own) to++;
    if (kind === 'a') while (to < line.length && /\s/.test(line[to] ?? '')) to++;
    return place(from, to);
  }
  if (object === '"' || object === "'" || object === '`') {
    const marks = [...line].flatMap((char, at) => (char === object ? [at] : []));
    for (let at = 0; at + 1 < marks.length; at += 2) {
      const [open = 0, close = 0] = [marks[at], marks[at + 1]];
      if (cursor.column <= close) return kind === 'i' ? place(open + 1, close) : place(open, close + 1);
    }
    return null;
  }
  const pair = brackets[object];
  if (!pair) return null;
  const open = enclosing(line, cursor.column, pair, -1);
  const close = enclosing(line, cursor.column, pair, 1);
  if (open < 0 || close < 0) return null;
  return kind === 'i' ? place(open + 1, close) : place(open, close + 1);
}

function enclosing(line: string, column: number, [open, close]: readonly [string, string], step: number): number {
  const [wanted, other] = step < 0 ? [open, close] : [close, open];
  let depth = 0;
  for (let at = column; at >= 0 && at < line.length; at += step) {
    if (line[at] === wanted && (depth === 0 || at === column)) return at;
    if (line[at] === wanted) depth--;
    if (line[at] === other && at !== column) depth++;
  }
  return -1;
}
