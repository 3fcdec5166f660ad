/** Lines (or NUL-ended records) of a descriptor, one by one as they come. */
import { type Blocking, concat, type Sys } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { linesATurn } from '../../lib/io';

const chunkBytes = 65_536;

export interface Record {
  /** Without its end. */
  bytes: Uint8Array;
  /** False for a last line without newline. */
  isEnded: boolean;
}

export class Records {
  readonly #held: Held;
  #taken = 0;
  #rest: Uint8Array = new Uint8Array();
  #atEnd = false;
  /** How many bytes were handed out, ends included. */
  offset = 0;

  constructor(
    private readonly sys: Sys,
    readonly fd: number,
    private readonly separator = 10,
  ) {
    this.#held = new Held(sys);
  }

  *next(): Blocking<Record | null> {
    const chunks: Uint8Array[] = [];
    let counted = 0;
    this.#held.release();
    if (++this.#taken % linesATurn === 0) yield* this.sys.checkpoint();
    for (;;) {
      const end = this.#rest.indexOf(this.separator);
      if (end >= 0) {
        chunks.push(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end + 1);
        this.offset += counted + end + 1;
        return { bytes: concat(chunks), isEnded: true };
      }
      if (this.#rest.length > 0) chunks.push(this.#rest);
      counted += this.#rest.length;
      this.#held.add(2 * this.#rest.length);
      this.#rest = new Uint8Array();
      if (!this.#atEnd) this.#rest = yield* this.sys.read(this.fd, chunkBytes);
      if (this.#rest.length > 0) continue;
      this.#atEnd = true;
      this.offset += counted;
      return counted === 0 ? null : { bytes: concat(chunks), isEnded: false };
    }
  }

  /** Whether nothing more will come: looks ahead, and so may wait. */
  *atEnd(): Blocking<boolean> {
    if (this.#rest.length > 0) return false;
    if (!this.#atEnd) this.#rest = yield* this.sys.read(this.fd, chunkBytes);
    if (this.#rest.length === 0) this.#atEnd = true;
    return this.#atEnd;
  }

  /** What is read and not yet handed out, up to so many bytes; reads when there is nothing. */
  *peek(count: number): Blocking<Uint8Array> {
    if (this.#rest.length === 0) yield* this.atEnd();
    return this.#rest.subarray(0, count);
  }
}
