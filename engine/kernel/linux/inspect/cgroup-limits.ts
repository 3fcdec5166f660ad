/** The limits of a Machine's cgroups, v1 and v2 (kernel: admin-guide/cgroup-v1, cgroup-v2.rst). */
import type { Cgroup, MachineId } from '../../../state';
import type { CgroupHome } from './cgroup-home';
import { readText } from './raw-file';

export type CgroupLimits = Omit<Cgroup, 'processes'>;

/** The limits set on the cgroup at `path` below the Machine's own. */
export function readLimits(machine: MachineId, home: CgroupHome, path: string): CgroupLimits {
  return {
    machine,
    path,
    pidsMax: limit(home, path, ['pids.max']),
    memoryMaxBytes: limit(home, path, ['memory.max', 'memory.limit_in_bytes']),
  };
}

/** From the hierarchy that has it; null without one. */
function limit(home: CgroupHome, path: string, files: string[]): number | null {
  for (const base of home.directories) {
    for (const file of files) {
      const text = readText(`${base}${path === '/' ? '' : path}/${file}`)?.trim();
      if (text === undefined) continue;
      const value = Number(text);
      // v1 says "no limit" as the largest multiple of the page size in a signed long.
      if (Number.isFinite(value) && value < Number.MAX_SAFE_INTEGER) return value;
    }
  }
  return null;
}
