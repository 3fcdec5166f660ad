/** Programs that use the network: ping, curl, BusyBox's httpd and BusyBox itself. */

import type { Program } from '../../kernel/sim';
import { bare } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';
import { makeBusybox } from './busybox';

export { debianApplets } from './applets';

const later = loadedLater(
  'net',
  ['curl', 'httpd', 'nc', 'ping', 'socat', 'tcpdump', 'tracepath'],
  () => import('./programs'),
);
const { httpd, ...own } = later.programs;

export const parts = [later.part];

/** Applets of BusyBox that no other package has. */
export const busyboxApplets: Record<string, Program> = bare({ httpd });

/** Until the packages are known, BusyBox has its own applets only; `wireBusybox` gives it the others. */
let others: (applet: string) => Program | undefined = () => undefined;
let appletNames: readonly string[] = Object.keys(busyboxApplets);

/** `find`: a program of any package by its name. */
export function wireBusybox(names: readonly string[], find: (applet: string) => Program | undefined): void {
  appletNames = [...new Set([...names, ...Object.keys(busyboxApplets)])];
  others = find;
}

const busybox: Program = function* (sys, argv, env) {
  return yield* makeBusybox(appletNames, (applet) => busyboxApplets[applet] ?? others(applet))(sys, argv, env);
};

export const programs: Record<string, Program> = { ...own, busybox };

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
  { path: '/usr/bin/busybox', program: 'busybox', static: true, size: 1_982_256 },
];
