/** iproute2 6.1: ip, ss, bridge, tc. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater('iproute2', ['ip', 'ss', 'bridge', 'tc'], () => import('./programs'));

export const { programs } = later;
export const parts = [later.part];

export const files: InstalledProgram[] = [
  { path: '/usr/bin/ip', program: 'ip', size: 691_016, links: [['/usr/sbin/ip', '/bin/ip']] },
  { path: '/usr/bin/ss', program: 'ss', size: 193_680 },
  { path: '/usr/sbin/bridge', program: 'bridge', size: 156_200 },
  { path: '/usr/sbin/tc', program: 'tc', size: 587_776 },
];
