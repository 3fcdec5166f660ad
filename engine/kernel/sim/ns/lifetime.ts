/**
 * When a namespace ends (namespaces(7), "Namespace lifetime"): as soon as no task is in it, no descriptor and no bind
 * mount leads to it, none that lives belongs to it or lies below it, and no socket is open in it. Tasks are counted; the
 * rest is looked for when a count has come to nothing.
 */
import { IpcNamespace } from '../ipc/types';
import type { SimKernel } from '../kernel';
import { NetNamespace } from '../net/types';
import { MountNamespace, type Namespace, PidNamespace } from './namespace';

export function sweep(kernel: SimKernel, all: Set<Namespace>): void {
  // Giving one back may let go of another.
  for (let ended = true; ended; ) {
    ended = false;
    const held = findHeld(kernel, all);
    for (const ns of [...all]) {
      if (held.has(ns)) continue;
      all.delete(ns);
      end(kernel, ns);
      ended = true;
    }
  }
  kernel.touch('namespaces');
}

function findHeld(kernel: SimKernel, all: ReadonlySet<Namespace>): Set<Namespace> {
  const held = new Set<Namespace>(Object.values(kernel.namespaces.initial));
  for (const ns of kernel.vfs.pinnedNamespaces()) held.add(ns);
  for (const task of kernel.tasks.all()) {
    held.add(task.cred.user);
    for (const { ns } of task.numbers) held.add(ns);
    if (!task.isAlive) continue;
    held.add(task.ns.pidForChildren);
    held.add(task.ns.timeForChildren);
  }
  for (const ns of all) {
    if (ns.tasks > 0 || (ns instanceof NetNamespace && ns.sockets.open.size > 0)) held.add(ns);
  }
  for (const ns of [...held]) hold(held, ns);
  return held;
}

/** Its owner and those above it. */
function hold(held: Set<Namespace>, ns: Namespace): void {
  for (let owner = ns.owner; owner !== null; owner = owner.owner) held.add(owner);
  if (!(ns instanceof PidNamespace)) return;
  for (let above = ns.parent; above !== null; above = above.parent) {
    held.add(above);
    for (let owner = above.owner; owner !== null; owner = owner.owner) held.add(owner);
  }
}

function end(kernel: SimKernel, ns: Namespace): void {
  kernel.vfs.nsfs.forget(ns);
  if (ns instanceof NetNamespace) kernel.network.releaseNamespace(ns);
  else if (ns instanceof MountNamespace) kernel.vfs.releaseMountNamespace(ns);
  else if (ns instanceof IpcNamespace) kernel.ipc.releaseNamespace(ns);
}
