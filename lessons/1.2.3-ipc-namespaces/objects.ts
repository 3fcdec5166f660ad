/** What the tasks of this lesson share: the learner's values, and the IPC objects they look at. */
import { type IpcObject, type LabState, machineNamespace, madeNamespaces, type NsId } from '../../engine/state';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** Bytes of the first segment. */
  size: string;
  /** Keys of the segment in use and of the one left behind, `0x...`. */
  usedKey: string;
  leftKey: string;
  /** Semaphores of the isolated set. */
  sems: string;
  /** The key that means two things. */
  key: string;
  /** A POSIX queue, and how many messages it is to hold. */
  queue: string;
  count: string;
  /** The queue of the pod, and the names of its two containers. */
  mail: string;
  first: string;
  second: string;
};

export function pickNames(pick: Picker): Names {
  const hex = (low: number, high: number) => `0x${pick.int(low, high).toString(16)}`;
  const [first = '', second = ''] = pick.some(['cook', 'waiter', 'baker', 'porter', 'barista'], 2);
  return {
    size: String(pick.int(10_001, 59_999)),
    usedKey: hex(0x1000, 0x1fff),
    leftKey: hex(0x2000, 0x2fff),
    sems: String(pick.int(3, 9)),
    key: hex(0x5000, 0x5fff),
    queue: pick.of(['orders', 'letters', 'tickets', 'errands']),
    count: String(pick.int(3, 6)),
    mail: pick.of(['post', 'slips', 'notes']),
    first,
    second,
  };
}

/** Objects of a kind in the Machine's own IPC namespace. */
export function machineObjects(state: LabState, kind: IpcObject['kind']): IpcObject[] {
  return objectsIn(state, machineNamespace(state, 'lab', 'ipc'), kind);
}

export function objectsIn(state: LabState, ns: NsId | undefined, kind?: IpcObject['kind']): IpcObject[] {
  return Object.values(state.ipc).filter((object) => object.ns === ns && (kind === undefined || object.kind === kind));
}

/** Objects of a kind in IPC namespaces that somebody made. */
export function madeObjects(state: LabState, kind: IpcObject['kind']): IpcObject[] {
  return madeNamespaces(state, 'ipc').flatMap((ns) => objectsIn(state, ns.id, kind));
}

export function hasMadeNamespace(state: LabState): boolean {
  return madeNamespaces(state, 'ipc').length > 0;
}
