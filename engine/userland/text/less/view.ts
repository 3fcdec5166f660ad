/** The part of a document that is on the screen, and how it moves. */
import type { Blocking } from '../../../kernel/sim';
import type { Regex } from '../../regex';
import type { Terminal } from '../common/terminal';
import type { Document } from './document';
import { layoutLine } from './layout';
import type { LessSettings } from './settings';

/** A line, and which of its rows. */
export interface Place {
  line: number;
  row: number;
}

export class View {
  top: Place = { line: 0, row: 0 };
  /** Columns that are left out at the left. */
  shift = 0;
  /** What is marked in the text. */
  highlight: Regex | null = null;

  constructor(
    readonly document: Document,
    private readonly terminal: Terminal,
    private readonly settings: LessSettings,
  ) {}

  /** Rows for text: the last one is the prompt's. */
  get height(): number {
    return this.terminal.size.rows - 1;
  }

  rowsOf(line: number): string[] {
    const { settings, shift, highlight } = this;
    const { cols } = this.terminal.size;
    return layoutLine(this.document.lines[line] ?? '', line + 1, { settings, cols, highlight, shift });
  }

  /** At least as many rows as fit, where there are so many. */
  *rows(): Blocking<string[]> {
    const rows: string[] = [];
    for (let { line, row } = this.top; rows.length < this.height && (yield* this.document.load(line)); line++, row = 0)
      rows.push(...this.rowsOf(line).slice(row));
    return rows;
  }

  *fitsOneScreen(): Blocking<boolean> {
    let used = 0;
    for (let line = 0; yield* this.document.load(line); line++) {
      used += this.rowsOf(line).length;
      if (used > this.height) return false;
    }
    return true;
  }

  /** The line after the last one that is shown. */
  *bottomLine(): Blocking<number> {
    let used = -this.top.row;
    let { line } = this.top;
    for (; used < this.height && (yield* this.document.load(line)); line++) used += this.rowsOf(line).length;
    return line;
  }

  *isAtEnd(): Blocking<boolean> {
    let used = -this.top.row;
    for (let { line } = this.top; yield* this.document.load(line); line++) {
      used += this.rowsOf(line).length;
      if (used > this.height) return false;
    }
    return true;
  }

  /** Down by so many rows, but not beyond the end (unless it is `far`). */
  *forward(count: number, far = false): Blocking<void> {
    for (let left = count; left > 0; left--) {
      if (!far && (yield* this.isAtEnd())) return;
      const { line, row } = this.top;
      if (row + 1 < this.rowsOf(line).length) this.top = { line, row: row + 1 };
      else if (yield* this.document.load(line + 1)) this.top = { line: line + 1, row: 0 };
      else return;
    }
  }

  backward(count: number): void {
    for (let left = count; left > 0; left--) {
      const { line, row } = this.top;
      if (row > 0) this.top = { line, row: row - 1 };
      else if (line > 0) this.top = { line: line - 1, row: this.rowsOf(line - 1).length - 1 };
      else return;
    }
  }

  *toEnd(): Blocking<void> {
    yield* this.loadAll();
    const line = Math.max(0, this.document.lines.length - 1);
    this.top = { line, row: this.rowsOf(line).length - 1 };
    this.backward(this.height - 1);
  }

  /** To the line, from 1, or to the end. False when there is no such line. */
  *toLine(number: number): Blocking<boolean> {
    if (yield* this.document.load(number - 1)) {
      this.top = { line: Math.max(0, number - 1), row: 0 };
      return true;
    }
    yield* this.toEnd();
    return number <= this.document.lines.length;
  }

  *toPercent(percent: number): Blocking<void> {
    yield* this.loadAll();
    yield* this.toLine(Math.max(1, Math.round((this.document.lines.length * percent) / 100)));
  }

  *loadAll(): Blocking<void> {
    yield* this.document.loadAll(() => !this.terminal.wasInterrupted);
  }
}
