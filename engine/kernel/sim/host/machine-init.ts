/**
 * The birth of a simulated Machine: number 1 of its new namespaces carries out the plan that init carries out on the real
 * kernel, too. What a learner sees of mounts is the same on both.
 */

import { initSteps, type SkeletonEntry } from '../../machine';
import * as abi from '../abi';
import { type ImageEntry, type ImageNode, imageTree } from '../fs/image';
import { preparePlan } from '../plan';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';

export interface MachineBirth {
  hostname: string;
  diskBytes: number;
  /** The root filesystem. */
  image: readonly ImageEntry[];
  ready(): void;
  failed(error: Error): void;
}

type Prepared = ReturnType<typeof preparePlan>;

/** Plans by what they were made for: Machines differ in their names, and the name is given beforehand. */
const prepared = new WeakMap<readonly ImageEntry[], Map<string, Prepared>>();

/** Does not end while the Machine lives. */
export function* bearMachine(sys: Sys, birth: MachineBirth): Blocking<number> {
  sys.sethostname(birth.hostname);
  const plan = planFor(birth.image, birth.diskBytes, sys.capget().permitted);
  return yield* plan(sys, { report: birth.ready, failed: birth.failed, closed: () => undefined });
}

function planFor(image: readonly ImageEntry[], diskBytes: number, capabilities: bigint): Prepared {
  const key = `${diskBytes} ${capabilities}`;
  const plans = prepared.get(image) ?? new Map<string, Prepared>();
  prepared.set(image, plans);
  const known = plans.get(key);
  if (known) return known;
  const made = preparePlan({
    name: 'machine',
    steps: initSteps({
      hostname: null,
      diskBytes,
      skeleton: ['root', 'home', 'tmp'].flatMap((name) => skeletonOf(image, name)),
      rootfs: '/',
      layers: [],
      cgroups: [{ hierarchy: { version: 2, name: '', options: '' }, directory: null }],
      capabilities,
    }),
  });
  plans.set(key, made);
  return made;
}

/** A directory at the top of the root filesystem with all it holds, parents first. */
function skeletonOf(image: readonly ImageEntry[], name: string): SkeletonEntry[] {
  const node = imageTree(image).children.get(name);
  return node ? entriesOf(node, name) : [];
}

function entriesOf({ mode, entry, children }: ImageNode, path: string): SkeletonEntry[] {
  const { content, uid, gid } = entry;
  if (content.kind !== 'directory' && content.kind !== 'file' && content.kind !== 'symlink') return [];
  const below = [...children].flatMap(([name, child]) => entriesOf(child, `${path}/${name}`));
  return [{ path, mode: mode & 0o7777, uid, gid, content }, ...below];
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
