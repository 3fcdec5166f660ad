/** What the tasks of this lesson share: the learner's names, and the mounts they look at. */
import {
  type LabState,
  type Mount,
  machineNamespace,
  madeNamespaces,
  mountAt,
  mountsIn,
  type NsId,
} from '../../engine/state';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** Source of the first private tmpfs. */
  label: string;
  /** Directory under /srv that two namespaces share. */
  share: string;
  /** Directory under /srv whose mounts are handed on, and the name of one that comes late. */
  drop: string;
  late: string;
};

export function pickNames(pick: Picker): Names {
  return {
    label: `${pick.of(['crate', 'basket', 'barrel', 'drawer'])}-${pick.int(10, 99)}`,
    share: pick.of(['market', 'square', 'bridge', 'harbour']),
    drop: pick.of(['post', 'parcels', 'letters', 'freight']),
    late: `${pick.of(['monday', 'tuesday', 'friday', 'sunday'])}-${pick.int(1, 52)}`,
  };
}

/** The topmost mount at a path in the Machine's own mount namespace. */
export function machineMount(state: LabState, path: string): Mount | undefined {
  const ns = machineNamespace(state, 'lab', 'mnt');
  return ns && mountAt(state, ns, path);
}

/** Mount namespaces that somebody made, each with the mount it has at the path, where it has one. */
export function viewsOf(state: LabState, path: string): Array<{ ns: NsId; mount: Mount | undefined }> {
  return madeNamespaces(state, 'mnt').map(({ id }) => ({ ns: id, mount: mountAt(state, id, path) }));
}

/** True when the two mounts show the same directory of the same filesystem. */
export function isSameTree(a: Mount, b: Mount): boolean {
  return a.device === b.device && a.root === b.root;
}

/** Namespaces whose root is another tree than the Machine's, with the mounts of the Machine's root they still hold. */
export function pivotedViews(state: LabState): Array<{ ns: NsId; root: Mount; oldRoots: Mount[] }> {
  const machineRoot = machineMount(state, '/');
  if (machineRoot === undefined) return [];
  return viewsOf(state, '/').flatMap(({ ns, mount: root }) => {
    if (root === undefined || isSameTree(root, machineRoot) || !isInhabited(state, ns)) return [];
    return [{ ns, root, oldRoots: mountsIn(state, ns).filter((mount) => isSameTree(mount, machineRoot)) }];
  });
}

/** True when a process in the namespace has the namespace's own root: it is not looking through a chroot(2). */
function isInhabited(state: LabState, ns: NsId): boolean {
  return Object.values(state.processes).some((process) => process.namespaces.mnt === ns && process.root === '/');
}
