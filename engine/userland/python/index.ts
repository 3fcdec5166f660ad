/** A small, honest Python: what lessons' scripts need, and a plain word where it ends. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater('python', ['python3'], () => import('./programs'));

export const { programs } = later;
export const parts = [later.part];

export const files: InstalledProgram[] = [
  { path: '/usr/bin/python3.11', program: 'python3', size: 6_809_944, links: [['/usr/bin/python3', 'python3.11']] },
];
