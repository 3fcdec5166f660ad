/** The learner's networks, and what host-local has written down about them. */
import type { CniCall, LabState } from '../../engine/state';
import { callsOf, pluginType } from '../../engine/state';
import { field, parsed } from '../cni';
import type { LabHandle } from '../lab';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** A network with room for all. */
  wide: string;
  wideNet: string;
  /** One with two addresses, `first` and `last`. */
  tiny: string;
  tinyNet: string;
  first: string;
  last: string;
  /** An address that is given, not chosen. */
  fixed: string;
};

export function pickNames(pick: Picker): Names {
  const [wide = 'plaza', tiny = 'alley'] = pick.some(['plaza', 'alley', 'arcade', 'mews', 'terrace'], 2);
  const number = pick.int(10, 200);
  const first = pick.int(20, 90);
  return {
    wide,
    wideNet: `10.${number}.3`,
    tiny,
    tinyNet: `10.${number}.4`,
    first: `10.${number}.4.${first}`,
    last: `10.${number}.4.${first + 1}`,
    fixed: `10.${number}.3.${pick.int(150, 240)}`,
  };
}

/** The addresses that are booked in a network. */
export async function booked(lab: LabHandle, network: string): Promise<string[]> {
  const names = (await lab.files().list(`/var/lib/cni/networks/${network}`)) ?? [];
  return names.filter((name) => /^\d+\.\d+\.\d+\.\d+$/.test(name));
}

/** Calls that one plugin made of another. */
export function delegated(state: LabState, plugin: string, command: string): CniCall[] {
  return callsOf(state, 'lab', { command }).filter((call) => call.parent !== null && pluginType(call) === plugin);
}

/** The network a call was about. */
export const isAbout = (call: CniCall, network: string) => field(parsed(call.stdin), 'name') === network;

export const attach = (network: string, container: string) =>
  `cnitool add ${network} /run/netns/${container} > ~/result`;
