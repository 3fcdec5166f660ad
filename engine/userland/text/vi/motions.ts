/** Where the keys of normal mode move the cursor. */
import type { Buffer, Position } from './buffer';

export interface Motion {
  to: Position;
  /** Whole lines are meant. */
  linewise: boolean;
  /** The character at the end is part of it. */
  inclusive: boolean;
}

const exclusive = (to: Position): Motion => ({ to, linewise: false, inclusive: false });
const inclusive = (to: Position): Motion => ({ to, linewise: false, inclusive: true });
const linewise = (line: number, column = 0): Motion => ({ to: { line, column }, linewise: true, inclusive: true });

type Class = 'blank' | 'word' | 'other';

function classOf(char: string, big: boolean): Class {
  if (char === '' || /\s/.test(char)) return 'blank';
  return big || /[\p{L}\p{N}_]/u.test(char) ? 'word' : 'other';
}

export function firstNonBlank(line: string): number {
  const at = line.search(/\S/);
  return at < 0 ? Math.max(0, line.length - 1) : at;
}

function wordForward(buffer: Buffer, from: Position, big: boolean): Position {
  let { line, column } = from;
  const start = classOf(buffer.line(line)[column] ?? '', big);
  if (start !== 'blank')
    while (column < buffer.line(line).length && classOf(buffer.line(line)[column] ?? '', big) === start) column++;
  for (;;) {
    const text = buffer.line(line);
    while (column < text.length && classOf(text[column] ?? '', big) === 'blank') column++;
    if (column < text.length) return { line, column };
    if (line + 1 >= buffer.count) return { line, column: text.length };
    line++;
    column = 0;
    if (buffer.line(line) === '') return { line, column: 0 };
  }
}

function wordBackward(buffer: Buffer, from: Position, big: boolean): Position {
  let { line, column } = from;
  for (;;) {
    const text = buffer.line(line);
    column--;
    while (column >= 0 && classOf(text[column] ?? '', big) === 'blank') column--;
    if (column >= 0) {
      const kind = classOf(text[column] ?? '', big);
      while (column > 0 && classOf(text[column - 1] ?? '', big) === kind) column--;
      return { line, column };
    }
    if (line === 0) return { line: 0, column: 0 };
    line--;
    column = buffer.line(line).length;
    if (column === 0) return { line, column: 0 };
  }
}

function wordEnd(buffer: Buffer, from: Position, big: boolean): Position {
  let { line, column } = from;
  for (;;) {
    const text = buffer.line(line);
    column++;
    while (column < text.length && classOf(text[column] ?? '', big) === 'blank') column++;
    if (column < text.length) {
      const kind = classOf(text[column] ?? '', big);
      while (column + 1 < text.length && classOf(text[column + 1] ?? '', big) === kind) column++;
      return { line, column };
    }
    if (line + 1 >= buffer.count) return { line, column: Math.max(0, text.length - 1) };
    line++;
    column = -1;
  }
}

function matchingBracket(buffer: Buffer, from: Position): Position | null {
  const pairs = '()[]{}';
  const text = buffer.line(from.line);
  const column = text.slice(from.column).search(/[()[\]{}]/) + from.column;
  const open = text[column] ?? '';
  const at = pairs.indexOf(open);
  if (column < from.column || at < 0) return null;
  const step = at % 2 === 0 ? 1 : -1;
  const close = pairs[at + step] ?? '';
  let depth = 0;
  for (let line = from.line, place = column; line >= 0 && line < buffer.count; ) {
    const char = buffer.line(line)[place];
    if (char === open) depth++;
    if (char === close && --depth === 0) return { line, column: place };
    place += step;
    if (place < 0 || place >= buffer.line(line).length) {
      line += step;
      place = step > 0 ? 0 : Math.max(0, buffer.line(line).length - 1);
    }
  }
  return null;
}

