/** One call of a plugin, in this process, on behalf of whoever executed it. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Invocation, type Outcome, type Plugin, type PluginExecutor, runPlugin } from '../../engine/cni';
import { askSocket, NodeLeaseFiles, ProcessExecutor } from '../../engine/cni/host';
import { inNetworkNamespace, type LinuxNetworks, lockFile } from '../../engine/kernel/linux';
import { callPlugin as callPluginOf } from '../../engine/programs';

export interface Call {
  /** As it was executed: its last part is the plugin's type. */
  name: string;
  environment: Record<string, string>;
  stdin: string;
}

/**
 * `networks` has the caller's namespace as its own; `network` is a path to it. `client` are the bytes of our executables:
 * delegates that have them need no process.
 */
export function callPlugin(networks: LinuxNetworks, network: string, client: Buffer, call: Call): Promise<Outcome> {
  const { name, environment, stdin } = call;
  const processes = new ProcessExecutor(processEnvironment(environment));
  const site = {
    networks,
    files: new NodeLeaseFiles(lockFile),
    askDaemon: askSocket,
    executor: (own: ReadonlyMap<string, Plugin>) => new DelegateExecutor(own, client, network, processes),
  };
  return callPluginOf(site, name, { environment, stdin });
}

/** Whether the file is one of our executables. */
export function isExecutableOf(client: Buffer, path: string): boolean {
  return statSync(path).size === client.length && readFileSync(path).equals(client);
}

/** An environment of exactly these variables. */
export function processEnvironment(variables: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = Object.create(null);
  return Object.assign(environment, variables);
}

/** Delegates that are ours run here; all others are executed where the caller is. */
class DelegateExecutor implements PluginExecutor {
  constructor(
    private readonly own: ReadonlyMap<string, Plugin>,
    private readonly client: Buffer,
    private readonly network: string,
    private readonly processes: ProcessExecutor,
  ) {}

  find(type: string, path: readonly string[]): Promise<string | null> {
    return this.processes.find(type, path);
  }

  async run(path: string, invocation: Invocation): Promise<Outcome> {
    const plugin = this.own.get(basename(path));
    // A child is born in the namespace its parent's thread is in at that moment.
    if (!plugin || !isExecutableOf(this.client, path))
      return inNetworkNamespace(this.network, () => this.processes.run(path, invocation));
    const output = await runPlugin(plugin, invocation.environment, invocation.stdin);
    return { ...output, ending: `exit status ${output.exitCode}` };
  }
}
