/** The learner's values, and the two things this lesson compares: a container of the runtime, and one made by hand. */
import {
  type Container,
  containersOf,
  type Image,
  kindsApart,
  type LabState,
  mountAt,
  mountsIn,
  type Process,
} from '../../engine/state';
import { imageCalled } from '../containers';
import type { Picker } from '../vars';

export type Names = {
  version: string;
  /** Which content of the doubtful copy is damaged, by its descriptor in the manifest: a small one, as large ones are not observed byte by byte. */
  damaged: string;
  host: string;
  seconds: string;
};

export function pickNames(pick: Picker): Names {
  return {
    version: pick.of(['v1', 'v2', 'v3']),
    damaged: pick.of(['.layers[-1]', '.config']),
    host: pick.of(['hearth', 'anvil', 'lathe']),
    seconds: String(pick.int(6000, 6999)),
  };
}

export const layout = '/usr/share/images';
export const doubtful = '/root/doubtful';
export const hand = '/root/hand';

export function helloIn(state: LabState, directory: string, { version }: Names): Image | undefined {
  return imageCalled(state, directory, `hello:${version}`);
}

const kinds = ['mnt', 'uts', 'ipc', 'pid', 'net'] as const;

/** Processes that live apart in five kinds of namespace and belong to no container of the runtime. */
export function madeByHand(state: LabState): Process[] {
  const contained = new Set(
    containersOf(state, 'lab').flatMap(({ pid }) => (pid === null ? [] : (state.processes[pid]?.namespaces.pid ?? []))),
  );
  return Object.values(state.processes).filter((process) => {
    const apart = kindsApart(state, process);
    return kinds.every((kind) => apart.includes(kind)) && !contained.has(process.namespaces.pid ?? 'pid:0');
  });
}

/** True when what the process has as its root was entered by pivot_root: it is the root of its mount namespace. */
export function hasRoot({ mounts }: Pick<LabState, 'mounts'>, process: Process, directory: string): boolean {
  const root = Object.values(mounts).find((mount) => mount.ns === process.namespaces.mnt && mount.mountPoint === '/');
  return process.root === '/' && root?.root.endsWith(directory) === true;
}

/** True when the tree it came from can still be reached: the root of a Machine is an overlay. */
export function seesOldRoot(state: LabState, process: Process): boolean {
  const { mnt } = process.namespaces;
  return mnt !== undefined && mountsIn(state, mnt).some((mount) => mount.fsType === 'overlay');
}

export function hasProc(state: LabState, process: Process): boolean {
  const { mnt } = process.namespaces;
  return mnt !== undefined && mountAt(state, mnt, '/proc')?.fsType === 'proc';
}

export function hostnameOf(state: LabState, process: Process): string | undefined {
  return state.namespaces[process.namespaces.uts ?? '']?.hostname;
}

/** Mount points with their types, in an order that does not depend on how they came to be. */
export function viewOf(state: LabState, { namespaces }: Process): string[] {
  const { mnt } = namespaces;
  const all = mnt === undefined ? [] : mountsIn(state, mnt);
  return all.map(({ mountPoint, fsType }) => (mountPoint === '/' ? '/' : `${mountPoint} (${fsType})`)).sort();
}

/** A container of the bundle ~/hand that runs, and its process. */
export function running(state: LabState, id: string): { container: Container; process: Process } | undefined {
  const container = containersOf(state, 'lab').find((one) => one.id === id && one.status === 'running');
  const process = container?.pid ? state.processes[container.pid] : undefined;
  return container && process ? { container, process } : undefined;
}
