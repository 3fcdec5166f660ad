/**
 * cnitool: adds a network namespace to a network, checks it, deletes it, as the tool of that name beside the specification.
 * Environment: NETCONFPATH (directory of configurations, /etc/cni/net.d), CNI_PATH (directories of plugins, /opt/cni/bin), CNI_IFNAME
 * (eth0), CNI_ARGS (`K=V;K=V`), CAP_ARGS (values of capabilities, JSON). `--trace` shows what passes between it and the plugins.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { Command } from 'commander';
import {
  Cni,
  decodeObject,
  loadNetwork,
  type NetworkList,
  parseArgs,
  resultObject,
  splitPath,
  type TracedCall,
  TracedExecutor,
} from '../engine/cni';
import { NodeCniFiles, ProcessExecutor } from '../engine/cni/host';

const files = new NodeCniFiles();
const { NETCONFPATH, CNI_PATH, CNI_IFNAME, CNI_ARGS = '', CAP_ARGS = '' } = process.env;
const program = new Command('cnitool')
  .description('calls the plugins of a network for a network namespace')
  .option('--trace', 'show each call of a plugin on standard error: its environment, input and output');
const processes = new ProcessExecutor(process.env);
const executor = new TracedExecutor(processes, (call) => {
  if (program.opts<{ trace?: true }>().trace) process.stderr.write(describeCall(call));
});
const cni = new Cni({ executor, files, path: splitPath(CNI_PATH || '/opt/cni/bin') });

/** The original's name for whatever is in a namespace: either tool deletes what the other added. */
const containerIdOf = (netns: string) => `cnitool-${createHash('sha512').update(netns).digest('hex').slice(0, 20)}`;

function runtimeOf(path: string) {
  const netns = resolve(path);
  return {
    containerId: containerIdOf(netns),
    netns,
    ifname: CNI_IFNAME || 'eth0',
    args: parseArgs(CNI_ARGS),
    capabilityArgs: CAP_ARGS === '' ? {} : decodeObject(CAP_ARGS, 'CAP_ARGS'),
  };
}

/** As one would type it. */
function describeCall({ plugin, environment, stdin, outcome }: TracedCall): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  const output = [outcome.stdout, outcome.stderr].filter(Boolean).join('\n').trimEnd();
  return `$ ${variables.join(' ')} ${plugin} <<< '${stdin}'\n${output === '' ? '' : `${output}\n`}# ${outcome.ending}\n`;
}

type Runtime = ReturnType<typeof runtimeOf>;

function aboutContainer(name: string, what: string, run: (list: NetworkList, runtime: Runtime) => Promise<unknown>) {
  program
    .command(`${name} <net> <netns>`)
    .description(what)
    .action(async (net: string, netns: string) => {
      await run(await load(net), runtimeOf(netns));
    });
}

function aboutNetwork(name: string, what: string, run: (list: NetworkList) => Promise<unknown>) {
  program
    .command(`${name} <net> [netns]`)
    .description(what)
    .action(async (net: string) => {
      await run(await load(net));
    });
}

const load = (net: string) => loadNetwork(files, NETCONFPATH || '/etc/cni/net.d', net);

aboutContainer('add', 'attach the namespace; prints the result', async (list, runtime) => {
  const result = resultObject(await cni.add(list, runtime), list.cniVersion);
  process.stdout.write(`${JSON.stringify(result, null, 4)}\n`);
});
aboutContainer('check', 'see whether all is as it was when it was attached', (list, runtime) =>
  cni.check(list, runtime),
);
aboutContainer('del', 'detach the namespace', (list, runtime) => cni.del(list, runtime));
aboutNetwork('gc', 'detach whatever is left over', (list) => cni.gc(list, []));
aboutNetwork('status', 'see whether the network could take a container', (list) => cni.status(list));

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
