/** The learner's network, and what the tasks of this lesson have in common. */
import type { CniCall, LabState } from '../../engine/state';
import { calls } from '../cni';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  network: string;
  /** First three numbers of its addresses. */
  net: string;
  mtu: string;
  port: string;
  /** What red's page says. */
  word: string;
};

export function pickNames(pick: Picker): Names {
  return {
    network: pick.of(['orchard', 'meadow', 'paddock', 'copse']),
    net: `10.${pick.int(10, 200)}.${pick.int(10, 200)}`,
    mtu: String(pick.int(130, 145) * 10),
    port: String(pick.int(8100, 8900)),
    word: `${pick.of(['quince', 'medlar', 'damson', 'bullace'])}-${pick.int(100, 999)}`,
  };
}

/** The plugins of the list, in its order. */
export const plugins = ['bridge', 'tuning', 'portmap'] as const;

export const attach = (name: string) => `cnitool add {{network}} /run/netns/${name} > ~/result`;
export const both = `${attach('red')}; ${attach('blue')}`;

export function succeeded(state: LabState, plugin: string, command: string): CniCall[] {
  return calls(state, plugin, command).filter(({ exitCode }) => exitCode === 0);
}
