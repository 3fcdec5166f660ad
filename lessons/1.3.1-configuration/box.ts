/** The learner's values, the bundle that is configured, and what its containers are asked about. */
import type { LabState } from '../../engine/state';
import { jsonIn, type Running, runningContainers } from '../containers';
import type { LabHandle } from '../lab';
import type { Picker } from '../vars';

export type Names = {
  seconds: string;
  place: string;
  variable: string;
  value: string;
  uid: string;
  gid: string;
  files: string;
  pids: string;
  host: string;
  net: string;
  secret: string;
  shelf: string;
  /** What the faulty configuration wants to run. */
  life: string;
};

export function pickNames(pick: Picker): Names {
  return {
    seconds: String(pick.int(2000, 2999)),
    place: pick.of(['orchard', 'cellar', 'attic', 'shed']),
    variable: pick.of(['SEASON', 'COLOUR', 'WEATHER']),
    value: pick.of(['amber', 'mild', 'late']),
    uid: String(pick.int(2000, 2999)),
    gid: String(pick.int(3000, 3999)),
    files: String(pick.int(64, 200)),
    pids: String(pick.int(10, 40)),
    host: pick.of(['larder', 'scullery', 'dairy']),
    net: pick.of(['lane', 'alley', 'road']),
    secret: pick.of(['recipe', 'ledger', 'cipher']),
    shelf: String(pick.int(2, 9)),
    life: String(pick.int(4000, 4999)),
  };
}

export const box = '/root/box';

/** Containers of ~/box whose program runs. */
export function boxes(state: LabState): Running[] {
  return runningContainers(state, box);
}

export function configOfBox(lab: LabHandle): Promise<unknown> {
  return jsonIn(lab, `${box}/config.json`);
}

/** Command line that changes a bundle's configuration. */
export function configure(filter: string, bundle = 'box'): string {
  return `cd ~/${bundle}; jq '${filter}' config.json > new && mv new config.json; cd ~`;
}

export const notRunning = {
  id: 'not-running',
  when: ({ state }: LabHandle) => boxes(state).length === 0,
  text: () =>
    'No container of ~/box is running. runc run -d -b ~/box NAME. If runc refuses the configuration, its message names the field; if jq does, config.json is no JSON any more.',
};
