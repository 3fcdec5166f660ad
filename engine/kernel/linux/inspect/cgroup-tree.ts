/** A Machine's cgroups with their limits, v1 and v2 (cgroups(7); kernel: admin-guide/cgroup-v1, cgroup-v2.rst). */
import type { Cgroup, MachineId } from '../../../state';
import { type CgroupHome, processesOf } from './cgroup-home';
import { readText } from './raw-file';

export function readCgroups(machine: MachineId, home: CgroupHome): Record<string, Cgroup> {
  const cgroups: Record<string, Cgroup> = {};
  for (const { path, directory } of home.tree()) {
    cgroups[`${machine}${path}`] = {
      machine,
      path,
      processes: processesOf(directory).length,
      pidsMax: limit(home, path, ['pids.max']),
      memoryMaxBytes: limit(home, path, ['memory.max', 'memory.limit_in_bytes']),
    };
  }
  return cgroups;
}

/** The limit set on the cgroup in the hierarchy that has it; null without one. */
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
