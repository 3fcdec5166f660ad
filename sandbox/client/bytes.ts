/** Bytes in the order they were written, numbered from 0; the front is dropped once it is no longer needed. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #start = 0;
  #end = 0;

  /** Number of the oldest byte kept, and of the next one to come. */
  get start(): number {
    return this.#start;
  }
  get end(): number {
    return this.#end;
  }

  append(data: Uint8Array): void {
    if (data.byteLength === 0) return;
    this.#chunks.push(data);
    this.#end += data.byteLength;
  }

  /** At most `max` bytes from number `from` on; `from` lies between `start` and `end`. */
  read(from: number, max: number): Uint8Array {
    let at = this.#start;
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (const chunk of this.#chunks) {
      const skip = Math.max(0, from - at);
      at += chunk.byteLength;
      if (skip >= chunk.byteLength) continue;
      const piece = chunk.subarray(skip, skip + max - size);
      pieces.push(piece);
      size += piece.byteLength;
      if (size === max) break;
    }
    return join(pieces, size);
  }

  /** Forgets the bytes before number `offset`. */
  dropBefore(offset: number): void {
    while (this.#start < offset) {
      const first = this.#chunks[0];
      if (!first) break;
      const drop = Math.min(first.byteLength, offset - this.#start);
      if (drop === first.byteLength) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(drop);
      this.#start += drop;
    }
  }
}

function join(pieces: Uint8Array[], size: number): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
