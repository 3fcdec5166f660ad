/** How a line becomes rows of the screen: tabs, control characters, colours, overstrikes, folding. */
import { charWidth } from '../../lib/width';
import type { Regex } from '../../regex';
import type { LessSettings } from './settings';

interface Cell {
  text: string;
  width: number;
  /** SGR parameters. */
  style: string;
}

export interface LineLayout {
  settings: LessSettings;
  cols: number;
  highlight: Regex | null;
  /** Columns moved to the right, for chopped lines. */
  shift: number;
}

/** The rows of a line, ready to be written. */
export function layoutLine(line: string, number: number, layout: LineLayout): string[] {
  const { settings, cols, highlight, shift } = layout;
  const cells = toCells(line, settings);
  if (highlight !== null) mark(cells, highlight);
  const front: Cell[] = settings.lineNumbers
    ? [...String(number).padStart(7)].map((text) => ({ text, width: 1, style: '1' }))
    : [];
  if (front.length > 0) front.push({ text: ' ', width: 1, style: '' });
  const width = Math.max(1, cols - front.length);
  const rows = fold(settings.chop ? shifted(cells, shift) : cells, width);
  if (settings.chop) {
    const [first = []] = rows;
    const isCut = rows.length > 1;
    const shown = isCut ? [...first.slice(0, -1), { text: '>', width: 1, style: '7' }] : first;
    return [render([...front, ...shown])];
  }
  return rows.map((row, at) =>
    render([...(at === 0 ? front : front.map(() => ({ text: ' ', width: 1, style: '' }))), ...row]),
  );
}

function shifted(cells: readonly Cell[], shift: number): Cell[] {
  let column = 0;
  return cells.filter(({ width }) => {
    column += width;
    return column > shift;
  });
}

/** Text without colours and overstrikes: what is searched. */
export function plainText(line: string): string {
  return line.replaceAll(/\x1b\[[0-9;]*m/g, '').replaceAll(/.\x08/gu, '');
}

function toCells(line: string, settings: LessSettings): Cell[] {
  const cells: Cell[] = [];
  let style = '';
  let column = 0;
  const push = (text: string, width: number, own = style) => {
    cells.push({ text, width, style: own });
    column += width;
  };
  for (let at = 0; at < line.length; ) {
    const code = line.codePointAt(at) ?? 0;
    const char = String.fromCodePoint(code);
    const colour = code === 27 && settings.raw ? /^\x1b\[([0-9;]*)m/.exec(line.slice(at, at + 40)) : null;
    if (colour) {
      style =
        colour[1] === '' || colour[1] === '0' ? '' : style === '' ? (colour[1] ?? '') : `${style};${colour[1] ?? ''}`;
      at += colour[0].length;
      continue;
    }
    if (line[at + char.length] === '\b' && at + char.length + 1 < line.length) {
      // c BS c is bold, _ BS c underlined.
      const next = String.fromCodePoint(line.codePointAt(at + char.length + 1) ?? 32);
      push(next, charWidth(next.codePointAt(0) ?? 32), char === '_' ? '4' : '1');
      at += char.length + 1 + next.length;
      while (line[at] === '\b') at += 1 + String.fromCodePoint(line.codePointAt(at + 1) ?? 32).length;
      continue;
    }
    at += char.length;
    if (char === '\t') {
      const width = settings.tabSize - (column % settings.tabSize);
      for (let count = 0; count < width; count++) push(' ', 1);
    } else if (code < 32 || code === 127) {
      const name = code === 27 ? 'ESC' : `^${String.fromCharCode(code ^ 64)}`;
      for (const letter of name) push(letter, 1, '7');
    } else if (code >= 0xdc80 && code <= 0xdcff)
      for (const letter of `<${(code & 255).toString(16).toUpperCase()}>`) push(letter, 1, '7');
    else push(char, Math.max(0, charWidth(code)));
  }
  return cells;
}

function mark(cells: Cell[], regex: Regex): void {
  const text = cells.map((cell) => cell.text).join('');
  let cellAt = 0;
  let textAt = 0;
  for (let from = 0; from <= text.length; ) {
    const match = regex.exec(text, from);
    if (match === null) return;
    from = match.end > match.index ? match.end : match.end + 1;
    while (cellAt < cells.length && textAt < match.end) {
      const cell = cells[cellAt];
      if (cell && textAt >= match.index) cell.style = '7';
      textAt += cell?.text.length ?? 0;
      cellAt++;
    }
  }
}

function fold(cells: readonly Cell[], cols: number): Cell[][] {
  const rows: Cell[][] = [[]];
  let width = 0;
  for (const cell of cells) {
    if (width + cell.width > cols) {
      rows.push([]);
      width = 0;
    }
    rows.at(-1)?.push(cell);
    width += cell.width;
  }
  return rows;
}

function render(cells: readonly Cell[]): string {
  let out = '';
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style) {
      out += `\x1b[0${cell.style === '' ? '' : `;${cell.style}`}m`;
      style = cell.style;
    }
    out += cell.text;
  }
  return style === '' ? out : `${out}\x1b[0m`;
}
