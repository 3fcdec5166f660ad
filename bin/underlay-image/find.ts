/** Images of the store by what people call them. */
import {
  ImageError,
  type ImageStore,
  isIndexType,
  type Platform,
  parseReference,
  selectPlatform,
} from '../../engine/image';

/** Errors: `unknown-image`. */
export function targetOf(store: ImageStore, name: string) {
  const target = store.find(parseReference(name));
  if (target) return target;
  throw new ImageError('unknown-image', name, 'no image has this name');
}

/** The image for one platform. Errors: `unknown-image`, `no-platform`. */
export async function manifestFor(store: ImageStore, name: string, platform: Platform) {
  const target = targetOf(store, name);
  return isIndexType(target.mediaType)
    ? selectPlatform((await store.readIndex(target)).manifests, platform, name)
    : target;
}
