/** What containers can reach, what a failure leaves, and what is left in the end. */
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinuxNetworks } from '../../kernel/linux';
import { cannotMakeNetworks, type TestNetwork } from '../../kernel/linux/testing/network-namespaces';
import { type Config, facts, type PrintedResult, TestHost } from '../testing/attachment';

const reason = cannotMakeNetworks('/usr/sbin/iptables');

describe.skipIf(reason)('plugins', () => {
  let host: TestHost;
  let outside: TestNetwork;
  let config: Config;
  const networks = new LinuxNetworks();
  const ownDevices = () => readdirSync('/sys/class/net').sort();
  const devicesBefore = ownDevices();

  const leases = () => {
    const directory = `${host.directory}/net`;
    return existsSync(directory) ? readdirSync(directory).filter((name) => /^\d/.test(name)) : [];
  };

  beforeAll(() => {
    host = new TestHost('ours');
    // Somebody beyond the host, who knows no way to the containers.
    outside = host.box();
    host.network.ip([], 'link set lo up', `link add out0 type veth peer name up0 netns ${outside.name}`);
    host.network.ip([], 'addr add 192.0.2.1/24 dev out0', 'link set out0 up');
    outside.ip([], 'addr add 192.0.2.2/24 dev up0', 'link set up0 up', 'link set lo up');
    outside.serve(80);
    config = {
      type: 'bridge',
      bridge: 'br0',
      isDefaultGateway: true,
      ipMasq: true,
      hairpinMode: true,
      macspoofchk: true,
      ipam: { type: 'host-local', dataDir: host.directory, subnet: '10.9.0.0/24' },
    };
  });
  afterAll(() => {
    host?.dispose();
    expect(ownDevices()).toEqual(devicesBefore);
  });

  const portmap = (previous: PrintedResult, hostPort = 8080): Config => ({
    type: 'portmap',
    prevResult: previous,
    runtimeConfig: { portMappings: [{ hostPort, containerPort: 80, protocol: 'tcp' }] },
  });

  it('let containers reach each other, go out masqueraded, and be reached by a port of the host', async () => {
    const [first, second] = [host.box(), host.box()];
    const [one, two] = [await host.add(first, config), await host.add(second, config)];
    expect([one, two].map(({ ips }) => ips?.[0]?.address)).toEqual(['10.9.0.2/24', '10.9.0.3/24']);
    first.serve(80);
    await host.add(first, portmap(one));

    expect(await second.ask('10.9.0.2', 80)).toBe('10.9.0.3');
    expect(await first.ask('192.0.2.2', 80)).toBe('192.0.2.1');
    expect(await outside.ask('192.0.2.1', 8080)).toBe('192.0.2.2');
    // The host itself by 127.0.0.1, a neighbour, and the container by its own port.
    expect(await host.network.ask('127.0.0.1', 8080)).toBe('10.9.0.1');
    expect(await second.ask('192.0.2.1', 8080)).toBe('10.9.0.1');
    expect(await first.ask('192.0.2.1', 8080)).toBe('10.9.0.1');
    expect(await outside.ask('192.0.2.1', 8081)).toBeNull();

    expect((await host.call('CHECK', first, { ...config, prevResult: one })).exitCode).toBe(0);
    expect((await host.call('CHECK', first, portmap(one))).exitCode).toBe(0);
    await host.call('DEL', first, portmap(one));
    expect((await host.call('CHECK', first, portmap(one))).printed).toMatchObject({ code: 999 });
    expect(await outside.ask('192.0.2.1', 8080)).toBeNull();
    // Without the container's frames under its own address nothing passes.
    first.ip([], 'link set eth0 address 02:00:00:00:00:99');
    expect(await first.ask('10.9.0.1', 80, 1)).toBeNull();
    for (const box of [first, second]) await host.call('DEL', box, config);
    expect(leases()).toEqual([]);
  });

  it('forward to both families, for all protocols, on one address, under conditions', async () => {
    host.network.ip([], 'addr add fd00:1::1/64 dev out0 nodad');
    outside.ip([], 'addr add fd00:1::2/64 dev up0 nodad');
    const box = host.box();
    const dual = {
      ...config,
      bridge: 'br6',
      ipam: {
        ...Object(config.ipam),
        subnet: undefined,
        ranges: [[{ subnet: '10.6.0.0/24' }], [{ subnet: 'fd00:6::/64' }]],
      },
    };
    const result = await host.add(box, dual);
    box.serve(80);
    const forward = {
      type: 'portmap',
      prevResult: result,
      conditionsV4: ['!', '-s', '198.51.100.0/24'],
      markMasqBit: 20,
      backend: 'iptables',
      runtimeConfig: {
        portMappings: [
          { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
          { hostPort: 8082, containerPort: 80, protocol: 'TCP', hostIP: '192.0.2.1' },
          { hostPort: 8080, containerPort: 53, protocol: 'udp' },
          { hostPort: 8080, containerPort: 99, protocol: 'sctp' },
        ],
      },
    };
    await host.add(box, forward);
    expect(await outside.ask('fd00:1::1', 8080)).toBe('fd00:1::2');
    expect(await outside.ask('192.0.2.1', 8082)).toBe('192.0.2.2');
    expect(await outside.ask('fd00:1::1', 8082)).toBeNull();
    expect((await host.call('CHECK', box, forward)).exitCode).toBe(0);
    const refused = { ...forward, externalSetMarkChain: 'KUBE-MARK-MASQ' };
    expect((await host.call('ADD', box, refused)).printed).toMatchObject({ code: 2 });
    expect((await host.call('ADD', box, { ...forward, backend: 'ipfw' })).printed).toMatchObject({ code: 7 });
    for (const each of [forward, dual]) expect((await host.call('DEL', box, each)).exitCode).toBe(0);
    host.network.ip([], 'link delete br6', 'addr delete fd00:1::1/64 dev out0');
  });

  it('keep the address of a bridge, however its ports come and go', async () => {
    const boxes = [host.box(), host.box(), host.box()];
    const macs = [];
    for (const box of boxes) macs.push((await host.add(box, config)).interfaces?.[0]?.mac);
    expect(new Set(macs).size).toBe(1);
    for (const box of boxes) await host.call('DEL', box, config);
  });

  it('notice in CHECK what is no longer as it was', async () => {
    const box = host.box();
    const result = await host.add(box, config);
    const check = async () => (await host.call('CHECK', box, { ...config, prevResult: result })).printed?.msg;
    expect(await check()).toBeUndefined();
    box.ip([], 'route delete default');
    expect(await check()).toContain('expected route 0.0.0.0/0 via 10.9.0.1 is missing');
    box.ip([], 'addr flush dev eth0');
    expect(await check()).toContain('eth0 does not have the address');
    const device = result.interfaces?.[1]?.name ?? '';
    host.network.ip([], `link set ${device} nomaster`);
    expect(await check()).toContain(`${device} is not a port of the bridge`);
    box.ip([], 'link delete eth0');
    expect(await check()).toContain('failed to find interface "eth0"');
    expect((await host.call('DEL', box, config)).exitCode).toBe(0);
  });

  it('undo everything when a later step fails, and change nothing for a wrong configuration', async () => {
    const box = host.box();
    const before = [facts(host.network), facts(box), leases()];
    const clash = {
      ...config,
      bridge: 'br1',
      isDefaultGateway: true,
      ipam: { ...Object(config.ipam), subnet: '10.8.0.0/24' },
    };
    host.network.ip([], 'link add br1 type bridge', 'addr add 10.8.0.9/24 dev br1');
    const bridged = facts(host.network);
    expect((await host.call('ADD', box, clash)).printed).toMatchObject({
      msg: expect.stringContaining('already has an IP address'),
    });
    expect([facts(host.network).replace(/UP,LOWER_UP|NO-CARRIER,|,UP/g, ''), facts(box), leases()]).toEqual([
      expect.stringContaining('br1'),
      before[1],
      before[2],
    ]);
    expect(facts(host.network).split('\n').length).toBeLessThanOrEqual(bridged.split('\n').length + 2);
    host.network.ip([], 'link delete br1');

    // A bridge and an overlay that were made for it go, too, when the addresses cannot be had.
    const noAddress = { ipam: { type: 'host-local', dataDir: host.directory, subnet: 'nonsense' } };
    const overlay = { type: 'vxlan', vni: 9, local: '192.0.2.1', remotes: ['192.0.2.2'] };
    for (const failing of [{ type: 'bridge', bridge: 'br2' }, overlay]) {
      expect((await host.call('ADD', box, { ...failing, ...noAddress })).exitCode).toBe(1);
    }
    expect([facts(host.network), facts(box), leases()]).toEqual(before);

    const wrong: Array<[change: Record<string, unknown>, message: string]> = [
      [{ hairpinMode: true, promiscMode: true }, 'cannot set hairpin mode and promiscuous mode'],
      [{ vlan: 5000 }, "vlan: a VLAN's number is 0 to 4094"],
      [{ mtu: -1 }, 'mtu'],
      [{ bridge: 'a/b' }, 'a device name has 1 to 15 characters'],
      [{ bridge: 'out0' }, 'already exists but is not a bridge'],
      [{ disableContainerInterface: true }, 'cannot use IPAM'],
      [{ mac: '02:00' }, 'is no hardware address'],
    ];
    for (const [change, message] of wrong) {
      const { exitCode, printed } = await host.call('ADD', box, { ...config, ...change });
      expect([exitCode, printed?.msg]).toEqual([1, expect.stringContaining(message)]);
    }
    expect((await host.call('ADD', null, config, { CNI_NETNS: '/run/netns/nobody' })).printed).toMatchObject({
      code: 3,
    });
    expect([facts(host.network), facts(box), leases()]).toEqual(before);
  });

  it('leave nothing after fifty attachments', async () => {
    const own = networks.openNetwork(host.network.path);
    const box = host.box();
    const once = async (ports: boolean) => {
      const result = await host.add(box, config);
      if (ports) await host.add(box, portmap(result));
      if (ports) await host.call('DEL', box, portmap(result));
      await host.call('DEL', box, config);
    };
    await once(true);
    const before = [facts(host.network), facts(box), leases()];
    for (let at = 0; at < 50; at++) await once(at % 10 === 0);
    expect([facts(host.network), facts(box), leases()]).toEqual(before);
    expect(own.nftChains('inet', 'underlay-cni')).toBeNull();
    expect(own.nftChains('bridge', 'nat')).toEqual(['PREROUTING']);
    own.close();
  });

  it('clean up without the namespace, and by GC what nobody has deleted', async () => {
    const [gone, forgotten, kept] = [host.box(), host.box(), host.box()];
    const before = facts(host.network);
    await host.add(gone, config);
    expect((await host.call('DEL', gone, config, { CNI_NETNS: '' })).exitCode).toBe(0);
    expect(facts(host.network)).toBe(before);
    await host.add(forgotten, config);
    await host.add(kept, config);
    const valid = [{ containerID: kept.name, ifname: 'eth0' }];
    const gc = await host.call('GC', null, { ...config, cniVersion: '1.1.0', 'cni.dev/valid-attachments': valid });
    expect(gc.exitCode).toBe(0);
    const own = networks.openNetwork(host.network.path);
    expect(own.nftRules('inet', 'underlay-cni', 'postrouting')).toHaveLength(1);
    own.close();
    expect(leases()).toHaveLength(1);
    for (const box of [forgotten, kept]) await host.call('DEL', box, config);
    expect(facts(host.network)).toBe(before);
  });

  it('make one network of several hosts by vxlan', async () => {
    const other = new TestHost('ours');
    try {
      host.network.ip([], `link add under0 mtu 1500 type veth peer name under0 netns ${other.network.name}`);
      host.network.ip([], 'addr add 198.51.100.1/24 dev under0', 'link set under0 up');
      other.network.ip([], 'addr add 198.51.100.2/24 dev under0', 'link set under0 up');
      const overlay = (local: string, remote: string, address: string): Config => ({
        type: 'vxlan',
        name: 'overlay',
        vni: 42,
        local,
        remotes: [remote],
        ipam: { type: 'static', addresses: [{ address }] },
      });
      const [here, there] = [host.box(), other.box()];
      const mine = overlay('198.51.100.1', '198.51.100.2', '10.42.0.1/24');
      const result = await host.add(here, mine);
      await other.add(there, overlay('198.51.100.2', '198.51.100.1', '10.42.0.2/24'));
      there.serve(80);
      expect(await here.ask('10.42.0.2', 80)).toBe('10.42.0.1');
      expect(here.ip(['-o'], 'link show eth0')).toContain('mtu 1450');
      expect((await host.call('CHECK', here, { ...mine, prevResult: result })).exitCode).toBe(0);
      expect((await host.call('ADD', here, { ...mine, mtu: 1500 })).printed).toMatchObject({ code: 7 });
      expect((await host.call('DEL', here, mine)).exitCode).toBe(0);
    } finally {
      other.dispose();
    }
  });

  it.each([
    ['ipvlan', { type: 'ipvlan', master: 'out0' }],
    ['vlan', { type: 'vlan', master: 'out0', vlanId: 5 }],
    ['dummy', { type: 'dummy' }],
    ['bridge with VLANs', { type: 'bridge', bridge: 'br5', vlan: 5 }],
  ])('%s works, or leaves nothing where the kernel lacks it', async (name, device) => {
    const box = host.box();
    const before = [facts(box), leases()];
    const wanted = { ...device, ipam: { ...Object(config.ipam), subnet: '10.7.0.0/24' } };
    const { exitCode, printed } = await host.call('ADD', box, wanted);
    if (exitCode === 0) {
      expect((await host.call('CHECK', box, { ...wanted, prevResult: printed })).exitCode).toBe(0);
    } else {
      console.warn(`skipped, this kernel has no ${name}: ${printed?.msg}`);
      expect(printed?.msg).toContain('EOPNOTSUPP');
    }
    expect((await host.call('DEL', box, wanted)).exitCode).toBe(0);
    expect([facts(box), leases()]).toEqual(before);
  });
});
