/** What a terminal shows of what is typed: gathered, then sent out at once (Linux n_tty's echo buffer). */
import { isControl, type TerminalOutput } from './output';
import type { Termios } from './types';

const tab = 0x09;
const caret = 0x5e;
const backspace = 0x08;
const space = 0x20;

export class Echo {
  #bytes: number[] = [];

  constructor(
    private readonly output: TerminalOutput,
    private readonly termios: () => Termios,
  ) {}

  /** A byte as it is, but with output processing. */
  raw(byte: number): void {
    this.output.process(byte, this.termios(), this.#bytes);
  }

  /** A typed byte: control characters as `^X` with ECHOCTL. */
  char(byte: number): void {
    if (!this.termios().echoctl || !isControl(byte) || byte === tab) return this.raw(byte);
    this.#bytes.push(caret, byte ^ 0x40);
    this.output.column += 2;
  }

  /** The line that is typed begins here. */
  lineBegins(): void {
    this.output.canonColumn = this.output.column;
  }

  /** Wipes out one column. */
  rubOut(): void {
    this.raw(backspace);
    this.raw(space);
    this.raw(backspace);
  }

  /** Goes back over a tab; `columns` were used since the line's beginning, or since the tab before it. */
  rubOutTab(columns: number, sinceTab: boolean): void {
    const from = sinceTab ? columns : columns + this.output.canonColumn;
    for (let count = 8 - (from & 7); count > 0; count--) {
      this.#bytes.push(backspace);
      this.output.column = Math.max(0, this.output.column - 1);
    }
  }

  commit(): void {
    const bytes = this.#bytes;
    if (bytes.length === 0) return;
    this.#bytes = [];
    this.output.echo(bytes);
  }

  drop(): void {
    this.#bytes = [];
  }
}
