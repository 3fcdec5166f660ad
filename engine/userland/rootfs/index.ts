/**
 * The root filesystem of a simulated Machine, as a plain list: what a Debian 12 has that learners look at, the start-up
 * files of the real Machines, and a file for every program of the userland.
 */
import { defaultInterpreter, encode, makeImage } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { textFiles } from './etc';
import machineFiles from './machine-files.json';
import { directories, libraries, links, specialDirectories } from './tree';

export interface RootfsEntry {
  /** Absolute. Parents come before what is in them. */
  path: string;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  content:
    | { kind: 'directory' }
    /** `size` is what stat(2) tells where it is more than the bytes: the rest reads as zeros. */
    | { kind: 'file'; bytes: Uint8Array; size?: number }
    | { kind: 'symlink'; target: string };
}

const learner = { uid: 1000, gid: 1000 };

/** `others`: empty directories besides. */
export function rootfs(programs: readonly InstalledProgram[], others: readonly string[]): RootfsEntry[] {
  const entries = new Map<string, RootfsEntry>();
  const put = (entry: RootfsEntry) => entries.set(entry.path, entry);
  for (const { path, mode = 0o755, gid = 0 } of [...directories, ...specialDirectories]) {
    put({ path, mode, uid: 0, gid, content: { kind: 'directory' } });
  }
  for (const path of others) put({ path, mode: 0o755, uid: 0, gid: 0, content: { kind: 'directory' } });
  for (const [path, target] of links) put(symlink(path, target));
  for (const [path, size] of libraries) put(file(path, encode('\x7fELF'), { size, mode: 0o755 }));
  for (const { path, text, mode, gid } of textFiles) put(file(path, encode(text), { mode, gid }));
  for (const { path, mode, text } of machineFiles) put(file(path, encode(text), { mode }));
  for (const program of programs) {
    put(programFile(program));
    for (const [path, target] of program.links ?? []) put(symlink(path, target));
  }
  const home = homeOfLearner(entries);
  for (const entry of home) put(entry);
  return sorted(withParents(entries));
}

function symlink(path: string, target: string): RootfsEntry {
  return { path, mode: 0o777, uid: 0, gid: 0, content: { kind: 'symlink', target } };
}

function file(
  path: string,
  bytes: Uint8Array,
  { size, mode = 0o644, gid = 0 }: { size?: number; mode?: number | undefined; gid?: number | undefined } = {},
): RootfsEntry {
  return { path, mode, uid: 0, gid, content: { kind: 'file', bytes, ...(size === undefined ? {} : { size }) } };
}

function programFile({ path, program, mode = 0o755, static: isStatic = false, size }: InstalledProgram): RootfsEntry {
  const image = makeImage(program, isStatic ? null : defaultInterpreter);
  return file(path, image, { mode, ...(size === undefined ? {} : { size }) });
}

/** A copy of /etc/skel, as adduser(8) makes it. */
function homeOfLearner(entries: ReadonlyMap<string, RootfsEntry>): RootfsEntry[] {
  const home = '/home/learner';
  const copies = [...entries.values()]
    .filter(({ path }) => path.startsWith('/etc/skel/'))
    .map((entry) => ({ ...entry, ...learner, path: `${home}${entry.path.slice('/etc/skel'.length)}` }));
  return [{ path: home, mode: 0o755, ...learner, content: { kind: 'directory' } }, ...copies];
}

/** Directories that are only named as part of a path. */
function withParents(entries: Map<string, RootfsEntry>): Map<string, RootfsEntry> {
  for (const path of [...entries.keys()]) {
    for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      const parent = path.slice(0, end);
      if (!entries.has(parent))
        entries.set(parent, { path: parent, mode: 0o755, uid: 0, gid: 0, content: { kind: 'directory' } });
    }
  }
  return entries;
}

function sorted(entries: ReadonlyMap<string, RootfsEntry>): RootfsEntry[] {
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
