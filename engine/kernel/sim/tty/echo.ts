/**
 * What a terminal shows of what is typed. It is gathered, then sent out at once: what is dropped in between (by a signal)
 * has never moved the cursor (Linux n_tty's echo buffer).
 */
import { isControl, type TerminalOutput } from './output';
import type { Termios } from './types';

const tab = 0x09;
const caret = 0x5e;
const backspace = 0x08;
const space = 0x20;
/** ECHO_OP_START */
const escapeByte = 0xff;

/** A byte to be put out, or something to be done with the cursor. */
type Step = number | { control: number } | 'line begins' | { eraseTab: number; sinceTab: boolean };

export class Echo {
  #steps: Step[] = [];

  constructor(
    private readonly output: TerminalOutput,
    private readonly termios: () => Termios,
  ) {}

  /** A byte as it is, but with output processing. */
  raw(byte: number): void {
    this.#steps.push(byte);
  }

  /** A typed byte: control characters as `^X` with ECHOCTL. */
  char(byte: number): void {
    const asCaret = this.termios().echoctl && isControl(byte) && byte !== tab;
    this.#steps.push(asCaret ? { control: byte } : byte);
  }

  /** The line that is typed begins here. */
  lineBegins(): void {
    this.#steps.push('line begins');
  }

  /** Wipes out one column. */
  rubOut(): void {
    this.#steps.push(backspace, space, backspace);
  }

  /** Goes back over a tab; `columns` were used since the line's beginning, or since the tab before it. */
  rubOutTab(columns: number, sinceTab: boolean): void {
    this.#steps.push({ eraseTab: columns, sinceTab });
  }

  commit(): void {
    const steps = this.#steps;
    if (steps.length === 0) return;
    this.#steps = [];
    const bytes: number[] = [];
    for (const step of steps) this.#do(step, bytes);
    this.output.echo(bytes);
  }

  drop(): void {
    this.#steps = [];
  }

  #do(step: Step, bytes: number[]): void {
    const { output } = this;
    if (step === escapeByte) {
      // The kernel escapes it in its buffer, and counts a column whatever OPOST says.
      bytes.push(escapeByte);
      output.column++;
    } else if (typeof step === 'number') output.process(step, this.termios(), bytes);
    else if (step === 'line begins') output.canonColumn = output.column;
    else if ('control' in step) {
      bytes.push(caret, step.control ^ 0x40);
      output.column += 2;
    } else {
      const from = step.sinceTab ? step.eraseTab : step.eraseTab + output.canonColumn;
      for (let count = 8 - (from & 7); count > 0; count--) {
        bytes.push(backspace);
        output.column = Math.max(0, output.column - 1);
      }
    }
  }
}
