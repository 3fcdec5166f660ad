/** The learner's values, and the container that is driven through its life. */
import { type Container, containerNamed, type LabState } from '../../engine/state';
import { jsonIn } from '../containers';
import type { LabHandle } from '../lab';
import type { Picker } from '../vars';

export type Names = {
  id: string;
  /** Host name the configuration gives. */
  host: string;
  address: string;
};

export function pickNames(pick: Picker): Names {
  return {
    id: pick.of(['mill', 'forge', 'kiln', 'loom']),
    host: pick.of(['workshop', 'bench', 'yard']),
    address: `10.${pick.int(20, 250)}.0.2`,
  };
}

export const job = '/root/job';

export function theContainer(state: LabState, { id }: Names): Container | undefined {
  return containerNamed(state, 'lab', id);
}

export function configOf(lab: LabHandle, bundle: string): Promise<unknown> {
  return jsonIn(lab, `${bundle}/config.json`);
}

/** Command line that changes the bundle's configuration. */
export function configure(filter: string): string {
  return `cd ~/job; jq '${filter}' config.json > new && mv new config.json; cd ~`;
}
