/** Namespaces as the LabState has them: those that something of a Machine holds, and their owners and parents. */
import type { Namespace as NamespaceState, NsId } from '../../../state';
import { NsFile } from '../fs/nsfs';
import type { SimKernel } from '../kernel';
import { NetNamespace } from '../net/types';
import { idMapAsSeen } from '../ns/id-map';
import { type Namespace, PidNamespace, UserNamespace, UtsNamespace } from '../ns/namespace';
import type { Task } from '../task/task';
import { nsId } from './ns-id';
import { namespacesOf } from './processes';

export type Pins = ReadonlyMap<Namespace, NamespaceState['pins']>;

/** Everything held by `tasks` and by pins, with what those keep alive. */
export function heldNamespaces(tasks: Iterable<Task>, pins: Pins): Set<Namespace> {
  const held = new Set<Namespace>(pins.keys());
  for (const task of tasks) {
    if (task.state === 'zombie') continue;
    for (const ns of Object.values(namespacesOf(task))) held.add(ns);
    held.add(task.ns.pidForChildren);
    for (const { file } of task.files.entries.values()) if (file instanceof NsFile) held.add(file.namespace);
  }
  for (const ns of held) for (const relative of [ns.owner, parentOf(ns)]) if (relative) held.add(relative);
  return held;
}

export function namespaceState(kernel: SimKernel, ns: Namespace, pins: Pins): NamespaceState {
  const { initial } = kernel.namespaces;
  const isInitial = Object.values(initial).includes(ns);
  const parent = parentOf(ns);
  return {
    id: idOf(ns),
    kind: ns.kind,
    initial: isInitial,
    owner: ns.owner && idOf(ns.owner),
    parent: parent && idOf(parent),
    pins: pins.get(ns) ?? [],
    ...details(ns, initial.user),
  };
}

function details(ns: Namespace, observer: UserNamespace): Partial<NamespaceState> {
  if (ns instanceof UtsNamespace) return { hostname: ns.hostname, domainname: ns.domainname };
  if (ns instanceof NetNamespace) return { ipForward: ns.sysctl.read('ipv4/ip_forward').trim() === '1' };
  if (!(ns instanceof UserNamespace)) return {};
  return {
    ownerUid: ns.ownerUid,
    uidMap: idMapAsSeen(ns, 'uid', observer),
    gidMap: idMapAsSeen(ns, 'gid', observer),
    setgroups: ns.setgroups,
  };
}

function parentOf(ns: Namespace): Namespace | null {
  return ns instanceof PidNamespace || ns instanceof UserNamespace ? ns.parent : null;
}

export function idOf(ns: Namespace): NsId {
  return nsId(ns.kind, ns);
}
