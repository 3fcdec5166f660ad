/** BusyBox: its own applets, and the programs of other packages under its names for them. */
import type { Part, Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';
import { executedAnew } from './applets';
import { makeBusybox } from './busybox';

export { debianApplets } from './applets';

const later = loadedLater(
  'busybox',
  ['df', 'free', 'id', 'ls', 'mount', 'ping', 'ping6', 'ps', 'umount'],
  () => import('./programs'),
);

export const parts: readonly Part[] = [later.part];

type Find = (applet: string) => Program | undefined;

/** Until the packages are known, it has its own applets only; `wire` gives it the others. */
let others: Find = () => undefined;
let appletNames: readonly string[] = Object.keys(later.programs);

const own = new Map<string, Program>(Object.entries(later.programs));
const find: Find = (applet) => own.get(applet) ?? others(applet);

/** `outside`: a program of any package by its name. `shell`: one that has these applets in itself. */
export function wire(
  names: readonly string[],
  outside: Find,
  shell: (applet: (name: string) => Program | 'self' | undefined) => Program,
): void {
  appletNames = [...new Set([...names, ...own.keys()])].sort();
  others = outside;
  const standalone = shell((name) => {
    if (!appletNames.includes(name)) return undefined;
    return executedAnew.has(name) ? 'self' : find(name);
  });
  for (const name of ['sh', 'ash']) own.set(name, standalone);
}

const busybox: Program = function* (sys, argv, env) {
  return yield* makeBusybox(appletNames, find)(sys, argv, env);
};

export const programs: Record<string, Program> = { busybox };

export const files: InstalledProgram[] = [
  { path: '/usr/bin/busybox', program: 'busybox', static: true, size: 1_982_256 },
];
