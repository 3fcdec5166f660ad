/** Draws the text, the status line and the ruler. */
import { charWidth, textWidth } from '../../lib/width';
import { clearLine, moveTo } from '../common/terminal';
import type { EditorState } from './state';

export class Screen {
  #shown: string[] = [];

  constructor(private readonly state: EditorState) {}

  /** Everything is drawn again. */
  forget(): void {
    this.#shown = [];
  }

  get textRows(): number {
    return Math.max(1, this.state.terminal.size.rows - 1);
  }

  get #gutter(): number {
    return this.state.options.number ? 8 : 0;
  }

  /** What the characters of a line look like, each with its width. */
  #cells(line: string): Array<{ text: string; width: number; at: number }> {
    const cells: Array<{ text: string; width: number; at: number }> = [];
    let column = 0;
    let at = 0;
    for (const char of line) {
      const code = char.codePointAt(0) ?? 0;
      let text = char;
      let width = charWidth(code);
      if (char === '\t') {
        width = this.state.options.tabStop - (column % this.state.options.tabStop);
        text = ' '.repeat(width);
      } else if (code < 32 || code === 127) {
        text = `^${String.fromCharCode(code ^ 64)}`;
        width = 2;
      } else if (code >= 0xdc80 && code <= 0xdcff) {
        text = `<${(code & 255).toString(16)}>`;
        width = 4;
      }
      cells.push({ text, width, at });
      column += width;
      at += char.length;
    }
    return cells;
  }

  /** Rows of the screen a line takes. */
  rowsOf(line: number): number {
    const { cols } = this.state.terminal.size;
    const width = this.#cells(this.state.buffer.line(line)).reduce((sum, cell) => sum + cell.width, 0);
    return Math.max(1, Math.ceil(width / Math.max(1, cols - this.#gutter)));
  }

  /** Moves the window so that the cursor is in it. */
  #scroll(): void {
    const { state } = this;
    if (state.cursor.line < state.top) state.top = state.cursor.line;
    let used = 0;
    for (let line = state.cursor.line; line >= state.top; line--) {
      used += this.rowsOf(line);
      if (used > this.textRows) {
        state.top = Math.min(line + 1, state.cursor.line);
        break;
      }
    }
    if (state.cursor.line - state.top > this.textRows * 2)
      state.top = Math.max(0, state.cursor.line - Math.floor(this.textRows / 2));
  }

  #isMarked(line: number, at: number): boolean {
    const { mode, anchor, cursor } = this.state;
    if (mode !== 'visual' && mode !== 'visual-line') return false;
    const [from, to] =
      anchor.line < cursor.line || (anchor.line === cursor.line && anchor.column <= cursor.column)
        ? [anchor, cursor]
        : [cursor, anchor];
    if (line < from.line || line > to.line) return false;
    if (mode === 'visual-line') return true;
    return !(line === from.line && at < from.column) && !(line === to.line && at > to.column);
  }

  #highlights(text: string): Set<number> {
    const marked = new Set<number>();
    const { pattern, options } = this.state;
    if (pattern === null || !options.hlsearch) return marked;
    for (let from = 0; from <= text.length; ) {
      const match = pattern.exec(text, from);
      if (match === null) break;
      for (let at = match.index; at < match.end; at++) marked.add(at);
      from = match.end > match.index ? match.end : match.end + 1;
    }
    return marked;
  }

  draw(): void {
    const { state } = this;
    const { rows, cols } = state.terminal.size;
    this.#scroll();
    const wanted: string[] = [];
    let place = { row: 0, column: 0 };
    for (let line = state.top; wanted.length < this.textRows && line < state.buffer.count; line++) {
      const { lines, cursor } = this.#layout(line, cols);
      if (wanted.length + lines.length > this.textRows) {
        while (wanted.length < this.textRows) wanted.push('\x1b[94m@\x1b[0m');
        break;
      }
      if (line === state.cursor.line) place = { row: wanted.length + cursor.row, column: cursor.column };
      wanted.push(...lines);
    }
    while (wanted.length < this.textRows) wanted.push('\x1b[94m~\x1b[0m');
    wanted.push(this.#status(cols));
    for (const [row, text] of wanted.entries()) {
      if (this.#shown[row] !== text) state.terminal.draw(`${moveTo(row, 0)}${text}${clearLine}`);
    }
    this.#shown = wanted.slice(0, rows);
    state.terminal.draw(moveTo(place.row, place.column));
  }

  #layout(line: number, cols: number): { lines: string[]; cursor: { row: number; column: number } } {
    const { state } = this;
    const text = state.buffer.line(line);
    const gutter = this.#gutter;
    const number = gutter > 0 ? `\x1b[33m${String(line + 1).padStart(gutter - 1)} \x1b[0m` : '';
    const width = Math.max(1, cols - gutter);
    const marked = this.#highlights(text);
    const lines = [number];
    let column = 0;
    let cursor: { row: number; column: number } | null = null;
    let style = '';
    for (const cell of this.#cells(text)) {
      if (column + cell.width > width) {
        lines.push(' '.repeat(gutter));
        column = 0;
      }
      if (line === state.cursor.line && cell.at >= state.cursor.column && cursor === null) {
        // On a tab the cursor stands at its end, while text is not inserted.
        const atEnd = text[cell.at] === '\t' && state.mode !== 'insert' ? cell.width - 1 : 0;
        cursor = { row: lines.length - 1, column: gutter + column + atEnd };
      }
      const next = this.#isMarked(line, cell.at) ? '\x1b[7m' : marked.has(cell.at) ? '\x1b[43m\x1b[30m' : '';
      lines[lines.length - 1] += (next === style ? '' : `\x1b[0m${next}`) + cell.text;
      style = next;
      column += cell.width;
    }
    if (style !== '') lines[lines.length - 1] += '\x1b[0m';
    if (text === '' && this.#isMarked(line, 0)) lines[lines.length - 1] += '\x1b[7m \x1b[0m';
    if (cursor === null && column >= width) cursor = { row: lines.length - 1, column: gutter + width - 1 };
    return { lines, cursor: cursor ?? { row: lines.length - 1, column: gutter + column } };
  }

  #status(cols: number): string {
    const { state } = this;
    const modes = {
      normal: '',
      insert: '-- INSERT --',
      replace: '-- REPLACE --',
      visual: '-- VISUAL --',
      'visual-line': '-- VISUAL LINE --',
    } as const;
    const mode = modes[state.mode];
    const left = state.message !== '' ? state.message : mode;
    const ruler = this.#ruler();
    // What is long covers the ruler.
    if (textWidth(left) > cols - 19 && state.message !== '') {
      const cut = left.slice(0, cols - 1);
      return state.isError ? `\x1b[97;41m${cut}\x1b[0m` : cut;
    }
    const shown = left;
    const painted =
      state.isError && state.message !== ''
        ? `\x1b[97;41m${shown}\x1b[0m`
        : state.message === '' && mode !== ''
          ? `\x1b[1m${shown}\x1b[0m`
          : shown;
    return `${painted}${' '.repeat(Math.max(1, cols - 18 - textWidth(shown)))}${ruler}`;
  }

  #ruler(): string {
    const { state } = this;
    const { line, column } = state.cursor;
    const text = state.line;
    const display = this.#cells(text.slice(0, column)).reduce((sum, cell) => sum + cell.width, 0) + 1;
    const byteColumn = column + 1;
    const where = text === '' ? '0-1' : byteColumn === display ? String(byteColumn) : `${byteColumn}-${display}`;
    const bottom = state.top + this.textRows;
    const part =
      state.top === 0 && bottom >= state.buffer.count
        ? 'All'
        : state.top === 0
          ? 'Top'
          : bottom >= state.buffer.count
            ? 'Bot'
            : `${Math.floor((state.top * 100) / Math.max(1, state.buffer.count - this.textRows))}%`;
    const number = state.buffer.count === 1 && text === '' ? 0 : line + 1;
    return `${`${number},${where}`.padEnd(14)}${part}`;
  }
}
