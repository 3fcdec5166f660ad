/** The port against the kernel, as iproute2 and iptables see it. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkNamespace } from '../../network';
import { cannotMakeNetworks, TestNetwork } from '../testing/network-namespaces';
import { LinuxNetworks } from './networks';

describe.skipIf(cannotMakeNetworks('/usr/sbin/tc', '/usr/sbin/iptables'))('a network namespace', () => {
  const networks = new LinuxNetworks();
  let host: TestNetwork;
  let box: TestNetwork;
  let outside: NetworkNamespace;
  let inside: NetworkNamespace;
  const descriptors = () => readdirSync('/proc/self/fd').length;
  let before: number;
  const ownDevices = () => readdirSync('/sys/class/net').sort();
  const devicesBefore = ownDevices();

  beforeAll(() => {
    host = new TestNetwork();
    box = new TestNetwork();
    before = descriptors();
    outside = networks.openNetwork(host.path);
    inside = networks.openNetwork(box.path);
    outside.linkAdd({ name: 'br0', kind: 'bridge', up: true });
    const peer = { name: 'eth0', netns: inside, address: '02:00:00:00:00:09' };
    outside.linkAdd({ name: 'v0', kind: 'veth', mtu: 1400, peer });
  });
  afterAll(() => {
    outside?.close();
    inside?.close();
    expect(descriptors()).toBe(before);
    host?.dispose();
    box?.dispose();
    expect(ownDevices()).toEqual(devicesBefore);
  });

  const indexOf = (namespace: NetworkNamespace, name: string) => namespace.link(name)?.index ?? -1;

  it('is told from others by its id', () => {
    const again = networks.openNetwork(box.path);
    expect(again.id).toBe(inside.id);
    expect(outside.id).not.toBe(inside.id);
    again.close();
    expect(() => networks.openNetwork('/etc/passwd')).toThrow('EINVAL');
    expect(() => networks.openNetwork('/run/netns/nobody')).toThrow('ENOENT');
  });

  it('gets devices, their addresses and routes', () => {
    outside.linkSet(indexOf(outside, 'v0'), { master: indexOf(outside, 'br0'), up: true, alias: 'to the box' });
    outside.bridgePortSet(indexOf(outside, 'v0'), { hairpin: true, isolated: true });
    const eth0 = indexOf(inside, 'eth0');
    inside.linkSet(eth0, { up: true });
    inside.addressAdd({ index: eth0, family: 'inet', address: '10.9.0.2', prefix: 24 });
    inside.addressAdd({ index: eth0, family: 'inet6', address: 'fd00::2', prefix: 64, flags: ['nodad'] });
    inside.routeAdd({ family: 'inet', destination: 'default', gateway: '10.9.0.1' });
    inside.routeAdd({ family: 'inet', destination: '10.7.0.0/16', device: eth0, table: 1000, mtu: 1300 });
    const hops = ['10.9.0.1', '10.9.0.3'].map((gateway, at) => ({ gateway, device: eth0, weight: at + 1 }));
    inside.routeAdd({ family: 'inet', destination: '10.8.0.0/16', nexthops: hops });
    inside.ruleAdd({ family: 'inet', from: '10.9.0.2/32', table: 1000 });

    expect(outside.link('v0')).toMatchObject({
      kind: 'veth',
      mtu: 1400,
      alias: 'to the box',
      flags: ['UP', 'BROADCAST', 'MULTICAST', 'LOWER_UP'],
    });
    expect(outside.bridgePort(indexOf(outside, 'v0'))).toMatchObject({ hairpin: true, isolated: true, learning: true });
    expect(outside.link('nothing')).toBeNull();
    expect(box.run('ip', '-br', 'link', 'show', 'eth0')).toMatch(/^eth0@if\d+ +UP +02:00:00:00:00:09/);
    expect(box.run('ip', '-br', 'addr', 'show', 'eth0')).toMatch(/10\.9\.0\.2\/24 fd00::2\/64/);
    expect(box.run('ip', 'route')).toContain('default via 10.9.0.1 dev eth0');
    expect(box.run('ip', 'route', 'show', 'table', '1000')).toContain('10.7.0.0/16 dev eth0 scope link mtu 1300');
    expect(box.run('ip', 'route')).toMatch(/nexthop via 10\.9\.0\.3 dev eth0 weight 2/);
    expect(box.run('ip', 'rule')).toContain('from 10.9.0.2 lookup 1000');
    expect(inside.routes('inet', 1000)).toMatchObject([{ destination: '10.7.0.0/16', device: eth0, mtu: 1300 }]);
    expect(inside.rules('inet')).toContainEqual(expect.objectContaining({ from: '10.9.0.2/32', table: 1000 }));
    expect(inside.addresses(eth0)).toContainEqual(expect.objectContaining({ address: 'fd00::2', prefix: 64 }));
    expect(() => inside.addressAdd({ index: eth0, family: 'inet', address: '10.9.0.2', prefix: 24 })).toThrow('EEXIST');
  });

  it('has sysctls of its own', () => {
    outside.sysctlSet('net.ipv4.ip_forward', '1');
    expect(outside.sysctl('net/ipv4/conf/br0/forwarding')).toBe('1');
    expect(inside.sysctl('net.ipv4.ip_forward')).toBe('0');
    expect(() => inside.sysctl('net.ipv4.nothing')).toThrow('sysctl net.ipv4.nothing: ENOENT');
    expect(() => inside.sysctlSet('net/../kernel/hostname', 'x')).toThrow('EINVAL');
  });

  it('gets bandwidth limits and forwarding entries', () => {
    outside.linkAdd({ name: 'ifb0', kind: 'ifb', up: true });
    const bucket = { bytesPerSecond: 1_000_000, burstBytes: 50_000, limitBytes: 75_000 };
    outside.tokenBucketSet(indexOf(outside, 'ifb0'), bucket);
    outside.redirectIngress(indexOf(outside, 'v0'), indexOf(outside, 'ifb0'));
    expect(host.run('tc', 'qdisc', 'show', 'dev', 'ifb0')).toContain('rate 8Mbit');
    expect(host.run('tc', 'filter', 'show', 'dev', 'v0', 'ingress')).toContain('Egress Redirect to device ifb0');
    expect(outside.qdiscs(indexOf(outside, 'ifb0'))).toMatchObject([{ kind: 'tbf', tokenBucket: bucket }]);
    outside.linkAdd({ name: 'vx0', kind: 'vxlan', details: { id: 7, local: '10.9.0.1', port: 4789, learning: false } });
    const entry = { index: indexOf(outside, 'vx0'), hardware: '02:00:00:00:00:77', remote: '10.9.0.77' };
    outside.fdbAppend(entry);
    expect(outside.fdb(entry.index)).toEqual([entry]);
    outside.fdbDelete(entry);
    expect(outside.fdb(entry.index)).toEqual([]);
    expect(outside.link('vx0')?.details).toMatchObject({ id: 7, port: 4789, local: '10.9.0.1', learning: false });
  });

  it('takes packet rules all together or not at all', () => {
    const table = { family: 'ip', table: 'filter' } as const;
    outside.nft([
      { do: 'add table', ...table },
      {
        do: 'add chain',
        ...table,
        chain: 'FORWARD',
        base: { type: 'filter', hook: 'forward', priority: 0, policy: 'accept' },
      },
      {
        do: 'add rule',
        ...table,
        chain: 'FORWARD',
        rule: {
          statements: [
            { kind: 'match', key: { on: 'ip', of: 'daddr' }, op: '==', value: { kind: 'one', value: '10.9.0.2' } },
            { kind: 'xt conntrack', states: ['related', 'established'] },
            { kind: 'xt comment', comment: 'ours' },
            { kind: 'counter' },
            { kind: 'verdict', verdict: { kind: 'accept' } },
          ],
        },
      },
    ]);
    // iptables-nft takes them for its own.
    expect(host.run('iptables', '-S', 'FORWARD')).toContain(
      '-A FORWARD -d 10.9.0.2/32 -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment ours -j ACCEPT',
    );
    const rules = outside.nftRules('ip', 'filter', 'FORWARD');
    expect(rules).toMatchObject([{ comment: 'ours', jump: null }]);
    expect(() =>
      outside.nft([
        { do: 'add chain', ...table, chain: 'half', base: null },
        { do: 'delete chain', ...table, chain: 'nothing' },
      ]),
    ).toThrow('nft delete chain ip filter nothing: ENOENT');
    expect(outside.nftChains('ip', 'filter')).toEqual(['FORWARD']);
    expect(outside.nftChains('ip', 'nothing')).toBeNull();
    expect(outside.nftRules('ip', 'nothing', 'FORWARD')).toEqual([]);
    outside.nft([{ do: 'delete rule', ...table, chain: 'FORWARD', handle: rules[0]?.handle ?? 0 }]);
    expect(outside.nftRules('ip', 'filter', 'FORWARD')).toEqual([]);
  });
});
