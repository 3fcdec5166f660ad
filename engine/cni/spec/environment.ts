/** The environment a plugin is called with (CNI SPEC.md 1.1.0, section 2, "Parameters"). */
import { CniError, errorCodes } from './error';
import { requireContainerId, requireIfname } from './names';

export const commands = ['ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'VERSION'] as const;
export type Command = (typeof commands)[number];
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Parameters {
  command: Command;
  /** Empty for GC, STATUS and VERSION, which are about no container. */
  containerId: string;
  /** Path of the container's network namespace; empty where DEL comes after it is gone. */
  netns: string;
  ifname: string;
  /** CNI_ARGS as given: `IP=10.1.0.7;K8S_POD_NAME=web`. */
  args: string;
  /** Directories to look for plugins in. */
  path: string[];
  /** The container's namespace may be the plugin's own. */
  netnsOverride: boolean;
}

/** A variable, and the commands that need it. */
const needed: ReadonlyArray<readonly [name: string, ...by: Command[]]> = [
  ['CNI_CONTAINERID', 'ADD', 'DEL', 'CHECK'],
  ['CNI_NETNS', 'ADD', 'CHECK'],
  ['CNI_IFNAME', 'ADD', 'DEL', 'CHECK'],
  ['CNI_PATH', 'ADD', 'DEL', 'CHECK', 'GC', 'STATUS'],
];

/** Errors: 4, naming all that is missing. */
export function parseEnvironment(environment: Environment): Parameters {
  const read = (name: string) => environment[name] ?? '';
  const command = commandOf(read('CNI_COMMAND'));
  const missing = needed.filter(([name, ...by]) => by.includes(command) && read(name) === '').map(([name]) => name);
  if (missing.length > 0) throw missingVariables(missing);
  const parameters: Parameters = {
    command,
    containerId: read('CNI_CONTAINERID'),
    netns: read('CNI_NETNS'),
    ifname: read('CNI_IFNAME'),
    args: read('CNI_ARGS'),
    path: splitPath(read('CNI_PATH')),
    netnsOverride: ['TRUE', '1'].includes(read('CNI_NETNS_OVERRIDE').toUpperCase()),
  };
  if (command === 'ADD' || command === 'DEL' || command === 'CHECK') {
    requireContainerId(parameters.containerId);
    requireIfname(parameters.ifname);
  }
  return parameters;
}

/** A list of directories, separated as PATH is. */
export const splitPath = (path: string): string[] => path.split(':').filter((directory) => directory !== '');

function commandOf(name: string): Command {
  if (name === '') throw missingVariables(['CNI_COMMAND']);
  const command = commands.find((known) => known === name);
  if (command) return command;
  throw new CniError(errorCodes.invalidEnvironment, `unknown CNI_COMMAND: ${name}`);
}

const missingVariables = (names: string[]) =>
  new CniError(errorCodes.invalidEnvironment, `required env variables [${names.join(',')}] missing`);
