/** All filesystems of the simulated kernel, and the root of the lab's first mount namespace. */
import type { SimKernel } from '../kernel';
import { registerMemoryDevices } from './devices/memory';
import { type ImageEntry, ImageSuperBlock, imageTree } from './image';
import { overlayFilesystem } from './overlay';
import { registerPseudoFilesystems } from './pseudo';
import { TmpfsSuperBlock, tmpfsFilesystem } from './tmpfs/super-block';

/** `image`: the root filesystem that everything is born on, read-only. */
export function registerFilesystems(kernel: SimKernel, image: readonly ImageEntry[]): void {
  const { vfs } = kernel;
  registerPseudoFilesystems(kernel);
  vfs.registerFilesystem(tmpfsFilesystem(kernel));
  vfs.registerFilesystem(overlayFilesystem(kernel));
  registerMemoryDevices(kernel);
  vfs.makeRoots = (userns) => [
    new RootfsSuperBlock(kernel, kernel.nextDevice(), userns, '', { uid: 0, gid: 0 }),
    new ImageSuperBlock(kernel, kernel.nextDevice(), userns, imageTree(image)),
  ];
}

/** What Linux has below its root: empty, and never unmounted. */
class RootfsSuperBlock extends TmpfsSuperBlock {
  override readonly type = 'rootfs';
}
