/** psmisc 23.6: processes by what they belong to and what they use. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater('psmisc', ['fuser', 'killall', 'pstree'], () => import('./programs'));

export const { programs } = later;
export const parts = [later.part];

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/bin/${program}`,
  program,
}));
