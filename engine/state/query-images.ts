/** Questions about OCI images, for checks. */
import type { Image, LabState } from './schema';

/** Images of a Machine; only those of one layout, when its directory is given. */
export function imagesOf(state: LabState, machine: string, layout?: string): Image[] {
  return Object.values(state.images).filter(
    (image) => image.machine === machine && (layout === undefined || image.layout === layout),
  );
}

export function imageNamed(state: LabState, machine: string, layout: string, name: string): Image | undefined {
  return imagesOf(state, machine, layout).find((image) => image.name === name);
}

/** True when all its contents are there and are what their digests say. */
export function isWhole(image: Image): boolean {
  return image.config !== null && image.missing.length === 0 && image.corrupt.length === 0;
}

/** Digests of layers that both images have. */
export function sharedLayers(one: Image, other: Image): string[] {
  const digests = new Set(other.layers.map(({ digest }) => digest));
  return one.layers.map(({ digest }) => digest).filter((digest) => digests.has(digest));
}
