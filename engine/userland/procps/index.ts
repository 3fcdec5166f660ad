/** procps-ng 4.0.2: what there is to know of processes, memory and the kernel's settings. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater(
  'procps',
  [
    'free',
    'kill',
    'pgrep',
    'pidof',
    'pidwait',
    'pkill',
    'pmap',
    'ps',
    'pwdx',
    'sysctl',
    'top',
    'uptime',
    'vmstat',
    'w',
    'watch',
  ],
  () => import('./programs'),
);

export const { programs } = later;
export const parts = [later.part];

const inSbin = new Set(['sysctl']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`,
  program,
}));
