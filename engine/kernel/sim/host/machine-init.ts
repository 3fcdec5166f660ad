/**
 * The birth of a simulated Machine: number 1 of its new namespaces carries out the plan that init carries out on the real
 * kernel, too. What a learner sees of mounts is the same on both.
 */

import { initSteps, type SkeletonEntry } from '../../machine';
import type { Plan } from '../../plan';
import * as abi from '../abi';
import { concat } from '../bytes';
import { carryOut } from '../plan';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';

export interface MachineBirth {
  name: string;
  hostname: string;
  diskBytes: number;
  ready(): void;
  failed(error: Error): void;
}

/** Does not end while the Machine lives. */
export function* bearMachine(sys: Sys, birth: MachineBirth): Blocking<number> {
  const listener = { report: birth.ready, failed: birth.failed, closed: () => undefined };
  return yield* carryOut(sys, yield* planOf(sys, birth), listener);
}

function* planOf(sys: Sys, { name, hostname, diskBytes }: MachineBirth): Blocking<Plan> {
  const skeleton: SkeletonEntry[] = [];
  for (const directory of ['root', 'home', 'tmp']) yield* readTree(sys, directory, skeleton);
  const steps = initSteps({
    hostname,
    diskBytes,
    skeleton,
    rootfs: '/',
    cgroups: [{ hierarchy: { version: 2, name: '', options: '' }, directory: null }],
    capabilities: sys.capget().permitted,
  });
  return { name: `machine ${name}`, steps };
}

/** A tree of the root filesystem, parents first. */
function* readTree(sys: Sys, path: string, entries: SkeletonEntry[]): Blocking<void> {
  const { mode, uid, gid } = sys.lstat(`/${path}`);
  const entry = { path, mode: mode & 0o7777, uid, gid };
  const kind = mode & abi.S_IFMT;
  if (kind === abi.S_IFLNK) entries.push({ ...entry, content: { kind: 'symlink', target: sys.readlink(`/${path}`) } });
  if (kind === abi.S_IFREG) {
    entries.push({ ...entry, content: { kind: 'file', bytes: yield* readFile(sys, `/${path}`) } });
  }
  if (kind !== abi.S_IFDIR) return;
  entries.push({ ...entry, content: { kind: 'directory' } });
  for (const { name } of sys.readdir(`/${path}`)) {
    if (name !== '.' && name !== '..') yield* readTree(sys, `${path}/${name}`, entries);
  }
}

function* readFile(sys: Sys, path: string): Blocking<Uint8Array> {
  const fd = yield* sys.open(path, abi.O_RDONLY);
  const chunks: Uint8Array[] = [];
  for (let chunk = yield* sys.read(fd, 65_536); chunk.length > 0; chunk = yield* sys.read(fd, 65_536)) {
    chunks.push(chunk);
  }
  sys.close(fd);
  return concat(chunks);
}

/** What the lab's own first process does: waits for orphans. */
export function* reap(sys: Sys): Blocking<never> {
  for (;;) {
    try {
      yield* sys.waitpid(-1);
    } catch (error) {
      if (!abi.isSysError(error, 'ECHILD', 'EINTR')) throw error;
      if (error.errno === 'ECHILD') yield* waitForChild(sys);
    }
  }
}

function* waitForChild(sys: Sys): Blocking<void> {
  const SIGCHLD = abi.signalNumbers.SIGCHLD;
  yield* sys.sigtimedwait(1n << BigInt(SIGCHLD - 1), null);
}
