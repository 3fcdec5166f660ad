/** CNI's plugins, called in this process, in a Machine of either kernel: what they answer, and the networks after their calls. */
import { allPlugins, InProcessExecutor, MachineFiles, type Plugin, runPlugin } from '../../engine/cni';
import type { Kernel, KernelHost, LabKernel, Networks } from '../../engine/kernel';
import { LinuxNetworks } from '../../engine/kernel/linux';
import { limits } from './run';

type Config = Record<string, unknown>;
type Box = 'one' | 'two';

class Story {
  readonly told: string[] = [];
  readonly #plugins: ReadonlyMap<string, Plugin>;

  constructor(
    private readonly machine: Kernel,
    networks: Networks,
  ) {
    const askDaemon = () => Promise.reject(new Error('there is no daemon'));
    const nobody = { find: async () => null, run: () => Promise.reject(new Error('there is no such plugin')) };
    const executor = (own: ReadonlyMap<string, Plugin>) => new InProcessExecutor(own, nobody);
    this.#plugins = allPlugins({ networks, files: new MachineFiles(machine), askDaemon, executor });
  }

  /** One call; what it says is told, and the result is what a next plugin of a chain is given. */
  async call(command: string, box: Box | null, config: Config): Promise<unknown> {
    const plugin = this.#plugins.get(String(config.type));
    if (!plugin) throw new Error(`no plugin ${config.type}`);
    const container = box === null ? {} : { CNI_CONTAINERID: box, CNI_NETNS: `/run/netns/${box}`, CNI_IFNAME: 'eth0' };
    const { exitCode, stdout, stderr } = await runPlugin(
      plugin,
      { CNI_COMMAND: command, CNI_PATH: '/opt/cni/bin', ...container },
      JSON.stringify({ cniVersion: '1.0.0', name: 'net', ...config }),
    );
    this.#tell(`${command} ${config.type} ${box}: ${exitCode}\n${stdout}${stderr}`);
    return stdout === '' ? {} : JSON.parse(stdout);
  }

  async bash(script: string): Promise<void> {
    const { result } = await this.machine.spawn({ argv: ['bash', '-c', `exec 2>&1\n${script}`] });
    this.#tell(`$ ${script}\n${new TextDecoder().decode((await result).stdout)}`);
  }

  /** All that can be seen of the networks. */
  async look(): Promise<void> {
    const views = [
      'ip addr',
      'ip route show table all',
      'ip rule',
      'bridge link',
      'bridge fdb | grep -v self | cut -d" " -f 2- | sort',
      'tc qdisc',
    ];
    const rules = ['nft list ruleset', 'iptables-save | grep -v "^#"', 'ip6tables-save | grep -v "^#"'];
    for (const view of [...views, ...rules]) await this.bash(view);
    for (const box of ['one', 'two']) for (const view of views) await this.bash(`ip netns exec ${box} ${view}`);
  }

  #tell(text: string): void {
    this.told.push(
      text
        .replace(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, 'MAC')
        .replace(/packets \d+ bytes \d+/g, 'packets N bytes N')
        // Carriers go some time later.
        .replace(/NO-CARRIER,|,LOWER_UP|state (UP|DOWN|UNKNOWN)|linkdown /g, '')
        .replace(/\/proc\/\d+\/root/g, ''),
    );
  }
}

/** Networks of a real Machine, by the eyes of a process that is in it. */
class MachineNetworks implements Networks {
  readonly #networks: LinuxNetworks;

  constructor(private readonly process: string) {
    this.#networks = new LinuxNetworks(`${process}/ns/net`);
  }
  openNetwork(namespace: string) {
    return this.#networks.openNetwork(`${this.process}/root${namespace}`);
  }
  ownNetwork() {
    return this.#networks.ownNetwork();
  }
  dispose(): void {
    this.#networks.dispose();
  }
}

async function networksOf(lab: LabKernel, machine: Kernel): Promise<{ networks: Networks; dispose(): void }> {
  if (lab.simulation) return { networks: lab.simulation.openNetworks('lab'), dispose: () => {} };
  const sleeper = await machine.spawn({ argv: ['sleep', '1000'] });
  const networks = new MachineNetworks(`/proc/${sleeper.pid}`);
  return {
    networks,
    dispose() {
      networks.dispose();
      sleeper.kill('SIGKILL');
    },
  };
}

export async function play(host: KernelHost, tell: (story: Story) => Promise<void>): Promise<string[]> {
  const setup =
    'for n in one two; do ip netns add $n; ip -n $n link set lo up; done; ip link set lo up; for n in one two; do ip netns exec $n sysctl -qw net.ipv6.conf.default.disable_ipv6=1; done; sysctl -qw net.ipv6.conf.default.disable_ipv6=1';
  const lab = await host.boot({
    id: 'cni-plugins',
    machines: [{ id: 'lab', hostname: 'lab', setup }],
    links: [],
    limits,
  });
  try {
    const machine = lab.machines.get('lab');
    if (!machine) throw new Error('no Machine');
    const { networks, dispose } = await networksOf(lab, machine);
    const story = new Story(machine, networks);
    await tell(story);
    dispose();
    return story.told;
  } finally {
    await lab.dispose();
  }
}

const hostLocal = (subnet: string) => ({ type: 'host-local', subnet });

export const stories: Record<string, (story: Story) => Promise<void>> = {
  'bridge, portmap, firewall': async (story) => {
    const bridge = {
      type: 'bridge',
      bridge: 'br0',
      isDefaultGateway: true,
      ipMasq: true,
      hairpinMode: true,
      macspoofchk: true,
      ipam: hostLocal('10.9.0.0/24'),
    };
    const prevResult = await story.call('ADD', 'one', bridge);
    const second = await story.call('ADD', 'two', bridge);
    const portMappings = [
      { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
      { hostPort: 53, containerPort: 53, protocol: 'udp', hostIP: '10.9.0.1' },
    ];
    const portmap = { type: 'portmap', prevResult, runtimeConfig: { portMappings } };
    const firewall = { type: 'firewall', prevResult };
    await story.call('ADD', 'one', portmap);
    await story.call('ADD', 'one', firewall);
    await story.call('ADD', 'one', { ...firewall, ingressPolicy: 'same-bridge' });
    await story.look();
    const chain = [{ ...bridge, prevResult }, portmap, firewall];
    for (const config of chain) await story.call('CHECK', 'one', config);
    for (const config of [...chain].reverse()) await story.call('DEL', 'one', config);
    await story.call('CHECK', 'one', portmap);
    await story.call('DEL', 'two', { ...bridge, prevResult: second });
    await story.look();
  },
};
