/** libcap 2.66: capabilities of processes and files. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater('libcap', ['capsh', 'getcap', 'getpcaps', 'setcap'], () => import('./programs'));

export const { programs } = later;
export const parts = [later.part];

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/sbin/${program}`,
  program,
}));
