/** The kernels that lessons can be tested on. */
import type { KernelHost } from '../../engine/kernel';
import { LinuxHost } from '../../engine/kernel/linux';
import { simHost, systemClock } from '../../sandbox';
import { rootfsPath } from '../../setup/paths.mjs';

export const kernels = ['linux', 'sim'] as const;
export type KernelName = (typeof kernels)[number];

export function hostFor(kernel: KernelName): KernelHost {
  switch (kernel) {
    case 'linux':
      return new LinuxHost({ rootfs: rootfsPath() });
    case 'sim':
      return simHost(systemClock, () => Date.now());
  }
}
