/** What this process holds of the operating system: equal before and after, or a lab has left something behind. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

export interface Holdings {
  /** Descendants of this process, by name. */
  processes: string[];
  /** Directories of this process's labs in the cgroup trees. */
  cgroups: string[];
  /** Open files, by what they lead to. Sockets and pipes of Node's own come and go: only the rest is listed. */
  files: string[];
}

const cgroupRoot = '/sys/fs/cgroup';

export async function holdings(pid = process.pid): Promise<Holdings> {
  return { processes: await descendants(pid), cgroups: await labCgroups(pid), files: await openFiles() };
}

/** What is there after, and was not before; one line each. */
export function leftBehind(before: Holdings, after: Holdings): string[] {
  return [
    ...added(before.processes, after.processes).map((name) => `process ${name}`),
    ...added(before.cgroups, after.cgroups).map((name) => `cgroup ${name}`),
    ...added(before.files, after.files).map((name) => `open file ${name}`),
  ];
}

function added(before: readonly string[], after: readonly string[]): string[] {
  const rest = [...before];
  return after.filter((value) => {
    const index = rest.indexOf(value);
    if (index < 0) return true;
    rest.splice(index, 1);
    return false;
  });
}

async function descendants(pid: number): Promise<string[]> {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const match = /^\d+ \((.*)\) \S (\d+)/s.exec(stat);
    if (match) parents.set(Number(entry), { parent: Number(match[2]), name: match[1] ?? '' });
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child)?.parent ?? 0;
    return parent === pid || (parent > 1 && isBelow(parent));
  };
  const below = [...parents].filter(([child]) => isBelow(child)).map(([, { name }]) => name);
  // What turns TypeScript into programs when a module is first loaded, in the middle of a lab perhaps.
  return below.filter((name) => name !== 'esbuild');
}

/** Directories named after this process below any `underlay` directory of the cgroup trees. */
async function labCgroups(pid: number): Promise<string[]> {
  const found: string[] = [];
  const trees = [cgroupRoot, ...(await names(cgroupRoot)).map((name) => path.join(cgroupRoot, name))];
  for (const tree of trees) {
    const home = path.join(tree, 'underlay');
    for (const server of (await names(home)).filter((name) => name.startsWith(`${pid}-`))) {
      for (const lab of await names(path.join(home, server))) found.push(path.join(home, server, lab));
    }
  }
  return found;
}

async function names(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function openFiles(): Promise<string[]> {
  const targets = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return targets.filter((target) => target !== '' && !/^(socket|pipe|anon_inode):|^\/proc\/\d+\/fd$/.test(target));
}
