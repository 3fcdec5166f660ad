/** The door of overlayfs: how it is registered, and what the reader of the lab's state needs of it. */
import type { SuperBlock } from '../../vfs/super-block';
import { OverlaySuperBlock } from './super-block';

export type { OverlayLayer } from './layers';
export { overlayFilesystem } from './super-block';
export type { OverlaySuperBlock };

export function isOverlay(sb: SuperBlock): sb is OverlaySuperBlock {
  return sb instanceof OverlaySuperBlock;
}
