/** The tar of a layer of an image, as it comes out of the store. */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import type { Digest, Verifier } from '../spec/digest';
import { type Compression, compressionOf } from '../spec/media-types';
import type { ImageStore } from '../store/image-store';

export interface LayerReading {
  /** How packed layers are read: `host/compression` on this computer. */
  decompress: (packed: AsyncIterable<Uint8Array>, compression: Compression) => AsyncIterable<Uint8Array>;
}

/**
 * Compared with its digest in the store and with the one of the tar that the configuration promises, once it has passed. Errors:
 * `unsupported-media-type` at once; `unknown-blob`, `digest-mismatch`, those of `decompress`.
 */
export function layerContent(
  store: ImageStore,
  layer: Descriptor,
  diffId: Digest,
  reading: LayerReading,
): AsyncIterable<Uint8Array> {
  const compression = compressionOf(layer.mediaType);
  if (compression === null)
    throw new ImageError('unsupported-media-type', layer.digest, `${layer.mediaType} is no layer of a root filesystem`);
  const packed = store.blobs.read(layer);
  // The store compares a layer that is not packed with the same digest already.
  return compression === 'none' && layer.digest === diffId
    ? packed
    : compared(reading.decompress(packed, compression), store.blobs.verifier(diffId, null));
}

async function* compared(tar: AsyncIterable<Uint8Array>, verifier: Verifier): AsyncGenerator<Uint8Array> {
  for await (const piece of tar) {
    verifier.update(piece);
    yield piece;
  }
  verifier.finish();
}
