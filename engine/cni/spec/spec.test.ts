/** The specification's own examples (SPEC.md 1.1.0, sections 1 and 5, Appendix), and what it says cannot be. */
import { describe, expect, it } from 'vitest';
import {
  argOf,
  type Cidr,
  CniError,
  compareVersions,
  contains,
  formatArgs,
  formatCidr,
  formatIp,
  lastOf,
  listOfOne,
  networkOf,
  parseArgs,
  parseCidr,
  parseEnvironment,
  parseIp,
  parseNetworkList,
  parseResultText,
  parseVersionOutput,
  requireContainerId,
  requireIfname,
  requireNetworkName,
  resultObject,
  sameIp,
} from '.';

function codeOf(run: () => unknown): number | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof CniError) return error.code;
    throw error;
  }
  return undefined;
}

describe('a network configuration list', () => {
  const example = {
    cniVersion: '1.1.0',
    cniVersions: ['0.3.1', '0.4.0', '1.0.0', '1.1.0'],
    name: 'dbnet',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        keyA: ['some more', 'plugin specific', 'configuration'],
        ipam: { type: 'host-local', subnet: '10.1.0.0/16', gateway: '10.1.0.1', routes: [{ dst: '0.0.0.0/0' }] },
        dns: { nameservers: ['10.1.0.1'] },
      },
      { type: 'tuning', capabilities: { mac: true }, sysctl: { 'net.core.somaxconn': '500' } },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };

  it('is read with all that is named, and keeps what is the plugins own', () => {
    const list = parseNetworkList(JSON.stringify(example));
    expect(list).toMatchObject({ name: 'dbnet', cniVersion: '1.1.0', disableCheck: false, disableGC: false });
    expect(list.plugins.map(({ type }) => type)).toEqual(['bridge', 'tuning', 'portmap']);
    expect(list.plugins[0]?.ipam).toMatchObject({ type: 'host-local', subnet: '10.1.0.0/16' });
    expect(list.plugins[0]?.raw).toEqual(example.plugins[0]);
    expect(list.plugins[1]?.capabilities).toEqual({ mac: true });
  });

  it.each([
    ['0.4.0', ['0.3.1', '1.0.0'], '1.0.0'],
    ['1.0.0', ['0.3.1'], '1.0.0'],
    ['0.4.0', ['2.0.0'], '0.4.0'],
    [undefined, undefined, '0.1.0'],
    ['9.0.0', [], '9.0.0'],
  ])('of version %s and of %j is taken to be of %s', (cniVersion, cniVersions, chosen) => {
    expect(parseNetworkList(JSON.stringify({ ...example, cniVersion, cniVersions })).cniVersion).toBe(chosen);
  });

  it('takes the switches as booleans and as words', () => {
    const list = parseNetworkList(JSON.stringify({ ...example, disableCheck: 'true', disableGC: true }));
    expect(list).toMatchObject({ disableCheck: true, disableGC: true });
  });

  it.each([
    ['no JSON', '{', 6],
    ['no object', '[]', 6],
    ['no name', '{"plugins":[{"type":"x"}]}', 7],
    ['a name that is no text', '{"name":1,"plugins":[{"type":"x"}]}', 7],
    ['no plugins', '{"name":"x","plugins":[]}', 7],
    ['a plugin without type', '{"name":"x","plugins":[{}]}', 7],
    ['plugins that are no list', '{"name":"x","plugins":{}}', 7],
    ['a switch that is none', '{"name":"x","disableCheck":"perhaps","plugins":[{"type":"x"}]}', 7],
    ['only inlined plugins, and none', '{"name":"x","loadOnlyInlinedPlugins":true}', 7],
  ])('is refused with %s', (_what, text, code) => {
    expect(codeOf(() => parseNetworkList(text))).toBe(code);
  });

  it('is made of a single configuration', () => {
    const list = listOfOne('{"cniVersion":"0.3.1","name":"one","type":"loopback"}');
    expect(list).toMatchObject({ name: 'one', cniVersion: '0.3.1' });
    expect(list.plugins).toHaveLength(1);
  });
});

