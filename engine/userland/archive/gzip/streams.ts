/** Packing and unpacking from descriptor to descriptor. */
import {
  GzipError,
  type GzipHeader,
  GzipPacker,
  type GzipProblem,
  type GzipSettings,
  GzipUnpacker,
} from '../../../archive';
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { OutputError } from '../../lib/output-error';

const chunkBytes = 32_768;
/** How many rounds of a usual loop it takes to work through so many bytes. */
const bytesARound = 256;

export interface Moved {
  read: number;
  written: number;
  header: GzipHeader | null;
  /** Checksum and length of the last member. */
  trailer: { crc: number; size: number } | null;
}

/** What came of it; `problem` when it did not come to its end. */
export interface Unpacked extends Moved {
  problem: GzipProblem | null;
  hasGarbage: boolean;
}

/** Bytes of a member that are neither packed data nor the name: header and trailer. */
export const frameBytes = 18;

export function* pack(sys: Sys, from: number, to: number, settings: GzipSettings): Blocking<Moved> {
  const packer = new GzipPacker(settings);
  const moved: Moved = { read: 0, written: 0, header: settings, trailer: null };
  for (;;) {
    const data = yield* sys.read(from, chunkBytes);
    const ready = data.length === 0 ? packer.end() : packer.push(data);
    for (const piece of ready) yield* put(sys, to, piece, moved);
    if (data.length === 0) return moved;
    moved.read += data.length;
    yield* sys.checkpoint(Math.ceil(data.length / bytesARound));
  }
}

/** `to` null: looks only. `passOn`: what is no gzip is handed on as it is (`zcat -f`). */
export function* unpack(sys: Sys, from: number, to: number | null, passOn = false): Blocking<Unpacked> {
  const unpacker = new GzipUnpacker();
  const moved: Moved = { read: 0, written: 0, header: null, trailer: null };
  const ended = (problem: GzipProblem | null): Unpacked => ({
    ...moved,
    header: unpacker.header,
    trailer: unpacker.trailer,
    problem,
    hasGarbage: unpacker.hasGarbage,
  });
  try {
    for (;;) {
      const data = yield* sys.read(from, chunkBytes);
      if (data.length === 0) {
        unpacker.end();
        return ended(null);
      }
      if (passOn && moved.read === 0 && (data[0] !== 0x1f || data[1] !== 0x8b)) {
        yield* copy(sys, from, to, data, moved);
        return ended(null);
      }
      moved.read += data.length;
      for (const piece of unpacker.push(data)) {
        yield* put(sys, to, piece, moved);
        yield* sys.checkpoint(Math.ceil(piece.length / bytesARound));
      }
    }
  } catch (error) {
    if (!(error instanceof GzipError)) throw error;
    return ended(error.problem);
  }
}

function* copy(sys: Sys, from: number, to: number | null, first: Uint8Array, moved: Moved): Blocking<void> {
  for (let data = first; data.length > 0; data = yield* sys.read(from, chunkBytes)) {
    moved.read += data.length;
    yield* put(sys, to, data, moved);
    yield* sys.checkpoint();
  }
}

function* put(sys: Sys, to: number | null, bytes: Uint8Array, moved: Moved): Blocking<void> {
  moved.written += bytes.length;
  if (to === null) return;
  try {
    yield* writeAll(sys, to, bytes);
  } catch (error) {
    // To tell it from an error of the file that is read.
    throw isSysError(error) ? new OutputError(error.errno) : error;
  }
}
