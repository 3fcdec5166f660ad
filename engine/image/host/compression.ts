/**
 * Packing of layers: gzip by Node's zlib, zstd (RFC 8878) by packages, for Node 20 has none. What is packed is the same each time:
 * gzip without a name and a time, zstd in frames of a fixed length, one after the other, which any reader takes as one.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { damaged, unzstd } from '../layer/pure-compression';
import type { Compression } from '../spec/media-types';
import { joined } from '../streams';

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const chunkSize = 1 << 17;
const frameBytes = 4 << 20;

/** Errors: `invalid-layer` when it is damaged or cut off; what the source throws. */
export async function* decompress(packed: Pieces, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === 'none') yield* packed;
  else if (compression === 'gzip') yield* through(packed, createGunzip({ chunkSize }));
  else yield* unzstd(packed);
}

export async function* compress(plain: Pieces, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === 'none') yield* plain;
  else if (compression === 'gzip') yield* through(plain, createGzip({ chunkSize }));
  else yield* zstd(plain);
}

async function* through(source: Pieces, stream: ReturnType<typeof createGunzip>): AsyncGenerator<Uint8Array> {
  const fed = pipeline(Readable.from(source, { objectMode: true }), stream);
  // Whatever goes wrong is told by the stream, too.
  fed.catch(() => undefined);
  try {
    for await (const piece of stream) yield piece;
  } catch (error) {
    throw isZlibError(error) ? damaged('gzip', error.message) : error;
  } finally {
    stream.destroy();
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

async function* zstd(plain: Pieces): AsyncGenerator<Uint8Array> {
  // Large, and most who unpack never pack.
  const { Zstd } = await import('@hpcc-js/wasm-zstd');
  const packer = await Zstd.load();
  for await (const frame of inFrames(plain)) yield packer.compress(frame).slice();
}

async function* inFrames(plain: Pieces): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  let frames = 0;
  for await (const piece of plain) {
    for (let at = 0; at < piece.byteLength; ) {
      const part = piece.slice(at, at + frameBytes - length);
      waiting.push(part);
      length += part.byteLength;
      at += part.byteLength;
      if (length < frameBytes) continue;
      yield joined(waiting);
      frames++;
      waiting = [];
      length = 0;
    }
  }
  if (length > 0 || frames === 0) yield joined(waiting);
}