describe('a result', () => {
  const example = {
    cniVersion: '1.1.0',
    interfaces: [
      { name: 'cni0', mac: '00:11:22:33:44:55' },
      { name: 'eth0', mac: '99:88:77:66:55:44', mtu: 1500, sandbox: '/var/run/netns/blue' },
    ],
    ips: [
      { interface: 1, address: '10.1.0.5/16', gateway: '10.1.0.1' },
      { interface: 1, address: 'fd00::5/64' },
    ],
    routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1', mtu: 1400 }, { dst: '::/0' }],
    dns: { nameservers: ['10.1.0.1'] },
  };

  it('of the newest version comes out as it went in', () => {
    expect(resultObject(parseResultText(JSON.stringify(example)), '1.1.0')).toEqual(example);
  });

  it('of 1.0.0 has no room for what 1.1.0 brought', () => {
    expect(resultObject(parseResultText(JSON.stringify(example)), '1.0.0')).toEqual({
      ...example,
      cniVersion: '1.0.0',
      interfaces: [example.interfaces[0], { name: 'eth0', mac: '99:88:77:66:55:44', sandbox: '/var/run/netns/blue' }],
      routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }, { dst: '::/0' }],
    });
  });

  it.each(['0.3.0', '0.3.1', '0.4.0'])('of %s says of each address which family it is of', (version) => {
    const old = resultObject(parseResultText(JSON.stringify(example)), version);
    expect(old).toMatchObject({ cniVersion: version, ips: [{ version: '4', interface: 1 }, { version: '6' }] });
    expect(resultObject(parseResultText(JSON.stringify(old)), version)).toEqual(old);
  });

  it.each(['0.1.0', '0.2.0'])('of %s has one address a family, with its routes', (version) => {
    const old = resultObject(parseResultText(JSON.stringify(example)), version);
    expect(old).toEqual({
      cniVersion: version,
      ip4: { ip: '10.1.0.5/16', gateway: '10.1.0.1', routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }] },
      ip6: { ip: 'fd00::5/64', routes: [{ dst: '::/0' }] },
      dns: { nameservers: ['10.1.0.1'] },
    });
    const read = parseResultText(JSON.stringify(old));
    expect(read.ips.map(({ address }) => address)).toEqual(['10.1.0.5/16', 'fd00::5/64']);
    expect(resultObject(read, version)).toEqual(old);
  });

  it('without a version is of 0.1.0, and cannot become one without an address', () => {
    expect(parseResultText('{"ip4":{"ip":"10.0.0.2/8"}}').ips).toHaveLength(1);
    expect(codeOf(() => resultObject(parseResultText('{"cniVersion":"1.0.0"}'), '0.2.0'))).toBe(6);
  });

  it.each([
    ['{"cniVersion":"7.0.0"}', 1],
    ['{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.1"}]}', 6],
    ['{"cniVersion":"1.0.0","routes":[{"dst":"default"}]}', 6],
    ['no json', 6],
  ])('%s is refused', (text, code) => {
    expect(codeOf(() => parseResultText(text))).toBe(code);
  });
});

