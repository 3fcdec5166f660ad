/** The learner's names, and the containers and files this lesson looks at. */
import { type Container, containerNamed, type LabState } from '../../engine/state';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** Name of the first container, and of the second from the same bundle. */
  id: string;
  twin: string;
  /** What the delivered configuration calls the host, and what a file of the root filesystem calls it. */
  host: string;
  decoy: string;
  seconds: string;
};

export function pickNames(pick: Picker): Names {
  const [id = 'ferry', twin = 'buoy'] = pick.some(['lighthouse', 'ferry', 'buoy', 'harbour'], 2);
  return {
    id,
    twin,
    host: pick.of(['pier-7', 'dock-3', 'quay-9', 'berth-4']),
    decoy: pick.of(['shipyard', 'builder', 'drydock']),
    seconds: String(pick.int(3000, 3999)),
  };
}

export const parcel = '/root/parcel';

export function container(state: LabState, id: string): Container | undefined {
  return containerNamed(state, 'lab', id);
}

export function isRunning(one: Container | undefined, bundle: string): boolean {
  return one?.status === 'running' && one.bundle === bundle;
}
