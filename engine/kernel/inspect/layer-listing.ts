/** What one layer of an overlay holds, as both kernels' observers read it. */
import type { FileKind } from '../../state';

export interface LayerFile {
  kind: FileKind;
  size: number;
  inode: number;
  /** Where a renamed directory's older content is: an absolute path from the layer's root, or a new last name. */
  redirect: string | null;
}

/** By path relative to the layer's root, parents before children. */
export type LayerListing = Map<string, LayerFile>;

export interface LayerLimits {
  names: number;
  depth: number;
}

/** How much of a layer is looked at: more could not be drawn. */
export const layerLimits: LayerLimits = { names: 500, depth: 6 };
