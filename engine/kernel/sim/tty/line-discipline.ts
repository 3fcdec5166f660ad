/**
 * The line discipline of a terminal (Linux N_TTY; termios(3), "Canonical and noncanonical mode"): what is typed becomes
 * lines, echo and signals.
 */
import { type Signal, signalNumbers } from '../abi/signals';
import { WaitQueue } from '../sched/wait-queue';
import { Echo } from './echo';
import { eraseTyped } from './erase';
import type { TerminalOutput } from './output';
import type { Termios } from './types';

/** N_TTY_BUF_SIZE: the longest line, its newline included. */
export const inputLimit = 4096;

const newline = 0x0a;
const carriageReturn = 0x0d;

interface TypedByte {
  byte: number;
  /** It ends a line; the end-of-file character ends one without being read. */
  end: 'no' | 'line' | 'file';
}

export class LineDiscipline {
  /** Something can be read, or it was hung up. */
  readonly readable = new WaitQueue();
  readonly echo: Echo;
  /** Typed and not read yet. */
  #typed: TypedByte[] = [];
  /** So many of them are in complete lines. */
  #complete = 0;
  #takeLiterally = false;

  constructor(
    readonly output: TerminalOutput,
    private readonly termios: () => Termios,
    private readonly signal: (signal: Signal) => void,
  ) {
    this.echo = new Echo(output, termios);
  }

