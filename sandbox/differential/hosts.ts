/** The two kernels that are compared. */
import type { KernelHost } from '../../engine/kernel';
import { LinuxHost } from '../../engine/kernel/linux';
import { observedHost } from '../../engine/observe';
import { loadPrograms } from '../../engine/programs/simulated';
import { cannotBuildEngineTree, ensureEngineTree } from '../../setup/engine-tree.mjs';
import { layerPaths, rootfsPath } from '../../setup/paths.mjs';
import { simHost } from '../drivers/sim';
import { systemClock } from '../lab';
import { HastyClock } from '../testing/clock';

// Else what is compared would lack our programs on one side.
if (cannotBuildEngineTree() === undefined) await ensureEngineTree();

export function realHost(): KernelHost {
  return observedHost(new LinuxHost({ rootfs: rootfsPath(), layers: layerPaths() }), systemClock);
}

// A clock that nobody waits for would not wait for programs on their way either.
await loadPrograms();

/** A simulated lab begins at the same moment each time, and nobody waits for its clock. */
export function simulatedHost(): KernelHost {
  return simHost(new HastyClock(), () => Date.UTC(2026, 0, 1));
}