function paragraph(buffer: Buffer, from: Position, step: number): Position {
  let line = from.line + step;
  while (line > 0 && line < buffer.count - 1 && buffer.line(line - step) === '' && buffer.line(line) === '')
    line += step;
  while (line > 0 && line < buffer.count - 1 && buffer.line(line) !== '') line += step;
  line = Math.max(0, Math.min(line, buffer.count - 1));
  return {
    line,
    column: step > 0 && line === buffer.count - 1 && buffer.line(line) !== '' ? buffer.line(line).length : 0,
  };
}

/** f, F, t, T: null when the character is not there. */
export function findChar(buffer: Buffer, from: Position, kind: string, char: string, count: number): Motion | null {
  const text = buffer.line(from.line);
  const forward = kind === 'f' || kind === 't';
  let column = from.column;
  for (let left = count; left > 0; left--) {
    column = forward ? text.indexOf(char, column + 1) : column === 0 ? -1 : text.lastIndexOf(char, column - 1);
    if (column < 0) return null;
  }
  if (kind === 't') column--;
  if (kind === 'T') column++;
  return forward ? inclusive({ line: from.line, column }) : exclusive({ line: from.line, column });
}

function repeated(count: number, from: Position, step: (at: Position) => Position): Position {
  let at = from;
  for (let left = count; left > 0; left--) at = step(at);
  return at;
}

/** Null when `key` is no motion, or cannot move. `count` null: none was given. */
export function motion(buffer: Buffer, key: string, from: Position, count: number | null): Motion | null {
  const times = count ?? 1;
  const line = buffer.line(from.line);
  switch (key) {
    case 'h':
    case 'left':
    case 'backspace':
    case '^H':
      return from.column === 0 ? null : exclusive({ line: from.line, column: Math.max(0, from.column - times) });
    case 'l':
    case 'right':
    case ' ':
      return exclusive({ line: from.line, column: Math.min(line.length, from.column + times) });
    case 'j':
    case 'down':
    case '^J':
    case '^N':
      return from.line + times < buffer.count || from.line + 1 < buffer.count
        ? linewise(Math.min(buffer.count - 1, from.line + times), -1)
        : null;
    case 'k':
    case 'up':
    case '^P':
      return from.line === 0 ? null : linewise(Math.max(0, from.line - times), -1);
    case '+':
    case 'enter': {
      const to = Math.min(buffer.count - 1, from.line + times);
      return to === from.line ? null : linewise(to, firstNonBlank(buffer.line(to)));
    }
    case '-': {
      const to = Math.max(0, from.line - times);
      return to === from.line ? null : linewise(to, firstNonBlank(buffer.line(to)));
    }
    case '0':
    case 'home':
      return exclusive({ line: from.line, column: 0 });
    case '^':
      return exclusive({ line: from.line, column: firstNonBlank(line) });
    case '|':
      return exclusive({ line: from.line, column: Math.min(line.length, times - 1) });
    case '$':
    case 'end': {
      const to = Math.min(buffer.count - 1, from.line + times - 1);
      return inclusive({ line: to, column: Math.max(0, buffer.line(to).length - 1) });
    }
    case 'G': {
      const to = count === null ? buffer.count - 1 : Math.max(0, Math.min(buffer.count, count) - 1);
      return linewise(to, firstNonBlank(buffer.line(to)));
    }
    case 'w':
    case 'W':
      return exclusive(repeated(times, from, (at) => wordForward(buffer, at, key === 'W')));
    case 'b':
    case 'B':
      return exclusive(repeated(times, from, (at) => wordBackward(buffer, at, key === 'B')));
    case 'e':
    case 'E':
      return inclusive(repeated(times, from, (at) => wordEnd(buffer, at, key === 'E')));
    case '{':
      return exclusive(repeated(times, from, (at) => paragraph(buffer, at, -1)));
    case '}':
      return exclusive(repeated(times, from, (at) => paragraph(buffer, at, 1)));
    case '%': {
      const to = matchingBracket(buffer, from);
      return to === null ? null : inclusive(to);
    }
    default:
      return null;
  }
}
