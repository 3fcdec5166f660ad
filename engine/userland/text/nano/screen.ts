/** How nano looks: a title, the text, a message, two lines of keys. */
import { charWidth, textWidth } from '../../lib/width';
import { clearLine, moveTo, type Terminal } from '../common/terminal';
import type { Buffer, Position } from '../vi/buffer';

export interface View {
  buffer: Buffer;
  cursor: Position;
  top: number;
  title: string;
  isModified: boolean;
  message: string;
  /** A question at the bottom, with what was typed. */
  prompt: { text: string; answer: string; keys: ReadonlyArray<readonly [key: string, what: string]> } | null;
  lineNumbers: boolean;
}

const mainKeys: ReadonlyArray<readonly [string, string]> = [
  ['^G', 'Help'],
  ['^O', 'Write Out'],
  ['^W', 'Where Is'],
  ['^K', 'Cut'],
  ['^C', 'Location'],
  ['M-U', 'Undo'],
  ['^X', 'Exit'],
  ['^R', 'Read File'],
  ['^_', 'Go To Line'],
  ['^U', 'Paste'],
  ['M-6', 'Copy'],
  ['M-E', 'Redo'],
];
const inverse = (text: string) => `\x1b[7m${text}\x1b[27m`;
const tabSize = 8;

export function textRows(terminal: Terminal): number {
  return Math.max(1, terminal.size.rows - 4);
}

/** Column of the screen at which a character stands. */
export function displayColumn(line: string, column: number): number {
  let width = 0;
  for (const char of line.slice(0, column)) width += char === '\t' ? tabSize - (width % tabSize) : cellWidth(char);
  return width;
}

function cellWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  return code < 32 || code === 127 ? 2 : charWidth(code);
}

function shown(line: string, from: number, width: number): string {
  let column = 0;
  let out = '';
  for (const char of line) {
    const size = char === '\t' ? tabSize - (column % tabSize) : cellWidth(char);
    const code = char.codePointAt(0) ?? 0;
    const text =
      char === '\t'
        ? ' '.repeat(size)
        : code < 32 || code === 127
          ? `^${String.fromCharCode(code ^ 64)}`
          : code >= 0xdc80 && code <= 0xdcff
            ? '\ufffd'
            : char;
    if (column >= from && column + size <= from + width) out += text;
    column += size;
  }
  return out;
}

function keyLine(keys: ReadonlyArray<readonly [string, string]>, cols: number): string {
  const width = Math.floor(cols / Math.max(1, keys.length));
  return keys
    .map(([key, what]) => {
      const text = ` ${what}`.slice(0, Math.max(0, width - key.length));
      return inverse(key) + text.padEnd(Math.max(0, width - key.length));
    })
    .join('');
}

export function drawView(terminal: Terminal, view: View): void {
  const { rows, cols } = terminal.size;
  const { buffer, cursor } = view;
  const gutter = view.lineNumbers ? String(buffer.count).length + 1 : 0;
  const width = cols - gutter;
  const at = displayColumn(buffer.line(cursor.line), cursor.column);
  // A line that is longer than the screen is shown in pages.
  const shift = at >= width - 1 ? Math.max(0, at - (at % Math.max(1, width - 8)) - 1) : 0;
  const left = '  GNU nano 7.2';
  const right = view.isModified ? 'Modified ' : '';
  const space = Math.max(1, Math.floor((cols - textWidth(view.title)) / 2) - left.length);
  const bar = `${left}${' '.repeat(space)}${view.title}`;
  terminal.draw(
    `${moveTo(0, 0)}${inverse(`${bar}${' '.repeat(Math.max(0, cols - textWidth(bar) - right.length))}${right}`)}`,
  );
  const height = textRows(terminal);
  for (let row = 0; row < height; row++) {
    const line = view.top + row;
    const number = gutter > 0 && line < buffer.count ? `${inverse(String(line + 1).padStart(gutter - 1))} ` : '';
    const text = line < buffer.count ? shown(buffer.line(line), line === cursor.line ? shift : 0, width) : '';
    terminal.draw(`${moveTo(row + 1, 0)}${number}${text}${clearLine}`);
  }
  if (view.prompt === null) {
    const note = view.message === '' ? '' : `[ ${view.message} ]`;
    const pad = ' '.repeat(Math.max(0, Math.floor((cols - textWidth(note)) / 2)));
    terminal.draw(`${moveTo(rows - 3, 0)}${pad}${note === '' ? '' : inverse(note)}${clearLine}`);
  } else {
    const line = `${view.prompt.text}${view.prompt.answer}`;
    terminal.draw(`${moveTo(rows - 3, 0)}${inverse(line.padEnd(cols))}`);
  }
  const keys = view.prompt?.keys ?? mainKeys;
  // Two rows; what does not fit is left out.
  const half = Math.ceil(keys.length / 2);
  const fits = Math.max(2, Math.min(half, Math.floor(cols / 13)));
  terminal.draw(
    `${moveTo(rows - 2, 0)}${keyLine(keys.slice(0, half).slice(0, fits), cols)}${clearLine}${moveTo(rows - 1, 0)}${keyLine(keys.slice(half).slice(0, fits), cols)}${clearLine}`,
  );
  if (view.prompt === null) terminal.draw(moveTo(cursor.line - view.top + 1, gutter + at - shift));
  else terminal.draw(moveTo(rows - 3, Math.min(cols - 1, textWidth(view.prompt.text + view.prompt.answer))));
}
