import type { KernelHost } from '../../engine/kernel';
import { observedHost } from '../../engine/observe';
import { layerPaths, rootfsPath } from '../../setup/paths.mjs';
import { systemClock } from '../lab';
import type { Driver } from './driver';
import { createHostDriver, type HostDriverOptions } from './host';

/** The `host` driver on this machine's own kernel; where that cannot be, a driver that says why. */
export async function createLinuxDriver(options: Omit<HostDriverOptions, 'host'> = {}): Promise<Driver> {
  return createHostDriver({ ...options, host: await openLinuxHost() });
}

/** The real kernel as a place to boot labs. Its system calls are loaded only where there can be any. */
async function openLinuxHost(): Promise<KernelHost> {
  if (process.platform !== 'linux') {
    return unavailableHost(
      `Real labs need Linux, and this is ${process.platform}. Run Underlay on a Linux machine or in a Linux VM.`,
    );
  }
  const { LinuxHost } = await import('../../engine/kernel/linux');
  return observedHost(new LinuxHost({ rootfs: rootfsPath(), layers: layerPaths() }), systemClock);
}

function unavailableHost(reason: string): KernelHost {
  return {
    name: 'linux',
    availability: () => ({ available: false, reason }),
    boot: () => Promise.reject(new Error(reason)),
    sweep: async () => [],
  };
}
