/**
 * Draws the prompt and the line: only what changed since it was drawn last. Positions are computed, never asked for; the
 * terminal is one that wraps at its margin with the next character (xterm's way).
 */
import { textWidth } from '../../lib/width';

interface Item {
  text: string;
  width: number;
  /** A newline within the line. */
  breaks: boolean;
}

interface Place {
  row: number;
  column: number;
}

export class Display {
  #columns = 80;
  #prompt = '';
  #promptItems: Item[] = [];
  #items: Item[] = [];
  #cursor: Place = { row: 0, column: 0 };
  #isDrawn = false;

  constructor(private readonly isDumb: boolean) {}

  set columns(columns: number) {
    this.#columns = Math.max(2, columns);
  }

  /** `\x01` and `\x02` stand around what takes no place. */
  setPrompt(prompt: string): void {
    const lead = prompt.lastIndexOf('\n') + 1;
    this.#prompt = prompt.replace(/[\x01\x02]/g, '').replaceAll('\n', '\n');
    const visible = prompt
      .slice(lead)
      .replace(/\x01[^\x02]*\x02?/g, '')
      .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
    this.#promptItems = itemsOf([...visible].filter((char) => char >= ' '));
  }

  /** What has to be written so that the screen shows the line. */
  show(chars: readonly string[], point: number): string {
    const items = itemsOf(chars);
    let out = '';
    let same = 0;
    if (!this.#isDrawn) {
      out += this.#prompt;
      this.#cursor = this.#layout([], 0).end;
      this.#items = [];
      this.#isDrawn = true;
    } else
      while (same < items.length && same < this.#items.length && items[same]?.text === this.#items[same]?.text) same++;
    const next = this.#layout(items, point);
    if (same < items.length || same < this.#items.length) {
      const before = this.#layout(this.#items, same);
      out += this.#move(before.point) + this.#write(items.slice(same), before.point);
      const old = before.end;
      if (old.row > next.end.row) out += this.isDumb ? '' : '\x1b[J';
      else if (old.row === next.end.row && old.column > next.end.column)
        out += this.#clear(old.column - next.end.column);
    }
    this.#items = items;
    return out + this.#move(next.point);
  }

  /** The cursor behind the last character, then a new line. */
  finish(): string {
    const { end } = this.#layout(this.#items, 0);
    const out = this.#move(end);
    this.#isDrawn = false;
    return `${out}\n`;
  }

  /** The cursor behind the last character. */
  toEnd(): string {
    return this.#move(this.#layout(this.#items, 0).end);
  }

  /** Everything is drawn anew with the next `show`. */
  forget(): void {
    this.#isDrawn = false;
  }

  /** Goes to the beginning of the prompt and clears what is there. */
  erase(): string {
    const out = this.#move({ row: 0, column: 0 });
    this.#isDrawn = false;
    return out + (this.isDumb ? '' : '\x1b[J');
  }

  #clear(count: number): string {
    return this.isDumb ? ' '.repeat(count) + '\b'.repeat(count) : '\x1b[K';
  }

  /** Where each item begins, from the beginning of the prompt's last line. */
  #layout(items: readonly Item[], point: number): { point: Place; end: Place } {
    let place: Place = { row: 0, column: 0 };
    for (const item of this.#promptItems) place = this.#after(place, item);
    let at = this.#normal(place);
    items.forEach((item, i) => {
      if (i === point) at = this.#normal(place);
      place = this.#after(place, item);
    });
    const end = this.#normal(place);
    return { point: point >= items.length && items.length > 0 ? end : at, end };
  }

  #after({ row, column }: Place, item: Item): Place {
    if (item.breaks) return { row: row + 1, column: 0 };
    const starts = column + item.width > this.#columns ? { row: row + 1, column: 0 } : { row, column };
    return { row: starts.row, column: starts.column + item.width };
  }

  /** A full row: the next character is at the beginning of the next one. */
  #normal({ row, column }: Place): Place {
    return column >= this.#columns ? { row: row + 1, column: 0 } : { row, column };
  }

  #write(items: readonly Item[], from: Place): string {
    let out = '';
    let place = from;
    for (const item of items) {
      out += item.breaks ? '\n' : item.text;
      place = this.#after(place, item);
    }
    // At the margin: makes the terminal go to the next row.
    if (place.column >= this.#columns) out += ' \r';
    this.#cursor = this.#normal(place);
    return out;
  }

  #move(to: Place): string {
    const from = this.#cursor;
    let out = '';
    let column = from.column;
    if (to.row < from.row) out += sequence(from.row - to.row, 'A');
    if (to.row > from.row) {
      out += '\n'.repeat(to.row - from.row);
      column = 0;
    }
    if (to.column === 0 && column > 0) {
      out += '\r';
      column = 0;
    }
    if (to.column < column)
      out +=
        column - to.column <= 12 || this.isDumb ? '\b'.repeat(column - to.column) : sequence(column - to.column, 'D');
    if (to.column > column)
      out += this.isDumb ? this.#textBetween(column, to.column) : sequence(to.column - column, 'C');
    this.#cursor = { ...to };
    return out;
  }

  /** A dumb terminal moves right by printing again what is there. */
  #textBetween(from: number, to: number): string {
    const all = [...this.#promptItems, ...this.#items].map(({ text }) => text).join('');
    return all.slice(from, to);
  }
}

function sequence(count: number, final: string): string {
  return count === 1 ? `\x1b[${final}` : `\x1b[${count}${final}`;
}

function itemsOf(chars: readonly string[]): Item[] {
  return chars.map((char) => {
    if (char === '\n') return { text: '\n', width: 0, breaks: true };
    if (char === '\t') return { text: '        ', width: 8, breaks: false };
    const code = char.codePointAt(0) ?? 0;
    if (code < 32) return { text: `^${String.fromCharCode(code + 64)}`, width: 2, breaks: false };
    if (code === 127) return { text: '^?', width: 2, breaks: false };
    return { text: char, width: textWidth(char), breaks: false };
  });
}
