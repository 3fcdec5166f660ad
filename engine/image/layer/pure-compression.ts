/**
 * Packing of layers with nothing but the language: for Machines, and where the same bytes have to come out on every computer. gzip and none
 * both ways; zstd (RFC 8878) is only unpacked.
 */
import { Decompress } from 'fzstd';
import { GzipError, GzipPacker, GzipUnpacker } from '../../archive';
import { ImageError } from '../error';
import type { Compression } from '../spec/media-types';

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Errors: `invalid-layer` when it is damaged or cut off; what the source throws. */
export async function* decompressPurely(packed: Pieces, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === 'none') yield* packed;
  else if (compression === 'gzip') yield* gunzip(packed);
  else yield* unzstd(packed);
}

/** Errors: `unsupported-media-type` for zstd. */
export async function* compressPurely(plain: Pieces, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === 'none') yield* plain;
  else if (compression === 'gzip') yield* gzip(plain);
  else throw new ImageError('unsupported-media-type', 'zstd', 'layers can be unpacked here, and not be made');
}

async function* gzip(plain: Pieces): AsyncGenerator<Uint8Array> {
  const packer = new GzipPacker({ name: null, mtime: 0, level: 6 });
  for await (const piece of plain) yield* packer.push(piece);
  yield* packer.end();
}

async function* gunzip(packed: Pieces): AsyncGenerator<Uint8Array> {
  const unpacker = new GzipUnpacker();
  try {
    for await (const piece of packed) yield* unpacker.push(piece);
    unpacker.end();
  } catch (error) {
    throw error instanceof GzipError ? damaged('gzip', error.problem) : error;
  }
  if (unpacker.hasGarbage) throw damaged('gzip', 'something stands behind its end');
}

export async function* unzstd(packed: Pieces): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const stream = new Decompress((piece) => ready.push(piece));
  const push = (piece: Uint8Array, isLast: boolean) => {
    try {
      stream.push(piece, isLast);
    } catch (error) {
      throw damaged('zstd', error instanceof Error ? error.message : String(error));
    }
  };
  for await (const piece of packed) {
    // A piece is kept by the decompressor, and may be its source's to fill again.
    push(piece.slice(), false);
    yield* ready.splice(0);
  }
  push(new Uint8Array(), true);
  yield* ready.splice(0);
}

export function damaged(what: string, problem: string): ImageError {
  return new ImageError('invalid-layer', what, `the packed layer is damaged: ${problem}`);
}
