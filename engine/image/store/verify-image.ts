/** Whether an image is one: its configuration speaks of the layers that are there (OCI image-spec 1.1, config.md, "rootfs"). */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import { compressionOf, isIndexType, isManifestType, mediaTypes } from '../spec/media-types';
import type { ImageStore } from './image-store';
import { layersOf } from './layers-of';

/**
 * Of an index, every image that is here. A packed layer is compared with its diff id when it is unpacked, one that is not packed at once.
 * Errors: `invalid-manifest`, `digest-mismatch`, `unknown-blob`.
 */
export async function verifyImage(store: ImageStore, target: Descriptor): Promise<void> {
  if (isIndexType(target.mediaType)) {
    for (const child of (await store.readIndex(target)).manifests)
      if ((await store.blobs.size(child.digest)) !== null) await verifyImage(store, child);
    return;
  }
  if (!isManifestType(target.mediaType)) return;
  const { config } = await store.readManifest(target);
  if (config.mediaType !== mediaTypes.config && config.mediaType !== mediaTypes.dockerConfig) return;
  for (const { layer, diffId } of await layersOf(store, target)) {
    if (compressionOf(layer.mediaType) === 'none' && layer.digest !== diffId)
      throw new ImageError('digest-mismatch', layer.digest, `the config has ${diffId} in its place`);
  }
}