describe('the environment', () => {
  const full = {
    CNI_COMMAND: 'ADD',
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: '/run/netns/c1',
    CNI_IFNAME: 'eth0',
    CNI_PATH: '/opt/cni/bin:/usr/lib/cni',
  };

  it('is read', () => {
    expect(parseEnvironment({ ...full, CNI_ARGS: 'IP=10.0.0.7' })).toEqual({
      command: 'ADD',
      containerId: 'c1',
      netns: '/run/netns/c1',
      ifname: 'eth0',
      args: 'IP=10.0.0.7',
      path: ['/opt/cni/bin', '/usr/lib/cni'],
      netnsOverride: false,
    });
  });

  it.each([
    ['ADD', 'CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH'],
    ['CHECK', 'CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH'],
    ['DEL', 'CNI_CONTAINERID,CNI_IFNAME,CNI_PATH'],
    ['GC', 'CNI_PATH'],
    ['STATUS', 'CNI_PATH'],
  ])('of %s needs %s', (command, names) => {
    const read = () => parseEnvironment({ CNI_COMMAND: command });
    expect(read).toThrow(`required env variables [${names}] missing`);
    expect(codeOf(read)).toBe(4);
  });

  it('has a command that exists', () => {
    expect(() => parseEnvironment({ ...full, CNI_COMMAND: 'add' })).toThrow('unknown CNI_COMMAND: add');
    expect(parseEnvironment({ CNI_COMMAND: 'VERSION' }).command).toBe('VERSION');
  });

  it.each(['', '-a', 'a/b', '.a', 'a b'])('has no container and no network called %j', (name) => {
    expect(codeOf(() => requireContainerId(name))).toBe(4);
    expect(codeOf(() => requireNetworkName(name))).toBe(7);
  });

  it.each(['', '.', '..', 'a/b', 'a:b', 'a b', 'sixteen-letters-'])('has no interface called %j', (name) => {
    expect(codeOf(() => requireIfname(name))).toBe(4);
  });

  it('has pairs in CNI_ARGS', () => {
    expect(parseArgs('A=1;B=x=y')).toEqual([
      ['A', '1'],
      ['B', 'x=y'],
    ]);
    expect(codeOf(() => parseArgs('A'))).toBe(4);
    expect(formatArgs(parseArgs('A=1;B=x=y'))).toBe('A=1;B=x=y');
    expect(argOf(parseArgs('A=1;A=2'), 'A')).toBe('2');
    expect(argOf(parseArgs(''), 'A')).toBeUndefined();
  });
});

describe('versions and addresses', () => {
  it('are compared by their numbers', () => {
    expect(compareVersions('0.10.0', '0.9.1')).toBeGreaterThan(0);
    expect(compareVersions('1.0.0', '1.0.0')).toBe(0);
    expect(codeOf(() => compareVersions('one', '1.0.0'))).toBe(6);
  });

  it('come from plugins of any age', () => {
    expect(parseVersionOutput('{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}')).toEqual([
      '0.4.0',
      '1.0.0',
    ]);
    expect(parseVersionOutput('{"cniVersion":"0.2.0"}')).toEqual(['0.1.0', '0.2.0']);
    expect(codeOf(() => parseVersionOutput('{"cniVersion":"1.0.0"}'))).toBe(6);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['FD00::', 'fd00::'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
  ])('%s is written %s', (text, written) => {
    const ip = parseIp(text);
    expect(ip && formatIp(ip)).toBe(written);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '1:2',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    ':1',
  ])('%j is none', (text) => expect(parseIp(text)).toBeNull());

  it.each([
    ['10.1.2.3/16', '10.1.0.0', '10.1.255.255', '10.1.9.9', '10.2.0.0'],
    ['fd00::5/64', 'fd00::', 'fd00::ffff:ffff:ffff:ffff', 'fd00::9', 'fd00:0:0:1::'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255', '8.8.8.8', '::1'],
    ['10.0.0.1/32', '10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2'],
  ])('%s is a network from %s to %s', (text, first, last, inside, outside) => {
    const cidr = parsed(text);
    expect(formatCidr(cidr)).toBe(text);
    expect([formatIp(networkOf(cidr)), formatIp(lastOf(cidr))]).toEqual([first, last]);
    expect(sameIp(networkOf(cidr), parsed(`${first}/0`).ip)).toBe(true);
    expect([inside, outside].map((ip) => contains(cidr, parsed(`${ip}/0`).ip))).toEqual([true, false]);
  });

  it.each(['10.0.0.1', '10.0.0.1/33', '10.0.0.1/', '10.0.0.1/08', '::/129', 'x/8'])('%j is no network', (text) =>
    expect(parseCidr(text)).toBeNull(),
  );
});

function parsed(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`${text} should be a network`);
  return cidr;
}
