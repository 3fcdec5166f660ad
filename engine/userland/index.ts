/**
 * The programs of the simulated machines, and the root filesystem they are installed in. A folder a package; each says
 * what its programs are called and where Debian puts them.
 */
import type { Part, Program } from '../kernel/sim';
import * as archive from './archive';
import * as busybox from './busybox';
import * as coreutils from './coreutils';
import * as iproute2 from './iproute2';
import type { InstalledProgram } from './lib/install';
import { loadAll, loadedLater } from './lib/loaded-later';
import { withOutputErrors } from './lib/output-error';
import { baseName } from './lib/paths';
import * as libcap from './libcap';
import * as misc from './misc';
import * as net from './net';
import * as nftables from './nftables';
import * as procps from './procps';
import * as psmisc from './psmisc';
import { type RootfsEntry, rootfs } from './rootfs';
import * as shell from './shell';
import * as text from './text';
import * as utilLinux from './util-linux';

export type { InstalledProgram, RootfsEntry };
export { loadAll, loadedLater };

interface Package {
  programs: Record<string, Program>;
  files: readonly InstalledProgram[];
  /** What is loaded when one of its programs is first executed. */
  parts: readonly Part[];
}

const packages: readonly Package[] = [
  coreutils,
  shell,
  text,
  utilLinux,
  procps,
  psmisc,
  libcap,
  misc,
  iproute2,
  nftables,
  net,
  archive,
  busybox,
];

const programs = new Map<string, Program>(
  packages.flatMap((one) =>
    Object.entries(one.programs).map(([name, code]) => [name, withOutputErrors(code, name)] as const),
  ),
);

/** Programs by the names of their files, links among them. */
const installed = new Map<string, string>();
for (const { path, program, links = [] } of packages.flatMap(({ files }) => files)) {
  for (const [name] of [[path], ...links]) installed.set(baseName(name), program);
}
installed.set('ash', installed.get('sh') ?? '');

// BusyBox runs the programs of the other packages under the names it has for them.
const ofBusybox = new Map<string, Program>(Object.entries({ ...net.busyboxApplets, ...archive.busyboxApplets }));
busybox.wire(
  [...installed.keys(), ...ofBusybox.keys()].filter((name) => busybox.debianApplets.has(name)),
  (applet) => ofBusybox.get(applet) ?? programs.get(installed.get(applet) ?? ''),
  shell.standaloneShell,
);

/** The program a file's image names; undefined when there is none. */
export function program(name: string): Program | undefined {
  return programs.get(name);
}

/** Loads all programs ahead of time. Rejects when one cannot be had. */
export function loadPrograms(): Promise<void> {
  return loadAll(packages.flatMap(({ parts }) => parts));
}

/** The root filesystem of a simulated Machine that has these besides. */
export function imageEntries(
  files: readonly InstalledProgram[],
  directories: readonly string[],
): readonly RootfsEntry[] {
  return rootfs([...packages.flatMap((one) => one.files), ...files], directories);
}
