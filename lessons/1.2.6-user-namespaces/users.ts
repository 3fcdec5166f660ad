/** What the tasks of this lesson share: the learner's values, and the user namespaces of an ordinary user. */
import {
  type LabState,
  machineNamespace,
  madeNamespaces,
  mountAt,
  mountsIn,
  type Namespace,
  type NsId,
  type Process,
} from '../../engine/state';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** The uid to have inside the first namespace. */
  inside: string;
  /** The hostname of the learner's own computer, and of the container. */
  name: string;
  box: string;
  /** The uid, of a whole range, to run a process as. */
  member: string;
  /** A file of the lower layer to delete. */
  doomed: string;
};

export function pickNames(pick: Picker): Names {
  const [name = '', box = ''] = pick.some(['alder', 'birch', 'cedar', 'hazel', 'larch', 'maple', 'rowan', 'willow'], 2);
  return {
    inside: String(pick.int(1200, 1999)),
    name: `${name}-${pick.int(10, 99)}`,
    box: `${box}-${pick.int(10, 99)}`,
    member: String(pick.int(200, 900)),
    doomed: pick.of(['quince', 'medlar', 'damson', 'loquat']),
  };
}

/** Uid of `learner`. */
export const learnerUid = 1000;
export const home = '/home/learner';

/** User namespaces that somebody made, newest last. */
export function userNamespaces(state: LabState): Namespace[] {
  return madeNamespaces(state, 'user');
}

/** True when the namespace was made by the learner, without the help of root. */
export function isLearners(ns: Namespace | undefined): boolean {
  return ns?.kind === 'user' && ns.ownerUid === learnerUid;
}

/** The user namespace that owns a namespace, when somebody made it. */
export function madeOwner(state: LabState, ns: Namespace | undefined): Namespace | undefined {
  return userNamespaces(state).find((user) => user.id === ns?.owner);
}

/** How many ids a user namespace has. */
export function sizeOf(ns: Namespace | undefined): number {
  return (ns?.uidMap ?? []).reduce((sum, { count }) => sum + count, 0);
}

/** A process's uid as its own user namespace numbers it; undefined where it has no number there. */
export function uidInside(process: Process, ns: Namespace | undefined): number | undefined {
  const range = ns?.uidMap?.find(({ outside, count }) => process.uid >= outside && process.uid < outside + count);
  return range && range.inside + process.uid - range.outside;
}

/** Processes in user namespaces that somebody made, each with its namespace. */
export function insiders(state: LabState): Array<{ process: Process; user: Namespace }> {
  return userNamespaces(state).flatMap((user) =>
    Object.values(state.processes)
      .filter((process) => process.namespaces.user === user.id)
      .map((process) => ({ process, user })),
  );
}

/** True when the process looks at a root of its own, through which the Machine's is out of reach. */
export function hasLetGoOfOldRoot(state: LabState, mnt: NsId | undefined): boolean {
  const machine = machineNamespace(state, 'lab', 'mnt');
  const old = machine && mountAt(state, machine, '/');
  if (mnt === undefined || mnt === machine || old === undefined) return false;
  const mounts = mountsIn(state, mnt);
  return mounts.length > 0 && !mounts.some((mount) => mount.device === old.device && mount.root === old.root);
}

/** True when there is a proc at /proc that was mounted in this tree: one taken over from the Machine shows its processes. */
export function hasProcOfItsOwn(state: LabState, mnt: NsId | undefined): boolean {
  const machine = machineNamespace(state, 'lab', 'mnt');
  if (mnt === undefined || machine === undefined) return false;
  const proc = mountAt(state, mnt, '/proc');
  return proc?.fsType === 'proc' && !mountsIn(state, machine).some(({ device }) => device === proc.device);
}
