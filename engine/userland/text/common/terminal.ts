/** A terminal as full-screen programs use it: single keys, size, drawing. */
import {
  type Blocking,
  decode,
  isSysError,
  O_RDWR,
  POLLIN,
  type Sys,
  signalNumbers,
  type Termios,
} from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { sequenceLength } from './lossless';

/** A character, `^A` and so on for control characters, or the name of a key. */
export type Key = string;

const sequences: ReadonlyMap<string, Key> = new Map([
  ['[A', 'up'],
  ['[B', 'down'],
  ['[C', 'right'],
  ['[D', 'left'],
  ['OA', 'up'],
  ['OB', 'down'],
  ['OC', 'right'],
  ['OD', 'left'],
  ['[H', 'home'],
  ['[F', 'end'],
  ['OH', 'home'],
  ['OF', 'end'],
  ['[1~', 'home'],
  ['[4~', 'end'],
  ['[7~', 'home'],
  ['[8~', 'end'],
  ['[2~', 'insert'],
  ['[3~', 'delete'],
  ['[5~', 'pageup'],
  ['[6~', 'pagedown'],
  ['[Z', 'backtab'],
  ['OM', 'enter'],
  ['[1;5C', 'ctrl-right'],
  ['[1;5D', 'ctrl-left'],
]);
const escapeDelay = 50e6;

export class Terminal {
  #saved: Termios | null = null;
  #pending: Uint8Array = new Uint8Array();
  #drawn = '';
  #resized = false;
  #interrupted = false;

  private constructor(
    private readonly sys: Sys,
    readonly fd: number,
  ) {}

  /** Null when the process has no terminal. */
  static *open(sys: Sys): Blocking<Terminal | null> {
    try {
      return new Terminal(sys, yield* sys.open('/dev/tty', O_RDWR));
    } catch (error) {
      if (!isSysError(error)) throw error;
      return sys.isatty(2) ? new Terminal(sys, 2) : null;
    }
  }

  /** Keys come one by one, without echo. `signals`: Ctrl-C and Ctrl-Z still send theirs. */
  raw(signals: boolean): void {
    const now = this.sys.tcgetattr(this.fd);
    this.#saved ??= now;
    this.sys.tcsetattr(this.fd, {
      ...now,
      icanon: false,
      echo: false,
      isig: signals,
      ixon: false,
      icrnl: signals && now.icrnl,
      min: 1,
      time: 0,
    });
    this.sys.sigaction(signalNumbers.SIGWINCH, {
      handler: () => {
        this.#resized = true;
      },
      restart: false,
    });
    this.sys.sigaction(signalNumbers.SIGINT, {
      handler: () => {
        this.#interrupted = true;
      },
      restart: false,
    });
  }

  restore(): void {
    if (this.#saved !== null) this.sys.tcsetattr(this.fd, this.#saved, 'drain');
    this.#saved = null;
    this.sys.sigaction(signalNumbers.SIGWINCH, 'default');
    this.sys.sigaction(signalNumbers.SIGINT, 'default');
  }

  get size(): { rows: number; cols: number } {
    try {
      const { rows, cols } = this.sys.getWinsize(this.fd);
      return { rows: rows || 24, cols: cols || 80 };
    } catch (error) {
      if (!isSysError(error)) throw error;
      return { rows: 24, cols: 80 };
    }
  }

  /** Whether Ctrl-C was pressed since it was asked last. */
  get wasInterrupted(): boolean {
    const was = this.#interrupted;
    this.#interrupted = false;
    return was;
  }

  draw(text: string): void {
    this.#drawn += text;
  }

  *flush(): Blocking<void> {
    const text = this.#drawn;
    this.#drawn = '';
    if (text !== '') yield* writeAll(this.sys, this.fd, text);
  }

  /** `resize` when the window changed, `interrupt` after Ctrl-C, `eof` when the terminal is gone, `timeout` after so long. */
  *key(timeout: number | null = null): Blocking<Key> {
    yield* this.flush();
    const first = yield* this.#byte(timeout);
    if (typeof first === 'string') return first;
    if (first === 27) return yield* this.#escape();
    if (first < 32 || first === 127) return controlName(first);
    if (first < 0x80) return String.fromCharCode(first);
    return yield* this.#character(first);
  }

  /** A key was read already: drawing can wait. */
  get hasInput(): boolean {
    return this.#pending.length > 0;
  }

  *#byte(timeout: number | null): Blocking<number | Key> {
    while (this.#pending.length === 0) {
      if (this.#resized) {
        this.#resized = false;
        return 'resize';
      }
      if (this.#interrupted) {
        this.#interrupted = false;
        return 'interrupt';
      }
      try {
        if (timeout !== null && (yield* this.sys.poll([{ fd: this.fd, events: POLLIN }], timeout)).ready === 0)
          return 'timeout';
        this.#pending = yield* this.sys.read(this.fd, 4096);
        if (this.#pending.length === 0) return 'eof';
      } catch (error) {
        if (isSysError(error, 'EIO')) return 'eof';
        if (!isSysError(error, 'EINTR')) throw error;
      }
    }
    const [byte = 0] = this.#pending;
    this.#pending = this.#pending.subarray(1);
    return byte;
  }

  *#escape(): Blocking<Key> {
    let text = '';
    for (;;) {
      const next = yield* this.#byte(escapeDelay);
      if (typeof next === 'string') return text === '' ? 'escape' : `meta-${text}`;
      text += String.fromCharCode(next);
      const known = sequences.get(text);
      if (known !== undefined) return known;
      if (text.length === 1 && text !== '[' && text !== 'O') return `meta-${text}`;
      if (text.length > 1 && /[@-~]$/.test(text)) return 'unknown';
    }
  }

  *#character(first: number): Blocking<Key> {
    const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const bytes = [first];
    while (bytes.length < size) {
      const next = yield* this.#byte(escapeDelay);
      if (typeof next === 'string') break;
      bytes.push(next);
    }
    const all = Uint8Array.from(bytes);
    return sequenceLength(all, 0) === size ? decode(all) : '\ufffd';
  }
}

function controlName(code: number): Key {
  if (code === 13 || code === 10) return code === 13 ? 'enter' : '^J';
  if (code === 9) return 'tab';
  if (code === 127) return 'backspace';
  return `^${String.fromCharCode(code + 64)}`;
}

export const enterAlternateScreen = '\x1b[?1049h\x1b[22;0;0t';
export const leaveAlternateScreen = '\x1b[?1049l\x1b[23;0;0t';
/** The keypad sends what we know. */
export const keypadOn = '\x1b[?1h\x1b=';
export const keypadOff = '\x1b[?1l\x1b>';

export function moveTo(row: number, column: number): string {
  return `\x1b[${row + 1};${column + 1}H`;
}
export const clearLine = '\x1b[K';
export const clearScreen = '\x1b[H\x1b[2J';
