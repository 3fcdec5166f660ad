/**
 * Puts a layer into a tree (OCI image-spec 1.1, layer.md, "Applying Changesets"). What an archive asks for that no layer may is refused
 * with the entry's name; nothing is ever written outside the tree, and what was begun lies in it, to be removed with it.
 */
import { TarReader } from '../../archive';
import type { Tree } from '../../kernel';
import { ImageError } from '../error';
import { Applier } from './applier';
import type { LayerPlace, OpaqueXattr } from './overlay-marks';

export interface LayerLimits {
  /** Of all contents together, holes not counted. */
  bytes: number;
  entries: number;
}

export interface ApplyOptions {
  /**
   * `remove`: the tree holds the layers below; what is whited out is removed from it. Otherwise the tree is to be an upper directory of
   * overlayfs, and gets its marks; `below` are the directories it will lie on, the uppermost first.
   */
  whiteouts: 'remove' | { opaque: OpaqueXattr; below: readonly LayerPlace[] };
  limits?: Partial<LayerLimits>;
}

export interface AppliedLayer {
  /** As of `LayerLimits`. */
  bytes: number;
  entries: number;
}

/**
 * What a packed layer of so many bytes may become: real ones grow tenfold at most, and zeros alone a thousandfold. So a small download
 * never fills a disk.
 */
export function limitsOf(packedBytes: number): Partial<LayerLimits> {
  return { bytes: 2 ** 30 + 200 * packedBytes };
}

const generous: LayerLimits = { bytes: 64 * 2 ** 30, entries: 4_000_000 };

/**
 * `archive` is a tar, not packed. Errors: `invalid-layer`, `layer-too-large`, `KernelError` of the tree (a full disk), and what the
 * archive's source throws.
 */
export async function applyLayer(
  archive: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  tree: Tree,
  { whiteouts, limits }: ApplyOptions,
): Promise<AppliedLayer> {
  const applier = new Applier(tree, whiteouts, { ...generous, ...limits });
  const reader = new TarReader(applier, (name, problem) => new ImageError('invalid-layer', name, problem));
  try {
    for await (const chunk of archive) reader.push(chunk);
    reader.end();
    return applier.finish();
  } finally {
    applier.dispose();
  }
}
