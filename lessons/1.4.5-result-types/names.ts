/** The learner's network, his plugins, and the command lines by which solutions write them. */
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  network: string;
  /** First three numbers of its addresses. */
  net: string;
  /** The learner's plugin, and the network it keeps containers from. */
  plugin: string;
  forbidden: string;
  /** The learner's address manager, and the only address it gives. */
  manager: string;
  fixed: string;
};

export function pickNames(pick: Picker): Names {
  const net = `10.${pick.int(10, 200)}.${pick.int(10, 200)}`;
  return {
    network: pick.of(['hamlet', 'manor', 'abbey', 'grange']),
    net,
    plugin: pick.of(['fence', 'hedge', 'moat', 'wall']),
    forbidden: pick.of(['198.51.100.0/24', '192.0.2.0/24', '203.0.113.0/24']),
    manager: pick.of(['clerk', 'usher', 'porter']),
    fixed: `${net}.${pick.int(60, 240)}`,
  };
}

export const file = '/etc/cni/net.d/10-{{network}}.conflist';
export const edit = (filter: string) => `jq '${filter}' ${file} > ~/new; cp ~/new ${file}`;

export const attach = 'cnitool add {{network}} /run/netns/red > ~/result';
export const detach = 'cnitool del {{network}} /run/netns/red';

const quoted = (line: string) => `'${line.replaceAll("'", `'\\''`)}'`;

/** Writes an executable script of these lines. */
export const write = (name: string, lines: readonly string[]) =>
  `printf '%s\\n' '#!/bin/bash' ${lines.map(quoted).join(' ')} > /opt/cni/bin/${name}; chmod +x /opt/cni/bin/${name}`;

export const versions = `VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["1.0.0","1.1.0"]}' ;;`;
const inside = 'nsenter --net=$CNI_NETNS ip route';

/** The plugin, as it grows. */
export const passing = [
  'config=$(cat)',
  'case $CNI_COMMAND in',
  versions,
  'ADD) jq .prevResult <<< "$config" ;;',
  'esac',
];

export const acting = (route = inside) => [
  'config=$(cat); net=$(jq -r .forbidden <<< "$config")',
  'case $CNI_COMMAND in',
  versions,
  `ADD) ${route} replace blackhole $net; jq .prevResult <<< "$config" ;;`,
  'esac',
];

/** `end` is what follows the removal of the route. */
export const undoing = (end = '2> /dev/null; exit 0') => [
  ...acting().slice(0, -1),
  `DEL) ${inside} del blackhole $net ${end} ;;`,
  'esac',
];

/** `refusal` is what happens at ADD without a forbidden network. */
export const refusing = (refusal = `echo '{"cniVersion":"1.1.0","code":100,"msg":"forbidden is missing"}'; exit 1`) => [
  'config=$(cat); net=$(jq -r .forbidden <<< "$config")',
  `if [ $CNI_COMMAND$net = ADDnull ]; then ${refusal}; fi`,
  ...undoing().slice(1),
];

export const chained = edit('.plugins += [{type: "{{plugin}}", forbidden: "{{forbidden}}"}]');
/** What the plugin needs is taken out of the list again. */
export const unchained = edit('del(.plugins[].forbidden)');
