/** Somebody who types at one terminal: a line, then waits for the prompt to come back. */
import type { TerminalStream } from '../../sandbox/client';
import { PromptMarks, readable } from './prompt-marks';

export type Key = 'C-c' | 'C-d' | 'C-z' | 'Enter';
const bytesOfKey: Readonly<Record<Key, string>> = { 'C-c': '\x03', 'C-d': '\x04', 'C-z': '\x1a', Enter: '\r' };

const size = { cols: 200, rows: 50 };
const lookEveryMs = 4;
/** A bash that shows no prompt for so long is running something that stays in the foreground. */
const quietMs = 1000;
/** In there, no marks will come: silence is the only sign. */
const quietInsideMs = 300;
const longestWaitMs = 15_000;

export class Keyboard {
  readonly #marks = new PromptMarks();
  readonly #decoder = new TextDecoder();
  #output = '';
  #lastOutputAt = performance.now();
  #atPrompt = false;
  #closed = false;

  constructor(private readonly stream: TerminalStream) {
    stream.attach(
      {
        output: (data, drawn) => {
          this.#receive(this.#decoder.decode(data, { stream: true }));
          drawn();
        },
        skipped: (bytes) => this.#receive(`\n[${bytes} bytes lost]\n`),
      },
      size,
    );
  }

  /** What the screen has shown so far, as text. */
  get transcript(): string {
    return readable(this.#output);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The shell has ended: nobody waits for its prompt. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when the first prompt is there. */
  async ready(): Promise<void> {
    const shown = await this.#until(() => this.#marks.count > 0, longestWaitMs);
    if (!shown) throw new Error('no prompt appeared');
    this.#atPrompt = true;
  }

  async line(text: string): Promise<void> {
    await this.#type(`${text}\r`);
  }

  async key(key: Key): Promise<void> {
    await this.#type(bytesOfKey[key]);
  }

  async #type(text: string): Promise<void> {
    const before = this.#marks.count;
    const quiet = this.#atPrompt ? quietMs : quietInsideMs;
    this.#lastOutputAt = performance.now();
    this.stream.write(text);
    const isQuiet = () => performance.now() - this.#lastOutputAt > quiet;
    await this.#until(() => this.#marks.count > before || this.#closed || isQuiet(), longestWaitMs);
    this.#atPrompt = this.#marks.count > before;
  }

  #receive(text: string): void {
    this.#output += text;
    this.#lastOutputAt = performance.now();
    this.#marks.feed(text);
  }

  async #until(condition: () => boolean, ms: number): Promise<boolean> {
    const deadline = performance.now() + ms;
    while (!condition()) {
      if (performance.now() > deadline) return false;
      await sleep(lookEveryMs);
    }
    return true;
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
