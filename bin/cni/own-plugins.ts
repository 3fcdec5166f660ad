/** For whoever calls plugins: those that are ours run in this process, all others in one of their own. */
import type { Invocation, Outcome, PluginExecutor } from '../../engine/cni';
import type { ProcessExecutor } from '../../engine/cni/host';
import { inNetworkNamespace, type LinuxNetworks } from '../../engine/kernel/linux';
import { callPlugin, isExecutableOf } from './call';

export class OwnPlugins implements PluginExecutor {
  /** `client`: the bytes of our executables. */
  constructor(
    private readonly networks: LinuxNetworks,
    private readonly processes: ProcessExecutor,
    private readonly client: Buffer,
  ) {}

  find(type: string, path: readonly string[]): Promise<string | null> {
    return this.processes.find(type, path);
  }

  async run(path: string, invocation: Invocation): Promise<Outcome> {
    const { networks, client } = this;
    // A child is born in the namespace its parent's thread is in at that moment.
    if (!isExecutableOf(client, path))
      return inNetworkNamespace(networks.own, () => this.processes.run(path, invocation));
    const environment = { ...inherited(), ...invocation.environment };
    return callPlugin(networks, networks.own, client, { name: path, environment, stdin: invocation.stdin });
  }
}

/** What a process would have for its environment besides what is CNI's. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('CNI_'));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
