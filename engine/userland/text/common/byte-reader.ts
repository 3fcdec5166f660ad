/** Bytes of a descriptor in pieces of a wanted length, whatever the pieces in which they come. */
import { type Blocking, concat, type Sys } from '../../../kernel/sim';
import { readAll } from '../../lib/io';

const chunkBytes = 1 << 16;

export class ByteReader {
  #held: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(
    private readonly sys: Sys,
    private readonly fd: number,
  ) {}

  /** So many bytes; fewer only at the end of the input. */
  *take(count: number): Blocking<Uint8Array> {
    yield* this.#fill(count);
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  *isAtEnd(): Blocking<boolean> {
    yield* this.#fill(1);
    return this.#held.length === 0;
  }

  /** Leaves out the first `count` bytes; answers where it is then. */
  *skip(count: number): Blocking<number> {
    for (let left = count; left > 0; ) {
      const { length } = yield* this.take(Math.min(left, chunkBytes));
      if (length === 0) break;
      left -= length;
    }
    return count;
  }

  /** To so many bytes before the end (`fromEnd` is negative); answers where that is. */
  *skipTo(fromEnd: number): Blocking<number> {
    const all = yield* this.rest(Number.POSITIVE_INFINITY);
    const at = Math.max(0, all.length + fromEnd);
    this.#held = all.subarray(at);
    return at;
  }

  /** All that is left, or the first `most` bytes of it. */
  *rest(most: number): Blocking<Uint8Array> {
    const all = concat([this.#held, ...(this.#ended ? [] : [yield* readAll(this.sys, this.fd)])]);
    this.#held = new Uint8Array();
    this.#ended = true;
    return all.subarray(0, most);
  }

  *#fill(count: number): Blocking<void> {
    while (this.#held.length < count && !this.#ended) {
      const chunk = yield* this.sys.read(this.fd, chunkBytes);
      this.#ended = chunk.length === 0;
      this.#held = this.#held.length === 0 ? chunk : concat([this.#held, chunk]);
    }
  }
}
