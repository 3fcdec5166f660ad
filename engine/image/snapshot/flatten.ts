/** The root filesystem of an image as one tree, without snapshots: to look at, or to build a container of by hand. */
import type { Tree } from '../../kernel';
import { applyLayer, type LayerLimits, limitsOf } from '../layer/apply';
import { type LayerReading, layerContent } from '../layer/content';
import type { Descriptor } from '../spec/descriptor';
import type { ImageStore } from '../store/image-store';
import { layersOf } from '../store/layers-of';

export interface FlattenOptions extends LayerReading {
  /** Of each layer; `limitsOf` its packed size when left out. */
  limits?: Partial<LayerLimits>;
}

/**
 * Into an empty tree. `manifest` is that of one platform. Errors: of the store, `invalid-manifest`, `unsupported-media-type`,
 * `invalid-layer`, `layer-too-large`, `digest-mismatch`; the tree then holds a part of it.
 */
export async function flattenImage(
  store: ImageStore,
  manifest: Descriptor,
  tree: Tree,
  { limits, ...reading }: FlattenOptions,
): Promise<void> {
  for (const { layer, diffId } of await layersOf(store, manifest))
    await applyLayer(layerContent(store, layer, diffId, reading), tree, {
      whiteouts: 'remove',
      limits: limits ?? limitsOf(layer.size),
    });
}
