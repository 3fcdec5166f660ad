/** The files of a cgroup that hold a lab to its limits, in both versions' words. */
import type { LabLimits } from '../../port';
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

/** Devices a Machine may use: nodes of any number can be made (whiteouts, exercises), only these can be opened. */
function deviceRules(): Array<[string, string]> {
  const allowed = [
    'c *:* m',
    'b *:* m', // mknod
    'c 1:3 rwm',
    'c 1:5 rwm',
    'c 1:7 rwm',
    'c 1:8 rwm',
    'c 1:9 rwm', // null zero full random urandom
    'c 5:0 rwm',
    'c 5:1 rwm',
    'c 5:2 rwm',
    'c 136:* rwm', // tty console ptmx, pts/*
    'c 10:200 rwm', // net/tun
  ];
  return [['devices.deny', 'a'], ...allowed.map((rule): [string, string] => ['devices.allow', rule])];
}
