/** One call of a plugin, in this process, on behalf of whoever executed it. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import {
  allPlugins,
  InProcessExecutor,
  type Invocation,
  type Outcome,
  type Plugin,
  type PluginExecutor,
  runPlugin,
} from '../../engine/cni';
import { askSocket, NodeLeaseFiles, ProcessExecutor } from '../../engine/cni/host';
import { inNetworkNamespace, type LinuxNetworks, lockFile } from '../../engine/kernel/linux';

export interface Call {
  /** As it was executed: its last part is the plugin's type. */
  name: string;
  environment: Record<string, string>;
  stdin: string;
}

type Output = Awaited<ReturnType<typeof runPlugin>>;

const unknown: Output = { exitCode: 1, stdout: '', stderr: 'there is no CNI plugin of this name\n' };

/**
 * `networks` has the caller's namespace as its own; `network` is a path to it. `client` are the bytes of our executables:
 * delegates that have them need no process.
 */
export async function callPlugin(
  networks: LinuxNetworks,
  network: string,
  client: Buffer,
  call: Call,
): Promise<Output> {
  const plugins = allPlugins({
    networks,
    files: new NodeLeaseFiles(lockFile),
    askDaemon: askSocket,
    executor: (own) =>
      new DelegateExecutor(own, client, network, new ProcessExecutor(processEnvironment(call.environment))),
  });
  const plugin = plugins.get(basename(call.name));
  return plugin ? runPlugin(plugin, call.environment, call.stdin) : unknown;
}

/** An environment of exactly these variables. */
export function processEnvironment(variables: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = Object.create(null);
  return Object.assign(environment, variables);
}

/** Delegates that are ours run here; all others are executed where the caller is. */
class DelegateExecutor implements PluginExecutor {
  readonly #inProcess: InProcessExecutor;
  readonly #names: ReadonlyMap<string, Plugin>;

  constructor(
    names: ReadonlyMap<string, Plugin>,
    private readonly client: Buffer,
    private readonly network: string,
    private readonly processes: ProcessExecutor,
  ) {
    this.#names = names;
    this.#inProcess = new InProcessExecutor(names, processes);
  }

  async find(type: string, path: readonly string[]): Promise<string | null> {
    const found = await this.processes.find(type, path);
    const ours = found !== null && this.#names.has(type) && this.#isOurs(found);
    return ours ? this.#inProcess.find(type, path) : found;
  }

  run(plugin: string, invocation: Invocation): Promise<Outcome> {
    // A child is born in the namespace its parent's thread is in at that moment.
    return inNetworkNamespace(this.network, () => this.#inProcess.run(plugin, invocation));
  }

  #isOurs(path: string): boolean {
    return statSync(path).size === this.client.length && readFileSync(path).equals(this.client);
  }
}
