/** Keys from the bytes a terminal sends: characters, control characters, Meta, and the sequences of xterm. */

import { type Blocking, bare, decode, type Sys } from '../../../kernel/sim';
import { append } from '../../lib/append';

export type Key =
  | { kind: 'text'; text: string }
  /** `C-a`, `M-f`, `up`, `delete` ... */
  | { kind: 'key'; name: string }
  | { kind: 'paste'; text: string }
  | { kind: 'end' };

const finals: Record<string, string> = bare({
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'S-tab',
});
const numbers: Record<string, string> = bare({
  '1': 'home',
  '2': 'insert',
  '3': 'delete',
  '4': 'end',
  '5': 'page-up',
  '6': 'page-down',
  '7': 'home',
  '8': 'end',
});
const pasteEnd = '\x1b[201~';
const chunkBytes = 4096;

export class KeyReader {
  #bytes: number[] = [];

  constructor(
    private readonly sys: Sys,
    private readonly fd: number,
  ) {}

  /** Keys that were typed ahead. */
  get hasMore(): boolean {
    return this.#bytes.length > 0;
  }

  /** EINTR when a signal was handled. */
  *next(): Blocking<Key> {
    const byte = yield* this.#byte();
    if (byte === null) return { kind: 'end' };
    if (byte === 27) return yield* this.#escape();
    if (byte === 127) return { kind: 'key', name: 'backspace' };
    if (byte < 32) return { kind: 'key', name: controlName(byte) };
    return { kind: 'text', text: yield* this.#character(byte) };
  }

  /** The next character as it is (`C-v`). */
  *literal(): Blocking<string> {
    const byte = yield* this.#byte();
    return byte === null ? '' : yield* this.#character(byte);
  }

  *#byte(): Blocking<number | null> {
    if (this.#bytes.length === 0) {
      const data = yield* this.sys.read(this.fd, chunkBytes);
      append(this.#bytes, data);
    }
    return this.#bytes.shift() ?? null;
  }

  *#character(first: number): Blocking<string> {
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    const bytes = [first];
    while (bytes.length < length) {
      const byte = yield* this.#byte();
      if (byte === null) break;
      bytes.push(byte);
    }
    return decode(Uint8Array.from(bytes));
  }

  *#escape(): Blocking<Key> {
    const byte = yield* this.#byte();
    if (byte === null) return { kind: 'end' };
    const char = String.fromCharCode(byte);
    if (char === '[') return yield* this.#control();
    if (char === 'O') {
      const final = yield* this.#byte();
      const name = finals[String.fromCharCode(final ?? 0)];
      return { kind: 'key', name: name ?? 'unknown' };
    }
    if (byte === 27) {
      const key = yield* this.#escape();
      return key.kind === 'key' ? { kind: 'key', name: `M-${key.name}` } : key;
    }
    if (byte === 127) return { kind: 'key', name: 'M-backspace' };
    if (byte < 32) return { kind: 'key', name: `M-${controlName(byte)}` };
    return { kind: 'key', name: `M-${char.toLowerCase() === char ? char : char.toLowerCase()}` };
  }

  *#control(): Blocking<Key> {
    let parameters = '';
    for (;;) {
      const byte = yield* this.#byte();
      if (byte === null) return { kind: 'end' };
      if (byte < 0x40 || byte > 0x7e) {
        parameters += String.fromCharCode(byte);
        continue;
      }
      const final = String.fromCharCode(byte);
      if (final === '~' && parameters === '200') return { kind: 'paste', text: yield* this.#paste() };
      return { kind: 'key', name: sequenceName(parameters, final) };
    }
  }

  *#paste(): Blocking<string> {
    const bytes: number[] = [];
    for (;;) {
      const byte = yield* this.#byte();
      if (byte === null) break;
      bytes.push(byte);
      if (byte !== 126 || bytes.length < pasteEnd.length) continue;
      const tail = String.fromCharCode(...bytes.slice(-pasteEnd.length));
      if (tail !== pasteEnd) continue;
      bytes.length -= pasteEnd.length;
      break;
    }
    return decode(Uint8Array.from(bytes)).replace(/\r\n?/g, '\n');
  }
}

function controlName(byte: number): string {
  if (byte === 9) return 'tab';
  if (byte === 13 || byte === 10) return byte === 13 ? 'enter' : 'C-j';
  if (byte === 31) return 'C-_';
  return `C-${String.fromCharCode(byte + 64).toLowerCase()}`;
}

function sequenceName(parameters: string, final: string): string {
  const [number = '', modifier] = parameters.split(';');
  const name = final === '~' ? numbers[number] : finals[final];
  if (name === undefined) return 'unknown';
  if (modifier === undefined) return name;
  const bits = Number(modifier) - 1;
  return `${bits & 4 ? 'C-' : ''}${bits & 2 ? 'M-' : ''}${name}`;
}
