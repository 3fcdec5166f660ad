/**
 * The cgroups of labs. In every hierarchy: `underlay/<server pid>-<its start time>/<lab>/<machine>`.
 *
 * Limits sit on the lab's directory; a Machine's cgroup namespace begins one level below, so nobody in it can reach them.
 * The server's start time tells a living server's cgroups from those of a dead one whose pid is in use again.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KernelError, type LabLimits } from '../../port';
import { startTime } from '../syscall';
import { attachDeviceFilter } from './devices';
import { controlledBy, type Hierarchy, hierarchies } from './hierarchy';
import { limitFiles } from './limits';

const top = 'underlay';
/** Times that a cgroup's processes are killed, 10 ms apart at most: those of a lab of ours, and those of a dead server. */
const endAttempts = 2000;
const sweepAttempts = 300;

/** A Machine's cgroup in one hierarchy. */
export interface MachineCgroup {
  hierarchy: Hierarchy;
  directory: string;
}

export function instanceName(): string {
  return `${process.pid}-${startTime('self') ?? '0'}`;
}

/** Errors: EEXIST when this process runs a lab of that name. */
export function refuseRunningLab(lab: string): void {
  const paths = hierarchies().map(({ mountPoint }) => join(mountPoint, top, instanceName(), lab));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined) throw new KernelError('EEXIST', 'boot', taken, 'a lab of that name is running');
}

/** Makes a lab's cgroups and sets its limits. */
export function createLabCgroups(
  lab: string,
  machines: readonly string[],
  limits: LabLimits,
): Map<string, MachineCgroup[]> {
  const made = new Map<string, MachineCgroup[]>(machines.map((machine) => [machine, []]));
  const all = hierarchies();
  for (const hierarchy of all) {
    const directory = makePath(hierarchy, [top, instanceName(), lab]);
    for (const [file, content] of limitFiles(hierarchy, limits)) writeControl(directory, file, content);
    if (hierarchy.version === 2 && !controlledBy(all, 'devices')) attachDeviceFilter(directory);
    for (const machine of machines) {
      made.get(machine)?.push({ hierarchy, directory: makeChild(hierarchy, directory, machine) });
    }
  }
  return made;
}

/** Another server may remove the level they share, empty for a moment, while we are about to use it: then once more. */
function makePath(hierarchy: Hierarchy, names: readonly string[], attempts = 10): string {
  try {
    return names.reduce((directory, name) => makeChild(hierarchy, directory, name), hierarchy.mountPoint);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || attempts === 0) throw error;
    return makePath(hierarchy, names, attempts - 1);
  }
}

function makeChild(hierarchy: Hierarchy, parent: string, name: string): string {
  const directory = join(parent, name);
  if (hierarchy.version === 2) delegate(hierarchy, parent);
  makeDirectory(directory);
  if (hierarchy.controllers.includes('cpuset') && hierarchy.version === 1) {
    // A new cpuset is empty, and no process can be put in it until it has what its parent has (cpuset(7)).
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      writeControl(directory, file, readFileSync(join(parent, file), 'utf8').trim());
    }
  }
  return directory;
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o755 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Hands the controllers that limits need to the children of a version 2 cgroup. */
function delegate(hierarchy: Hierarchy, directory: string): void {
  const wanted = hierarchy.controllers.filter((controller) => ['pids', 'memory', 'cpu'].includes(controller));
  const enabled = readFileSync(join(directory, 'cgroup.subtree_control'), 'utf8').trim().split(' ');
  const missing = wanted.filter((controller) => !enabled.includes(controller));
  if (missing.length > 0) {
    writeControl(directory, 'cgroup.subtree_control', missing.map((controller) => `+${controller}`).join(' '));
  }
}

