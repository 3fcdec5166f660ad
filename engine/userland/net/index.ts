/** Programs that use the network: ping, curl, nc and BusyBox's httpd. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';

const later = loadedLater(
  'net',
  ['curl', 'httpd', 'nc', 'ping', 'socat', 'tcpdump', 'tracepath'],
  () => import('./programs'),
);
const { httpd, ...own } = later.programs;

export const parts = [later.part];

/** BusyBox's httpd, which no other package has. */
export const busyboxApplets: Record<string, Program> = { httpd };

export const programs: Record<string, Program> = own;

export const files: InstalledProgram[] = [
  { path: '/usr/bin/curl', program: 'curl', size: 280_800 },
  {
    path: '/usr/bin/ping',
    program: 'ping',
    size: 90_568,
    links: [
      ['/usr/bin/ping4', 'ping'],
      ['/usr/bin/ping6', 'ping'],
    ],
  },
  {
    path: '/usr/bin/nc.openbsd',
    program: 'nc',
    size: 43_592,
    links: [
      ['/etc/alternatives/nc', '/usr/bin/nc.openbsd'],
      ['/usr/bin/nc', '/etc/alternatives/nc'],
      ['/etc/alternatives/netcat', '/usr/bin/nc.openbsd'],
      ['/usr/bin/netcat', '/etc/alternatives/netcat'],
    ],
  },
  { path: '/usr/bin/socat', program: 'socat', size: 411_624 },
  { path: '/usr/bin/tcpdump', program: 'tcpdump', size: 1_269_784 },
  { path: '/usr/bin/tracepath', program: 'tracepath', size: 22_992 },
];
