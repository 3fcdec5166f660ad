/** The kernels that lessons can be tested on. */
import type { KernelHost } from '../../engine/kernel';
import { LinuxHost } from '../../engine/kernel/linux';
import { observedHost } from '../../engine/observe';
import { simHost, systemClock } from '../../sandbox';
import { cannotBuildEngineTree, ensureEngineTree } from '../../setup/engine-tree.mjs';
import { layerPaths, rootfsPath } from '../../setup/paths.mjs';

export const kernels = ['linux', 'sim'] as const;
export type KernelName = (typeof kernels)[number];

export function hostFor(kernel: KernelName): KernelHost {
  switch (kernel) {
    case 'linux':
      return observedHost(new LinuxHost({ rootfs: rootfsPath(), layers: layerPaths() }), systemClock);
    case 'sim':
      return simHost(systemClock, () => Date.now());
  }
}

/** Builds what real Machines have of our engine, unless it is there or cannot be. */
export async function prepareHost(kernel: KernelName): Promise<void> {
  if (kernel === 'linux' && cannotBuildEngineTree() === undefined) await ensureEngineTree();
}
