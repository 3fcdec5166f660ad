/**
 * Packing of layers with nothing but the language: for Machines, and where the same bytes have to come out on every computer. zstd
 * (RFC 8878) is only unpacked.
 */
import { Decompress } from 'fzstd';
import { GzipPacker } from '../../archive';
import { ImageError } from '../error';
import type { Compression } from '../spec/media-types';

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

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
