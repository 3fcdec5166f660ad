/** The plugins against Debian's: the same configuration, the same result, the same devices, addresses, routes and rules. */
import { describe, expect, it } from 'vitest';
import { cannotMakeNetworks } from '../../kernel/linux/testing/network-namespaces';
import { type Config, facts, maskedResult, TestHost } from '../testing/attachment';
import { noDebianPlugins } from '../testing/debian';

const single = (dataDir: string) => ({
  type: 'host-local',
  dataDir,
  subnet: '10.9.0.0/24',
  routes: [{ dst: '0.0.0.0/0' }, { dst: '10.50.0.0/16', gw: '10.9.0.7' }],
});
const dual = (dataDir: string) => ({
  type: 'host-local',
  dataDir,
  ranges: [[{ subnet: '10.9.0.0/24' }], [{ subnet: 'fd00:9::/64' }]],
  routes: [{ dst: '0.0.0.0/0' }],
});

const bridge = (dataDir: string): Config => ({
  type: 'bridge',
  bridge: 'br0',
  isGateway: true,
  hairpinMode: true,
  mtu: 1400,
  ipam: dual(dataDir),
});

/** The plugins of a list, in order. */
const lists: Record<string, (dataDir: string) => Config[]> = {
  loopback: () => [{ type: 'loopback' }],
  'bridge with both families, tuned': (dataDir) => [
    bridge(dataDir),
    {
      type: 'tuning',
      dataDir: `${dataDir}/tuning`,
      sysctl: { 'net.ipv4.conf.eth0.arp_filter': '1', 'net.core.somaxconn': '500' },
      promisc: true,
      mtu: 1300,
      mac: '02:00:00:00:00:77',
    },
  ],
  'bridge as default gateway, limited and let through': (dataDir) => [
    {
      type: 'bridge',
      bridge: 'br0',
      isDefaultGateway: true,
      promiscMode: true,
      ipam: { ...single(dataDir), routes: [] },
    },
    { type: 'bandwidth', ingressRate: 8e6, ingressBurst: 8e5, egressRate: 16e6, egressBurst: 16e5 },
    { type: 'firewall', backend: 'iptables', ingressPolicy: 'same-bridge' },
  ],
  ptp: (dataDir) => [{ type: 'ptp', mtu: 1400, ipam: single(dataDir) }],
  'macvlan, routed by source': (dataDir) => [
    { type: 'macvlan', master: 'up0', mode: 'private', mtu: 1300, ipam: single(dataDir) },
    { type: 'sbr' },
  ],
  'host-device': (dataDir) => [{ type: 'host-device', device: 'up0', ipam: single(dataDir) }],
};

const reason = cannotMakeNetworks('/usr/sbin/iptables', '/usr/sbin/tc') ? 'no namespaces' : noDebianPlugins();

describe.skipIf(reason)('with the same configuration', () => {
  /** Attaches, checks, detaches twice; tells what was to be seen. */
  async function life(whose: TestHost['whose'], listFor: (dataDir: string) => Config[]) {
    const host = new TestHost(whose);
    try {
      return await attachAndDetach(host, listFor(host.directory));
    } finally {
      host.dispose();
    }
  }

  async function attachAndDetach(host: TestHost, list: Config[]) {
    const box = host.box();
    host.network.ip([], 'link add up0 type veth peer name up1', 'link set up0 up', 'link set up1 up');
    const configs: Config[] = [];
    for (const config of list) {
      const previous = configs.at(-1)?.result;
      const given = { ...config, ...(previous ? { prevResult: previous } : {}) };
      configs.push({ ...config, result: await host.add(box, given) });
    }
    const result = configs.at(-1)?.result;
    const attached = `${facts(host.network)}\nin the container:\n${facts(box)}`;
    const limits = host.network.run('tc', 'qdisc').replace(/(veth|bwp)[0-9a-f]+/g, 'DEVICE');
    const rules = host.network.run('iptables', '-S');
    const checks = [];
    for (const config of list) {
      checks.push((await host.call('CHECK', box, { ...config, prevResult: result })).exitCode);
    }
    for (const config of list.toReversed()) await host.call('DEL', box, { ...config, prevResult: result });
    const left = box.ip(['-o'], 'link').split('\n').length;
    return { result: maskedResult(result ?? {}), attached, limits, rules, checks, left };
  }

  it.each(Object.keys(lists))('%s', async (name) => {
    const list = lists[name] ?? (() => []);
    const theirs = await life('debian', list);
    const own = await life('ours', list);
    expect(own).toEqual(theirs);
    // `lo`, and the end of the last line.
    expect(own.left).toBe(2);
  });

  it('CHECK and DEL take what the other has made', async () => {
    const host = new TestHost('ours');
    const theirs = new TestHost('debian', host.network);
    try {
      const config = bridge(host.directory);
      const box = host.box();
      for (const [adding, other] of [
        [host, theirs],
        [theirs, host],
      ] as const) {
        const result = await adding.add(box, config);
        expect((await other.call('CHECK', box, { ...config, prevResult: result })).printed).toBeUndefined();
        expect((await other.call('DEL', box, config)).exitCode).toBe(0);
        expect(host.network.ip(['-o'], 'link')).not.toContain('veth');
      }
    } finally {
      theirs.dispose();
      host.dispose();
    }
  });
});
