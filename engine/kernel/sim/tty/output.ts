/**
 * The way from a terminal to whoever shows it: output processing (OPOST) and a bounded buffer. Columns are counted, for
 * erasing a tab depends on them (Linux n_tty's `do_output_char`).
 */

import { concat } from '../bytes';
import { WaitQueue } from '../sched/wait-queue';
import type { Termios } from './types';

const newline = 0x0a;
const carriageReturn = 0x0d;
const backspace = 0x08;
const tab = 0x09;

/** What the buffers on the way to the master hold together (a tty_port of a pty: 8192). */
export const outputLimit = 8192;

export function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}

/** A byte inside a UTF-8 character: it takes no column of its own. */
export function isContinuation(byte: number, termios: Termios): boolean {
  return termios.iutf8 && (byte & 0xc0) === 0x80;
}

export class TerminalOutput {
  column = 0;
  /** The column at which the line that is being typed begins. */
  canonColumn = 0;
  /** Room has come, or it was hung up. */
  readonly writable = new WaitQueue();
  /** Bytes have come for the master. */
  readonly readable = new WaitQueue();
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** ^S: nothing goes out until ^Q. */
  #stopped = false;
  /** Echo that came meanwhile. */
  #held: number[] = [];
  #consumer: ((bytes: Uint8Array) => void) | null = null;

  get size(): number {
    return this.#size;
  }
  get room(): number {
    return this.#stopped ? 0 : Math.max(0, outputLimit - this.#size);
  }
  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Who takes all output at once; null: it stays until it is read. */
  setConsumer(consumer: ((bytes: Uint8Array) => void) | null): void {
    this.#consumer = consumer;
    if (consumer && this.#size > 0) consumer(this.take(this.#size));
  }

  stop(): void {
    this.#stopped = true;
  }
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) this.#push(Uint8Array.from(held));
    this.writable.wake();
  }

  /** At most `count` bytes, out of the buffer. */
  take(count: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let rest = count;
    while (rest > 0) {
      const [first] = this.#chunks;
      if (!first) break;
      taken.push(first.subarray(0, rest));
      if (first.length > rest) this.#chunks[0] = first.subarray(rest);
      else this.#chunks.shift();
      rest -= Math.min(rest, first.length);
    }
    this.#size -= count - rest;
    if (count > rest) this.writable.wake();
    return concat(taken);
  }

  /** Whatever has not been read yet is dropped (TCOFLUSH). */
  flush(): void {
    this.#chunks = [];
    this.#size = 0;
    this.#held = [];
    this.writable.wake();
  }

  /** Echoed bytes, already processed: they are never refused. */
  echo(bytes: readonly number[]): void {
    if (bytes.length === 0) return;
    if (!this.#stopped) return this.#push(Uint8Array.from(bytes));
    if (this.#held.length < outputLimit) this.#held.push(...bytes);
  }

  /** Takes what there is room for; answers how many of the given bytes that was. */
  write(data: Uint8Array, termios: Termios): number {
    if (!termios.opost) {
      const taken = data.subarray(0, this.room);
      this.#push(taken);
      return taken.length;
    }
    const out: number[] = [];
    const room = this.room;
    let taken = 0;
    while (taken < data.length && out.length + 2 <= room) {
      this.process(data[taken] ?? 0, termios, out);
      taken++;
    }
    this.#push(Uint8Array.from(out));
    return taken;
  }

  /** Output processing of one byte, which is added to `out`. */
  process(byte: number, termios: Termios, out: number[]): void {
    if (!termios.opost) {
      out.push(byte);
      return;
    }
    if (byte === newline) {
      if (termios.onlcr) {
        this.column = 0;
        out.push(carriageReturn);
      }
      this.canonColumn = this.column;
      out.push(newline);
    } else if (byte === carriageReturn) {
      if (!termios.ocrnl) this.column = 0;
      this.canonColumn = this.column;
      out.push(termios.ocrnl ? newline : carriageReturn);
    } else {
      this.#advance(byte, termios);
      out.push(byte);
    }
  }

  #advance(byte: number, termios: Termios): void {
    if (byte === tab) this.column += 8 - (this.column & 7);
    else if (byte === backspace) this.column = Math.max(0, this.column - 1);
    else if (!isControl(byte) && !isContinuation(byte, termios)) this.column++;
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#consumer) return this.#consumer(bytes);
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    this.readable.wake();
  }
}
