/** gzip and tar: Debian's essential programs for archives. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater('archive', ['gzip', 'tar'], () => import('./programs'));

export const parts = [later.part];
export const programs = later.programs;

/** BusyBox has these by names of their own; Debian has them as scripts. */
export const busyboxApplets = { gunzip: programs.gzip, zcat: programs.gzip };

export const files: InstalledProgram[] = [
  { path: '/usr/bin/gzip', program: 'gzip', size: 98_136 },
  { path: '/usr/bin/tar', program: 'tar', size: 531_984 },
];
