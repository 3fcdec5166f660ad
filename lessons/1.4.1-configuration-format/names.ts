/** The learner's network, and the command lines by which solutions write and change its list. */
import { configurations } from '../cni';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** The network, and the first three numbers of its addresses. */
  network: string;
  net: string;
  nameserver: string;
  domain: string;
  mtu: string;
  /** The address to be asked for. */
  asked: string;
  /** The network of the draft. */
  second: string;
  secondNet: string;
};

export function pickNames(pick: Picker): Names {
  const [network = 'harbour', second = 'quay'] = pick.some(['harbour', 'quay', 'canal', 'ferry', 'lagoon'], 2);
  const number = pick.int(10, 200);
  const net = `10.${number}.7`;
  return {
    network,
    net,
    nameserver: `192.0.2.${pick.int(10, 250)}`,
    domain: pick.of(['lab.example', 'sea.example', 'dock.example']),
    mtu: String(pick.int(130, 145) * 10),
    asked: `${net}.${pick.int(100, 200)}`,
    second,
    secondNet: `10.${number}.8`,
  };
}

export const file = `${configurations}/10-{{network}}.conflist`;

/** Changes the list by a filter of jq(1). */
export const edit = (filter: string) => `jq '${filter}' ${file} > ~/new; cp ~/new ${file}`;

export const attach = 'cnitool add {{network}} /run/netns/red';
export const reattach = 'cnitool del {{network}} /run/netns/red; cnitool add {{network}} /run/netns/red';
