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
    const rules = ['nft list ruleset', 'iptables-save | grep -v "^#"'];
    const inside = ['one', 'two'].flatMap((box) => views.map((view) => `ip netns exec ${box} ${view}`));
    await this.bash([...views, ...rules, ...inside].map((view) => `echo '# ${view}'; ${view}`).join('\n'));
  }

  #tell(text: string): void {
    this.told.push(
      text
        .replace(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, 'MAC')
        .replace(/packets \d+ bytes \d+/g, 'packets N bytes N')
        // Carriers go some time later.
        .replace(/NO-CARRIER,|,LOWER_UP|state (UP|DOWN|UNKNOWN|LOWERLAYERDOWN)|linkdown /g, '')
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

/** Before each story: containers that are new, and nothing in the host's network. */
const afresh = `
for link in $(ip -br link | cut -d ' ' -f 1 | cut -d @ -f 1 | grep -v '^lo$'); do ip link del $link 2> /dev/null; done
nft flush ruleset; rm -rf /var/lib/cni; ip link set lo up; sysctl -qw net.ipv6.conf.default.disable_ipv6=1
for n in one two; do
  ip netns del $n 2> /dev/null; ip netns add $n; ip -n $n link set lo up
  ip netns exec $n sysctl -qw net.ipv6.conf.default.disable_ipv6=1
done`;

/** Tells stories one after the other in one Machine. */
export async function play(
  host: KernelHost,
  stories: ReadonlyArray<(story: Story) => Promise<void>>,
): Promise<string[][]> {
  const machines = [{ id: 'lab', hostname: 'lab' }];
  const lab = await host.boot({ id: 'cni-plugins', machines, links: [], limits });
  try {
    const machine = lab.machines.get('lab');
    if (!machine) throw new Error('no Machine');
    const { networks, dispose } = await networksOf(lab, machine);
    const told: string[][] = [];
    for (const tell of stories) {
      const { result } = await machine.spawn({ argv: ['bash', '-c', afresh] });
      if ((await result).exitCode !== 0) throw new Error(new TextDecoder().decode((await result).stderr));
      const story = new Story(machine, networks);
      await tell(story);
      told.push(story.told);
    }
    dispose();
    return told;
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
  'ptp, tuning, sbr': async (story) => {
    const ptp = {
      type: 'ptp',
      ipMasq: true,
      mtu: 1400,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: '10.8.0.0/24' }]],
        routes: [{ dst: '0.0.0.0/0' }, { dst: '192.168.0.0/16', gw: '10.8.0.1' }],
      },
    };
    const prevResult = await story.call('ADD', 'one', ptp);
    const sysctl = { 'net.ipv4.conf.IFNAME.arp_filter': '1', 'net.core.somaxconn': '500' };
    const tuning = {
      type: 'tuning',
      sysctl,
      mac: '02:00:00:00:00:77',
      mtu: 1300,
      promisc: true,
      allmulti: true,
      txQLen: 7,
      prevResult,
    };
    await story.call('ADD', 'one', tuning);
    const sbr = { type: 'sbr', prevResult };
    await story.call('ADD', 'one', sbr);
    await story.look();
    await story.bash(
      'ip netns exec one sh -c "ip route show table 100; sysctl net.core.somaxconn net.ipv4.conf.eth0.arp_filter"',
    );
    await story.call('CHECK', 'one', tuning);
    await story.call('CHECK', 'one', sbr);
    await story.call('DEL', 'one', sbr);
    await story.call('DEL', 'one', tuning);
    await story.look();
    await story.call('CHECK', 'one', { ...ptp, prevResult });
    await story.call('DEL', 'one', { ...ptp, prevResult });
    await story.look();
  },
  'devices of their own': async (story) => {
    await story.bash(
      'ip link add up0 type veth peer name up1 && ip addr add 192.0.2.1/24 dev up0 && ip link set up0 up && ip link set up1 up',
    );
    const kinds = [
      { type: 'macvlan', master: 'up0', mode: 'bridge', mtu: 1400 },
      { type: 'macvlan', master: 'up0', mode: 'private' },
      { type: 'loopback' },
      { type: 'vxlan', vni: 9, local: '192.0.2.1', remotes: ['192.0.2.2', '192.0.2.3'] },
    ];
    for (const kind of kinds) {
      const config = { ...kind, ...(kind.type === 'loopback' ? {} : { ipam: hostLocal('10.7.0.0/24') }) };
      const prevResult = await story.call('ADD', 'one', config);
      await story.look();
      await story.call('CHECK', 'one', { ...config, prevResult });
      await story.call('DEL', 'one', { ...config, prevResult });
    }
    await story.look();
  },
  'host-device': async (story) => {
    await story.bash('ip link add up0 type veth peer name up1 && ip link set up0 up && ip link set up1 up');
    const config = {
      type: 'host-device',
      device: 'up0',
      ipam: {
        type: 'static',
        addresses: [{ address: '10.7.0.9/24', gateway: '10.7.0.1' }],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    };
    const prevResult = await story.call('ADD', 'one', config);
    await story.look();
    await story.call('CHECK', 'one', { ...config, prevResult });
    await story.call('ADD', 'two', config);
    await story.call('DEL', 'one', { ...config, prevResult });
    await story.look();
  },
  bandwidth: async (story) => {
    const bridge = { type: 'bridge', bridge: 'br0', isGateway: true, ipam: hostLocal('10.9.0.0/24') };
    const prevResult = await story.call('ADD', 'one', bridge);
    const bandwidth = {
      type: 'bandwidth',
      ingressRate: 8000000,
      ingressBurst: 800000,
      egressRate: 16000000,
      egressBurst: 1600000,
      prevResult,
    };
    const limited = await story.call('ADD', 'one', bandwidth);
    await story.look();
    await story.call('CHECK', 'one', { ...bandwidth, prevResult: limited });
    await story.call('DEL', 'one', bandwidth);
    await story.call('DEL', 'one', bridge);
    await story.look();
  },
};

/** Kinds of devices that Linux is often built without: on the simulated kernel they work, and leave nothing. */
export async function rareDevices(story: Story): Promise<void> {
  await story.bash('ip link add up0 type veth peer name up1 && ip link set up0 up && ip link set up1 up');
  const kinds = [
    { type: 'ipvlan', master: 'up0', mode: 'l2' },
    { type: 'vlan', master: 'up0', vlanId: 5 },
    { type: 'dummy' },
    { type: 'bridge', bridge: 'br5', vlan: 5, isGateway: true },
  ];
  for (const kind of kinds) {
    const config = { ...kind, ipam: hostLocal('10.7.0.0/24') };
    const prevResult = await story.call('ADD', 'one', config);
    await story.call('CHECK', 'one', { ...config, prevResult });
    await story.call('DEL', 'one', { ...config, prevResult });
  }
  await story.bash('ip netns exec one ip -br link');
}