  /** How many bytes a reader could get now (FIONREAD). */
  get available(): number {
    if (!this.termios().icanon) return this.#typed.length;
    let count = 0;
    for (let at = 0; at < this.#complete; at++) if (this.#typed[at]?.end !== 'file') count++;
    return count;
  }
  /** A read would not wait. */
  get hasInput(): boolean {
    return this.termios().icanon ? this.#complete > 0 : this.#typed.length > 0;
  }

  /** Takes what was typed; answers how many bytes there was room for. */
  receive(data: Uint8Array): number {
    let taken = 0;
    for (const byte of data) {
      if (!this.#makeRoom()) break;
      this.#receive(byte);
      taken++;
    }
    this.echo.commit();
    if (taken > 0 && this.hasInput) this.readable.wake();
    return taken;
  }

  /** At most `count` bytes: of one line in canonical mode. Undefined when there is nothing to read; empty at an end of file. */
  take(count: number): Uint8Array | undefined {
    if (!this.hasInput) return undefined;
    return this.termios().icanon ? this.#takeLine(count) : this.#takeBytes(count);
  }

  /** TCIFLUSH. */
  flush(): void {
    this.#typed = [];
    this.#complete = 0;
    this.#takeLiterally = false;
  }

  /** ICANON was switched: what was typed stays, and can be read the other way. */
  modeChanged(wasCanonical: boolean): void {
    const { icanon } = this.termios();
    if (wasCanonical === icanon) return;
    this.#complete = 0;
    if (icanon && this.#typed.length > 0) {
      // As n_tty does it: everything there is counts as one line, ended without a character.
      this.#complete = this.#typed.length;
      for (const typed of this.#typed) typed.end = 'no';
    }
    this.#takeLiterally = false;
    if (this.hasInput) this.readable.wake();
  }

  /** Like n_tty: when one line fills everything, its last byte makes room, so that a newline always gets through. */
  #makeRoom(): boolean {
    const { icanon } = this.termios();
    if (this.#typed.length < inputLimit - 1) return true;
    if (!icanon || this.#complete > 0) return false;
    if (this.#typed.length >= inputLimit) this.#typed.pop();
    return true;
  }

  #receive(raw: number): void {
    const termios = this.termios();
    const byte = termios.istrip ? raw & 0x7f : raw;
    if (this.#takeLiterally) {
      this.#takeLiterally = false;
      return this.#put(byte);
    }
    if (this.#isFlowControl(byte, termios) || this.#isSignal(byte, termios)) return;
    const mapped = mapInput(byte, termios);
    if (mapped === null) return;
    if (termios.icanon && this.#isEditing(mapped, termios)) return;
    this.#put(mapped, mapped === newline && byte === carriageReturn);
  }

  /** An ordinary byte: echoed, and kept. A newline is shown as one only where it came from a carriage return. */
  #put(byte: number, asNewline = false): void {
    if (this.termios().echo) {
      if (asNewline) this.echo.raw(newline);
      else {
        if (this.#typed.length === this.#complete) this.echo.lineBegins();
        this.echo.char(byte);
      }
    }
    this.#typed.push({ byte, end: 'no' });
  }

  #isFlowControl(byte: number, { ixon, chars }: Termios): boolean {
    if (!ixon) return false;
    if (byte === chars.start) {
      this.output.start();
      this.echo.commit();
    } else if (byte === chars.stop) this.output.stop();
    else return false;
    return true;
  }

  #isSignal(byte: number, { isig, ixon, echo, noflsh, chars }: Termios): boolean {
    if (!isig) return false;
    const signals = [
      [chars.intr, signalNumbers.SIGINT],
      [chars.quit, signalNumbers.SIGQUIT],
      [chars.susp, signalNumbers.SIGTSTP],
    ] as const;
    const signal = signals.find(([char]) => char === byte)?.[1];
    if (signal === undefined) return false;
    if (!noflsh) {
      this.echo.drop();
      this.output.flush();
      this.flush();
    }
    this.signal(signal);
    if (ixon) this.output.start();
    if (echo) this.echo.char(byte);
    return true;
  }

  /** What edits or ends the line. */
  #isEditing(byte: number, termios: Termios): boolean {
    const { chars, iexten, echo, echonl, echoctl } = termios;
    if (byte === chars.erase || byte === chars.kill || (byte === chars.werase && iexten)) {
      const kind = byte === chars.erase ? 'character' : byte === chars.kill ? 'line' : 'word';
      const typed = this.#typed.slice(this.#complete).map((one) => one.byte);
      const kept = eraseTyped(kind, typed, termios, this.echo);
      this.#typed.length = this.#complete + kept;
    } else if (byte === chars.lnext && iexten) {
      this.#takeLiterally = true;
      if (echo && echoctl) {
        this.echo.raw(0x5e);
        this.echo.raw(0x08);
      }
    } else if (byte === chars.reprint && echo && iexten) {
      this.echo.char(byte);
      this.echo.raw(newline);
      for (const { byte: typed } of this.#typed.slice(this.#complete)) this.echo.char(typed);
    } else if (byte === newline) {
      if (echo || echonl) this.echo.raw(newline);
      this.#endLine(newline, 'line');
    } else if (byte === chars.eof) {
      this.#endLine(0, 'file');
    } else if (byte === chars.eol || (byte === chars.eol2 && iexten)) {
      if (echo) {
        if (this.#typed.length === this.#complete) this.echo.lineBegins();
        this.echo.char(byte);
      }
      this.#endLine(byte, 'line');
    } else return false;
    return true;
  }

  #endLine(byte: number, end: 'line' | 'file'): void {
    this.#typed.push({ byte, end });
    this.#complete = this.#typed.length;
  }

  #takeLine(count: number): Uint8Array {
    const bytes: number[] = [];
    let at = 0;
    while (at < this.#complete) {
      const typed = this.#typed[at];
      if (!typed) break;
      // An end of file right behind what was asked for goes with it, so that it is not seen twice.
      if (typed.end === 'file') {
        at++;
        break;
      }
      if (bytes.length === count) break;
      bytes.push(typed.byte);
      at++;
      if (typed.end === 'line') break;
    }
    this.#typed.splice(0, at);
    this.#complete -= at;
    return Uint8Array.from(bytes);
  }

  #takeBytes(count: number): Uint8Array {
    const taken = this.#typed.splice(0, count);
    return Uint8Array.from(taken, ({ byte }) => byte);
  }
}

function mapInput(byte: number, { igncr, icrnl, inlcr }: Termios): number | null {
  if (byte === carriageReturn) {
    if (igncr) return null;
    return icrnl ? newline : byte;
  }
  return byte === newline && inlcr ? carriageReturn : byte;
}
