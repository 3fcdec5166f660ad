/** The learner's container and network, and the command lines by which solutions call a plugin. */
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  network: string;
  /** First three numbers of its addresses. */
  net: string;
  /** What the runtime calls the container. */
  id: string;
  second: string;
  port: string;
};

export function pickNames(pick: Picker): Names {
  const [id = 'c-1701', second = 'c-2049'] = pick.some(['c-1701', 'c-2049', 'c-3141', 'c-2718', 'c-1618', 'c-4669'], 2);
  return {
    network: pick.of(['attic', 'cellar', 'garret', 'scullery']),
    net: `10.${pick.int(10, 200)}.${pick.int(10, 200)}`,
    id,
    second,
    port: String(pick.int(8100, 8900)),
  };
}

/** As a learner would set them, once for all calls. */
export const variables = (container = '{{id}}', namespace = 'box') =>
  `export CNI_PATH=/opt/cni/bin CNI_CONTAINERID=${container} CNI_NETNS=/run/netns/${namespace} CNI_IFNAME=eth0`;

export const call = (command: string, config = '~/net.json', plugin = 'bridge') =>
  `CNI_COMMAND=${command} /opt/cni/bin/${plugin} < ${config}`;

export const withPrevious = `jq --slurpfile r ~/result.json '. + {prevResult: $r[0]}' ~/net.json > ~/check.json`;
