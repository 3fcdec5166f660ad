/** Bytes on their way: what was written and not acknowledged, what came and was not read. */
import { concat } from '../../bytes';
import { seqAdd, seqDiff } from './sequence';

/** Bytes a connection keeps for its reader, and for its peer. */
export const receiveBuffer = 131_072;
export const sendBuffer = 262_144;

/** A queue of chunks that can be read at any place and dropped from the front. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#chunks.push(data);
    this.#length += data.length;
  }

  /** Up to `count` bytes from `offset` on; shares memory where it can. */
  slice(offset: number, count: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let skip = offset;
    let left = count;
    for (let at = this.#head; at < this.#chunks.length && left > 0; at++) {
      const chunk = this.#chunks[at];
      if (!chunk) break;
      if (skip >= chunk.length) {
        skip -= chunk.length;
        continue;
      }
      const part = chunk.subarray(skip, skip + left);
      parts.push(part);
      left -= part.length;
      skip = 0;
    }
    return concat(parts);
  }

  drop(count: number): void {
    let left = Math.min(count, this.#length);
    this.#length -= left;
    while (left > 0) {
      const chunk = this.#chunks[this.#head];
      if (!chunk) break;
      if (chunk.length > left) {
        this.#chunks[this.#head] = chunk.subarray(left);
        break;
      }
      left -= chunk.length;
      this.#head++;
    }
    if (this.#head > 64) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#length = 0;
  }
}

/** Segments that came before what should have come first. */
export class OutOfOrder {
  #parts: Array<{ seq: number; data: Uint8Array; fin: boolean }> = [];

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  add(seq: number, data: Uint8Array, fin: boolean): void {
    if (this.#parts.length < 256 && !this.#parts.some((part) => part.seq === seq && part.data.length >= data.length)) {
      this.#parts.push({ seq, data, fin });
    }
  }

  /** What follows on `next`, if it is here. */
  take(next: number): { data: Uint8Array; fin: boolean } | null {
    this.#parts = this.#parts.filter(
      ({ seq, data, fin }) => seqDiff(seqAdd(seq, data.length + (fin ? 1 : 0)), next) > 0,
    );
    const found = this.#parts.find(({ seq }) => seqDiff(seq, next) <= 0);
    if (!found) return null;
    this.#parts = this.#parts.filter((part) => part !== found);
    return { data: found.data.subarray(seqDiff(next, found.seq)), fin: found.fin };
  }
}
