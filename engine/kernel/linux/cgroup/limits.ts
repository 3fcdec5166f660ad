/** The files of a cgroup that hold a lab to its limits, in both versions' words. */
import type { LabLimits } from '../../port';
import { deviceRules } from './devices';
import type { Hierarchy } from './hierarchy';

/** Length of the period that CPU bandwidth is counted in, microseconds. */
const period = 100_000;

/**
 * What to write into the lab's cgroup of one hierarchy: file name to content, in order. A Machine's disk is a tmpfs,
 * whose pages are charged to the lab: its memory limit is the sum of both.
 */
export function limitFiles(hierarchy: Hierarchy, limits: LabLimits): Array<[file: string, content: string]> {
  const memory = String(limits.memoryBytes + limits.diskBytes);
  const quota = String(Math.max(1000, Math.round(limits.cpus * period)));
  const has = (controller: string) => hierarchy.controllers.includes(controller);
  const files: Array<[string, string]> = [];
  if (has('pids')) files.push(['pids.max', String(limits.pids)]);
  if (hierarchy.version === 2) {
    if (has('memory')) files.push(['memory.max', memory], ['memory.swap.max', '0']);
    if (has('cpu')) files.push(['cpu.max', `${quota} ${period}`]);
    return files;
  }
  if (has('memory')) files.push(['memory.limit_in_bytes', memory], ['memory.memsw.limit_in_bytes', memory]);
  if (has('cpu')) files.push(['cpu.cfs_period_us', String(period)], ['cpu.cfs_quota_us', quota]);
  if (has('devices')) files.push(...deviceRules());
  return files;
}
