/** The door of overlayfs: what the reader of the lab's state needs of it. (Placeholder until super-block.ts is there.) */
import type { Path } from '../../vfs/path';
import { SuperBlock } from '../../vfs/super-block';

export interface OverlayLayer {
  role: 'upper' | 'lower';
  path: Path;
}

export abstract class OverlaySuperBlock extends SuperBlock {
  /** The topmost first. */
  abstract readonly layers: readonly OverlayLayer[];
  abstract readonly workdir: Path | null;
  /** `trusted.` or `user.` */
  abstract readonly xattrPrefix: string;
}

export function isOverlay(sb: SuperBlock): sb is OverlaySuperBlock {
  return sb instanceof OverlaySuperBlock;
}