function writeControl(directory: string, file: string, content: string): void {
  const path = join(directory, file);
  try {
    writeFileSync(path, content);
  } catch (error) {
    // Swap accounting is a kernel option: without it there is no such file, and no swap limit to set.
    if (codeOf(error) === 'ENOENT' && file.startsWith('memory.')) return;
    // The swap limit is only an addition where the kernel was started without swap accounting.
    if (codeOf(error) === 'EOPNOTSUPP' && file === 'memory.memsw.limit_in_bytes') return;
    throw new KernelError(codeOf(error), 'write', path, content);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}

/** Ends what still runs in a lab of this server and removes its cgroups. */
export async function removeLabCgroups(lab: string): Promise<void> {
  const all = hierarchies();
  for (const { mountPoint } of all) {
    const instance = join(mountPoint, top, instanceName());
    await removeTree(join(instance, lab), () => thaw(all, instanceName(), lab));
    // The levels above are shared with other labs and servers: they go with the last of them.
    tryRemove(instance);
    tryRemove(join(mountPoint, top));
  }
}

/** Removes the cgroups of servers that are gone, and kills what is left in them. Says what it removed. */
export async function sweepCgroups(): Promise<string[]> {
  const removed: string[] = [];
  const all = hierarchies();
  const stuck = new Set<string>();
  for (const { mountPoint } of all) {
    const root = join(mountPoint, top);
    for (const name of childrenOf(root)) {
      if (isAlive(name)) continue;
      const attempts = stuck.has(name) ? 1 : sweepAttempts;
      try {
        const killed = await removeTree(join(root, name), () => thaw(all, name), attempts);
        removed.push(...killed.map((pid) => `process ${pid}`), `cgroup ${join(root, name)}`);
      } catch (error) {
        // Left for the next start: what does not die of SIGKILL must not keep this server from starting.
        if (codeOf(error) !== 'EBUSY') throw error;
        stuck.add(name);
      }
    }
    tryRemove(root);
  }
  return removed;
}

/** A frozen process does not end before it is thawed (version 1's freezer), and learners can freeze their own. */
function thaw(all: readonly Hierarchy[], ...path: string[]): void {
  const freezer = all.find(({ version, controllers }) => version === 1 && controllers.includes('freezer'));
  if (freezer) thawTree(join(freezer.mountPoint, top, ...path));
}

/** From the top, as what is below a frozen cgroup stays frozen. */
function thawTree(directory: string): void {
  try {
    writeFileSync(join(directory, 'freezer.state'), 'THAWED', { flag: 'r+' });
  } catch {
    // It is gone already.
  }
  for (const name of childrenOf(directory)) thawTree(join(directory, name));
}

/** Whether the server that an instance's directory is named for still runs. */
function isAlive(instance: string): boolean {
  const [pid, started] = instance.split('-');
  return startTime(Number(pid)) === started;
}

/**
 * Removes a cgroup and all below it, thawing and killing until it is empty. Returns the processes it killed. Errors:
 * EBUSY when they do not end.
 */
async function removeTree(directory: string, thawAll: () => void, attempts = endAttempts): Promise<number[]> {
  const killed = new Set<number>();
  // A killed process stays in its cgroup until it has given up its memory and its children: seconds at worst.
  for (let attempt = 0; existsSync(directory); attempt += 1) {
    for (const pid of killAll(directory)) killed.add(pid);
    thawAll();
    if (removeEmpty(directory)) break;
    if (attempt === attempts) throw new KernelError('EBUSY', 'rmdir', directory, 'its processes do not end');
    await delay(Math.min(1 + attempt, 10));
  }
  return [...killed];
}

function killAll(directory: string): number[] {
  const pids = childrenOf(directory).flatMap((name) => killAll(join(directory, name)));
  for (const pid of processesOf(directory)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
    pids.push(pid);
  }
  return pids;
}

export function processesOf(directory: string): number[] {
  try {
    const text = readFileSync(join(directory, 'cgroup.procs'), 'utf8').trim();
    return text === '' ? [] : text.split('\n').map(Number);
  } catch {
    return [];
  }
}

/** Processes in a cgroup or in one below it. */
export function allProcessesOf(directory: string): number[] {
  return [...processesOf(directory), ...childrenOf(directory).flatMap((name) => allProcessesOf(join(directory, name)))];
}

function removeEmpty(directory: string): boolean {
  return childrenOf(directory).every((name) => removeEmpty(join(directory, name))) && tryRemove(directory);
}

function tryRemove(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

function childrenOf(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
