/** What the root filesystem of an image is made of. */
import { ImageError } from '../error';
import { parseConfig } from '../spec/config';
import type { Descriptor } from '../spec/descriptor';
import type { Digest } from '../spec/digest';
import type { ImageStore } from './image-store';

export interface ImageLayer {
  layer: Descriptor;
  diffId: Digest;
}

/** The lowest first. `manifest` is that of one platform. Errors: of the store, `invalid-manifest`. */
export async function layersOf(store: ImageStore, manifest: Descriptor): Promise<ImageLayer[]> {
  const { config, layers } = await store.readManifest(manifest);
  const { rootfs } = parseConfig(await store.blobs.readWhole(config), config.digest);
  const diffIds = rootfs.diff_ids;
  if (diffIds.length !== layers.length)
    throw new ImageError(
      'invalid-manifest',
      manifest.digest,
      `has ${layers.length} layers, and its configuration ${diffIds.length}`,
    );
  return layers.flatMap((layer, at) => {
    const diffId = diffIds[at];
    return diffId === undefined ? [] : [{ layer, diffId }];
  });
}
