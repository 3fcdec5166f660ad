/**
 * Finds the commands in a terminal's output by the marks a shell prints around its prompt (OSC 133, "semantic prompts"):
 * `A` prompt, `B` command line, `C` the command's output, `D;code` its end. What a program prints cannot be trusted:
 * this only labels the journal.
 */
import { concatBytes, indexOfBytes, startsWith } from './bytes';
import { PromptLine } from './prompt-line';

/** Longest command line followed, in bytes drawn; what is drawn beyond it is ignored. */
const maxDrawnBytes = 64 * 1024;
const maxMarkBytes = 64;
const introducer = new TextEncoder().encode('\x1b]133;');

export interface CommandEvents {
  onStart(line: string): void;
  onEnd(exitCode: number | null): void;
}

export class CommandMarks {
  #line: PromptLine | null = null;
  #drawn = 0;
  /** True from `B` to `C`. */
  #editing = false;
  #running = false;
  /** The beginning of a mark whose end has not come yet. */
  #held: Uint8Array = new Uint8Array(0);
  #decoder = new TextDecoder();

  constructor(
    private columns: number,
    private readonly events: CommandEvents,
  ) {}

  /** Takes effect with the next prompt. */
  resize(columns: number): void {
    this.columns = columns;
  }

  /** The shell is gone. */
  reset(): void {
    this.#line = null;
    this.#editing = false;
    this.#running = false;
    this.#held = new Uint8Array(0);
  }

  feed(data: Uint8Array): void {
    let rest = this.#held.byteLength > 0 ? concatBytes([this.#held, data]) : data;
    this.#held = new Uint8Array(0);
    for (;;) {
      const at = indexOfBytes(rest, introducer);
      if (at === -1) break;
      this.#draw(rest.subarray(0, at));
      const mark = readMark(rest.subarray(at + introducer.length));
      if (mark === 'incomplete') return this.#hold(rest.subarray(at));
      if (mark) this.#mark(mark.text);
      rest = rest.subarray(at + introducer.length + (mark ? mark.length : 0));
    }
    const partial = partialIntroducer(rest);
    this.#draw(rest.subarray(0, rest.byteLength - partial));
    if (partial > 0) this.#hold(rest.subarray(rest.byteLength - partial));
  }

  #hold(data: Uint8Array): void {
    this.#held = Uint8Array.from(data);
  }

  #draw(data: Uint8Array): void {
    if (!this.#line || data.byteLength === 0 || this.#drawn > maxDrawnBytes) return;
    this.#drawn += data.byteLength;
    this.#line.draw(this.#decoder.decode(data, { stream: true }));
  }

  #mark(text: string): void {
    const [kind, parameter] = text.split(';', 2);
    if (kind === 'A') this.#promptBegins();
    else if (kind === 'B') this.#promptEnds();
    else if (kind === 'C') this.#commandBegins();
    else if (kind === 'D') this.#commandEnds(parameter);
  }

  #promptBegins(): void {
    this.#commandEnds(undefined);
    this.#decoder = new TextDecoder();
    this.#line = new PromptLine(this.columns);
    this.#drawn = 0;
    this.#editing = false;
  }

  #promptEnds(): void {
    if (!this.#line) this.#promptBegins();
    this.#line?.mark();
    this.#editing = true;
  }

  #commandBegins(): void {
    const line = this.#editing ? (this.#line?.text() ?? '') : '';
    this.#line = null;
    this.#editing = false;
    if (line === '') return;
    this.#commandEnds(undefined);
    this.#running = true;
    this.events.onStart(line);
  }

  #commandEnds(code: string | undefined): void {
    if (!this.#running) return;
    this.#running = false;
    const exitCode = Number.parseInt(code ?? '', 10);
    this.events.onEnd(Number.isNaN(exitCode) ? null : exitCode);
  }
}

/** The text of a mark up to its terminator (BEL, or ESC `\`); null when it is too long to be one. */
function readMark(data: Uint8Array): { text: string; length: number } | 'incomplete' | null {
  const limit = Math.min(data.byteLength, maxMarkBytes);
  for (let i = 0; i < limit; i++) {
    if (data[i] !== 0x07 && data[i] !== 0x1b) continue;
    if (data[i] === 0x1b && i + 1 === data.byteLength) return 'incomplete';
    const text = String.fromCharCode(...data.subarray(0, i));
    if (data[i] === 0x07) return { text, length: i + 1 };
    return data[i + 1] === 0x5c ? { text, length: i + 2 } : null;
  }
  return limit === maxMarkBytes ? null : 'incomplete';
}

/** How many bytes at the end may be the beginning of an introducer. */
function partialIntroducer(data: Uint8Array): number {
  for (let length = Math.min(introducer.length - 1, data.byteLength); length > 0; length--) {
    if (startsWith(data.subarray(data.byteLength - length), introducer.subarray(0, length))) return length;
  }
  return 0;
}
