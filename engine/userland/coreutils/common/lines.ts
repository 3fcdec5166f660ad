/** Lines of a descriptor as binary strings, as they come. */
import { type Blocking, concat, type Sys } from '../../../kernel/sim';
import { toBinary } from '../../lib/binary';
import { Held } from '../../lib/held';
import { linesATurn } from '../../lib/io';
import { chunkBytes } from './input';

export interface Line {
  /** Without its end. */
  text: string;
  /** False for a last line without newline. */
  isEnded: boolean;
}

export class Lines {
  readonly #held: Held;
  #taken = 0;
  #rest: Uint8Array = new Uint8Array();
  #isOver = false;

  constructor(
    private readonly sys: Sys,
    private readonly fd: number,
    private readonly end = 10,
  ) {
    this.#held = new Held(sys);
  }

  *next(): Blocking<Line | null> {
    const parts: Uint8Array[] = [];
    this.#held.release();
    if (++this.#taken % linesATurn === 0) yield* this.sys.checkpoint();
    for (;;) {
      const at = this.#rest.indexOf(this.end);
      if (at >= 0) {
        parts.push(this.#rest.subarray(0, at));
        this.#rest = this.#rest.subarray(at + 1);
        return { text: toBinary(concat(parts)), isEnded: true };
      }
      if (this.#rest.length > 0) parts.push(this.#rest);
      this.#held.add(2 * this.#rest.length);
      this.#rest = this.#isOver ? new Uint8Array() : yield* this.sys.read(this.fd, chunkBytes);
      if (this.#rest.length > 0) continue;
      this.#isOver = true;
      return parts.length === 0 ? null : { text: toBinary(concat(parts)), isEnded: false };
    }
  }

  /** Whether a line can be had without waiting for more input. */
  get hasOne(): boolean {
    return this.#rest.includes(this.end);
  }
}

/** Everything at once, taken apart; without the ends. */
export function splitLines(text: string, end = '\n'): string[] {
  if (text === '') return [];
  const lines = text.split(end);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
