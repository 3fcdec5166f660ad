/**
 * Packs as GNU gzip does: the same level, window and tables, so that what is small becomes the same bytes. The same content always
 * becomes the same bytes, on any computer and in any browser.
 */
import {
  Z_BUF_ERROR,
  Z_DEFAULT_STRATEGY,
  Z_FINISH,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibDeflate,
  zlibDeflateInit2,
} from 'pako';
import { Crc32 } from './crc32';
import { type GzipHeader, writeGzipHeader } from './header';

export interface GzipSettings extends GzipHeader {
  /** 1 (fast) to 9 (small). */
  level: number;
}

const deflated = 8;
/** A window of 32 KiB, without zlib's own header. */
const rawWindow = -15;
const memoryLevel = 8;
const outputBytes = 1 << 16;

export class GzipPacker {
  readonly #stream = new ZStream();
  readonly #crc = new Crc32();
  readonly #header: Uint8Array;
  #isBegun = false;
  #size = 0;

  constructor({ level, ...header }: GzipSettings) {
    this.#header = writeGzipHeader(header, level);
    // The last argument: the search of zlib itself, not the one that browsers' zlib has.
    const status = zlibDeflateInit2(this.#stream, level, deflated, rawWindow, memoryLevel, Z_DEFAULT_STRATEGY, true);
    if (status !== Z_OK) throw new RangeError(`gzip has no level ${level}`);
  }

  /** Packed bytes that are ready. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#crc.update(bytes);
    this.#size += bytes.byteLength;
    return this.#run(bytes, Z_NO_FLUSH);
  }

  /** The rest. */
  end(): Uint8Array[] {
    const trailer = new DataView(new ArrayBuffer(8));
    const rest = this.#run(new Uint8Array(), Z_FINISH);
    trailer.setUint32(0, this.#crc.result, true);
    trailer.setUint32(4, this.#size % 2 ** 32, true);
    return [...rest, new Uint8Array(trailer.buffer)];
  }

  #run(bytes: Uint8Array, flush: typeof Z_NO_FLUSH | typeof Z_FINISH): Uint8Array[] {
    const ready: Uint8Array[] = this.#isBegun ? [] : [this.#header];
    this.#isBegun = true;
    const stream = this.#stream;
    stream.input = bytes;
    stream.next_in = 0;
    stream.avail_in = bytes.byteLength;
    do {
      stream.output = new Uint8Array(outputBytes);
      stream.next_out = 0;
      stream.avail_out = outputBytes;
      const status = zlibDeflate(stream, flush);
      if (stream.next_out > 0) ready.push(stream.output.subarray(0, stream.next_out));
      if (status === Z_STREAM_END || status === Z_BUF_ERROR) break;
    } while (stream.avail_in > 0 || stream.avail_out === 0 || flush === Z_FINISH);
    return ready;
  }
}
