/**
 * cnitool: adds a network namespace to a network, checks it, deletes it, as the tool of that name beside the specification.
 * Environment: NETCONFPATH (directory of configurations), CNI_PATH (directories of plugins), CNI_IFNAME (eth0), CNI_ARGS
 * (`K=V;K=V`), CAP_ARGS (values of capabilities, JSON). `--trace` shows what passes between it and the plugins.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  CallRecords,
  Cni,
  decodeObject,
  loadNetwork,
  parseArgs,
  RecordingExecutor,
  resultObject,
  splitPath,
  type TracedCall,
  TracedExecutor,
} from '../../cni';
import { resolvePath } from '../lib/path';
import type { CniSite } from './site';

const usage = `usage: cnitool [--trace] add|check|del NETWORK NETNS
       cnitool [--trace] gc|status NETWORK

  add     attach the namespace (/run/netns/NAME); prints the result
  check   see whether all is as it was when it was attached
  del     detach the namespace
  gc      detach whatever is left over
  status  see whether the network could take a container

  --trace  show each call of a plugin on standard error: its environment, input and output

environment:
  NETCONFPATH  directory of configurations (/etc/cni/net.d)
  CNI_PATH     directories of plugins (/opt/cni/bin)
  CNI_IFNAME   the interface in the namespace (eth0)
  CNI_ARGS     K=V;K=V
  CAP_ARGS     values of capabilities, as JSON
`;

export async function cnitool(site: CniSite): Promise<number> {
  const words = site.argv.slice(1);
  const options = words.filter((word) => word.startsWith('-'));
  const unknown = options.find((option) => !['--trace', '--help', '-h'].includes(option));
  if (unknown !== undefined) return misused(site, `unknown option ${unknown}`);
  if (options.some((option) => option !== '--trace')) {
    site.write(1, usage);
    return 0;
  }
  const rest = words.filter((word) => !word.startsWith('-'));
  return run(site, rest, options.length > 0);
}

function misused(site: CniSite, problem: string): number {
  site.write(2, `cnitool: ${problem}\n${usage}`);
  return 1;
}

async function run(site: CniSite, [command, network, netns, ...rest]: string[], isTracing: boolean): Promise<number> {
  if (command === undefined) return misused(site, 'a command is missing');
  const needsNetns = ['add', 'check', 'del'].includes(command);
  if (!needsNetns && command !== 'gc' && command !== 'status') return misused(site, `unknown command ${command}`);
  if (network === undefined) return misused(site, `${command}: the name of a network is missing`);
  if (needsNetns && netns === undefined) return misused(site, `${command}: the path of a network namespace is missing`);
  if (rest.length > 0) return misused(site, `${command}: too many words`);
  try {
    await act(site, command, network, netns ?? '', isTracing);
    return 0;
  } catch (error) {
    site.write(2, `${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function act(site: CniSite, command: string, name: string, netns: string, isTracing: boolean): Promise<void> {
  const { env, files } = site;
  const executor = new RecordingExecutor(site.executor(new Map()), new CallRecords(files));
  const traced = new TracedExecutor(executor, (call) => site.write(2, describeCall(call)));
  const cni = new Cni({
    executor: isTracing ? traced : executor,
    files,
    path: splitPath(env.CNI_PATH || '/opt/cni/bin'),
  });
  const list = await loadNetwork(files, env.NETCONFPATH || '/etc/cni/net.d', name);
  if (command === 'gc') return cni.gc(list, []);
  if (command === 'status') return cni.status(list);
  const runtime = runtimeOf(site, netns);
  if (command === 'check') return cni.check(list, runtime);
  if (command === 'del') return cni.del(list, runtime);
  const result = resultObject(await cni.add(list, runtime), list.cniVersion);
  site.write(1, `${JSON.stringify(result, null, 4)}\n`);
}

function runtimeOf({ env, cwd }: CniSite, path: string) {
  const { CNI_IFNAME, CNI_ARGS = '', CAP_ARGS = '' } = env;
  const netns = resolvePath(cwd, path);
  return {
    containerId: containerIdOf(netns),
    netns,
    ifname: CNI_IFNAME || 'eth0',
    args: parseArgs(CNI_ARGS),
    capabilityArgs: CAP_ARGS === '' ? {} : decodeObject(CAP_ARGS, 'CAP_ARGS'),
  };
}

/** The original's name for whatever is in a namespace: either tool deletes what the other added. */
const containerIdOf = (netns: string) => `cnitool-${bytesToHex(sha512(utf8ToBytes(netns))).slice(0, 20)}`;

/** As one would type it. */
function describeCall({ plugin, environment, stdin, outcome }: TracedCall): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  const output = [outcome.stdout, outcome.stderr].filter(Boolean).join('\n').trimEnd();
  return `$ ${variables.join(' ')} ${plugin} <<< '${stdin}'\n${output === '' ? '' : `${output}\n`}# ${outcome.ending}\n`;
}
