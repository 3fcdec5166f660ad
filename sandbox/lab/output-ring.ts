const smallestBytes = 16 * 1024;

/**
 * The last `capacity` bytes of a stream, each known by its number from the stream's beginning. Memory grows with what
 * was printed, so that a quiet terminal costs little.
 */
export class OutputRing {
  #buffer = new Uint8Array(0);
  #end = 0;

  constructor(readonly capacity: number) {}

  /** Number of the oldest byte kept. */
  get start(): number {
    return Math.max(0, this.#end - this.#buffer.byteLength);
  }

  /** Number of the next byte to come. */
  get end(): number {
    return this.#end;
  }

  append(data: Uint8Array): void {
    const kept = data.byteLength > this.capacity ? data.subarray(data.byteLength - this.capacity) : data;
    this.#grow(Math.min(this.#end + data.byteLength, this.capacity));
    const skipped = data.byteLength - kept.byteLength;
    this.#put(this.#end + skipped, kept);
    this.#end += data.byteLength;
  }

  /** A copy of at most `max` bytes from number `from` on, which must not be older than `start`. */
  read(from: number, max: number): Uint8Array {
    if (from < this.start || from > this.#end) {
      throw new RangeError(`bytes ${this.start} to ${this.#end} are kept, not ${from}`);
    }
    const size = Math.min(max, this.#end - from);
    const at = size === 0 ? 0 : from % this.#buffer.byteLength;
    const first = this.#buffer.subarray(at, Math.min(at + size, this.#buffer.byteLength));
    const data = new Uint8Array(size);
    data.set(first);
    data.set(this.#buffer.subarray(0, size - first.byteLength), first.byteLength);
    return data;
  }

  #put(offset: number, data: Uint8Array): void {
    const length = this.#buffer.byteLength;
    if (data.byteLength === 0) return;
    const at = offset % length;
    const first = data.subarray(0, length - at);
    this.#buffer.set(first, at);
    this.#buffer.set(data.subarray(first.byteLength), 0);
  }

  #grow(needed: number): void {
    let length = Math.max(this.#buffer.byteLength, Math.min(smallestBytes, this.capacity));
    while (length < needed) length = Math.min(length * 2, this.capacity);
    if (length === this.#buffer.byteLength) return;
    const old = this.#buffer.byteLength === 0 ? new Uint8Array(0) : this.read(this.start, this.#buffer.byteLength);
    const start = this.start;
    this.#buffer = new Uint8Array(length);
    this.#put(start, old);
  }
}
