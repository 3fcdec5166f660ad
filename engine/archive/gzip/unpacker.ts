/** Unpacks gzip as it comes, in pieces of any length; a file may have several members, one after the other (RFC 1952). */
import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateInit2 } from 'pako';
import { Crc32 } from './crc32';
import { GzipError } from './error';
import { type GzipHeader, readGzipHeader } from './header';

const rawWindow = -15;
const outputBytes = 1 << 16;
const trailerBytes = 8;

type State = 'header' | 'data' | 'trailer' | 'behind the end';

export class GzipUnpacker {
  /** Of the first member; null until it is there. */
  header: GzipHeader | null = null;
  /** Something that is no gzip stood behind the last member, and was left out. Zeros may: tapes have them. */
  hasGarbage = false;
  /** Checksum and length of the last member that is whole. */
  trailer: { crc: number; size: number } | null = null;
  #state: State = 'header';
  #waiting: Uint8Array = new Uint8Array();
  #stream = new ZStream();
  #crc = new Crc32();
  #size = 0;

  /**
   * What is unpacked of it, piece by piece. Errors: a `GzipError`, after which it is of no use; what came before has been handed out.
   */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let rest = this.#waiting.byteLength === 0 ? bytes : joined(this.#waiting, bytes);
    this.#waiting = new Uint8Array();
    while (rest.byteLength > 0) {
      if (this.#state === 'data') {
        rest = yield* this.#inflate(rest);
        continue;
      }
      const used = this.#state === 'header' ? this.#takeHeader(rest) : this.#takeTrailer(rest);
      if (used === null) {
        this.#waiting = rest.slice();
        return;
      }
      rest = rest.subarray(used);
    }
  }

  /** To be called when the source has ended. Errors: `cut off`. */
  end(): void {
    if (this.#state === 'behind the end') return;
    if (this.#state !== 'header' || this.header === null) throw new GzipError('cut off');
    // One byte behind the last member, that begins none: or that is all there is of the next.
    if (this.#waiting.byteLength > 0) this.hasGarbage = true;
  }

  /** How much of it is used; null when there is more to come. */
  #takeHeader(bytes: Uint8Array): number | null {
    const isFirst = this.header === null;
    if (!isFirst && (bytes[0] !== 0x1f || (bytes.byteLength > 1 && bytes[1] !== 0x8b))) return this.#passOver(bytes);
    const read = readGzipHeader(bytes);
    if (read === null) return null;
    this.header ??= read.header;
    this.#stream = new ZStream();
    zlibInflateInit2(this.#stream, rawWindow);
    this.#crc = new Crc32();
    this.#size = 0;
    this.#state = 'data';
    return read.length;
  }

  #passOver(bytes: Uint8Array): number {
    const end = bytes.findIndex((byte) => byte !== 0);
    if (end < 0) return bytes.byteLength;
    this.hasGarbage = true;
    this.#state = 'behind the end';
    return bytes.byteLength;
  }

  #takeTrailer(bytes: Uint8Array): number | null {
    if (this.#state === 'behind the end') return bytes.byteLength;
    if (bytes.byteLength < trailerBytes) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const [crc, size] = [view.getUint32(0, true), view.getUint32(4, true)];
    if (crc !== this.#crc.result) throw new GzipError('checksum');
    if (size !== this.#size % 2 ** 32) throw new GzipError('length');
    this.trailer = { crc, size };
    this.#state = 'header';
    return trailerBytes;
  }

  *#inflate(bytes: Uint8Array): Generator<Uint8Array, Uint8Array> {
    const stream = this.#stream;
    stream.input = bytes;
    stream.next_in = 0;
    stream.avail_in = bytes.byteLength;
    for (;;) {
      stream.output = new Uint8Array(outputBytes);
      stream.next_out = 0;
      stream.avail_out = outputBytes;
      const status = zlibInflate(stream, Z_NO_FLUSH);
      const ready = stream.output.subarray(0, stream.next_out);
      if (ready.byteLength > 0) {
        this.#crc.update(ready);
        this.#size += ready.byteLength;
        yield ready;
      }
      if (status === Z_STREAM_END) {
        this.#state = 'trailer';
        return bytes.subarray(stream.next_in);
      }
      if (status !== Z_OK && status !== Z_BUF_ERROR) throw new GzipError('format');
      if (stream.avail_in === 0 && stream.avail_out > 0) return new Uint8Array();
      if (status === Z_BUF_ERROR) return new Uint8Array();
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.byteLength + b.byteLength);
  whole.set(a);
  whole.set(b, a.byteLength);
  return whole;
}
