/** host-local and static do what Debian's plugins of that name do, call by call, and host-local leaves the same files. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFile } from '../../kernel/linux';
import { hostLocal, InProcessExecutor, type PluginExecutor, staticIpam } from '..';
import { NodeLeaseFiles, ProcessExecutor } from '../host';
import { debianPlugins, noDebianPlugins } from '../testing/debian';

const processes = new ProcessExecutor(process.env);
const plugins = new Map([
  ['host-local', hostLocal(new NodeLeaseFiles(lockFile))],
  ['static', staticIpam],
]);
const own = new InProcessExecutor(plugins, processes);
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cni-ipam-'));
  writeFileSync(
    join(directory, 'resolv.conf'),
    '# of a test\nnameserver 192.0.2.3\nsearch a.example b.example\noptions ndots:2\ndomain a.example\n',
  );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Step {
  command?: string;
  id?: string;
  ifname?: string;
  args?: string;
  /** Merged into the configuration of the story. */
  change?: object;
}

async function call(executor: PluginExecutor, type: string, config: object, step: Step) {
  const plugin = await executor.find(type, [debianPlugins]);
  if (!plugin) throw new Error(`no ${type}`);
  const { exitCode, stdout } = await executor.run(plugin, {
    environment: {
      CNI_COMMAND: step.command ?? 'ADD',
      CNI_CONTAINERID: step.id ?? 'one',
      CNI_NETNS: '/run/netns/none',
      CNI_IFNAME: step.ifname ?? 'eth0',
      CNI_ARGS: step.args ?? '',
      CNI_PATH: debianPlugins,
    },
    stdin: JSON.stringify({ cniVersion: '1.0.0', name: 'net', type, ...config, ...step.change }),
  });
  const printed: unknown = stdout.trim() === '' ? null : JSON.parse(stdout);
  // Which code an error has is not said anywhere; Debian's have 999 for all of them.
  return exitCode === 0 ? printed : 'an error';
}

/** What a plugin answers to a story, and the files it leaves. */
async function story(executor: PluginExecutor, type: string, dataDir: string, ipam: object, steps: Step[]) {
  const answers: unknown[] = [];
  for (const step of steps) answers.push(await call(executor, type, { ipam: { type, dataDir, ...ipam } }, step));
  return { answers, files: filesOf(join(dataDir, 'net')) };
}

function filesOf(path: string): Record<string, string> {
  try {
    return Object.fromEntries(
      readdirSync(path)
        .sort()
        .map((name) => [name, readFileSync(join(path, name), 'utf8')]),
    );
  } catch {
    return {};
  }
}

const small = { subnet: '10.1.2.0/29' };
const add = (...ids: string[]): Step[] => ids.map((id) => ({ id }));
const range = (subnet: string, rangeStart?: string, rangeEnd?: string) => ({ subnet, rangeStart, rangeEnd });

const hostLocalStories: Array<[string, object, Step[]]> = [
  ['a subnet, until it is exhausted', small, add('a', 'b', 'c', 'd', 'e', 'f')],
  [
    'an address that was given back, only after all others',
    small,
    [...add('a', 'b'), { command: 'DEL', id: 'a' }, ...add('c', 'd', 'e', 'f', 'g')],
  ],
  ['DEL of what never was, twice', small, [{ command: 'DEL' }, ...add('one'), { command: 'DEL' }, { command: 'DEL' }]],
  [
    'two interfaces of a container',
    small,
    [{ ifname: 'eth0' }, { ifname: 'eth1' }, { command: 'DEL', ifname: 'eth0' }, { command: 'CHECK', ifname: 'eth1' }],
  ],
  ['the same interface twice', small, add('a', 'a')],
  ['CHECK', small, [{ command: 'CHECK' }, ...add('one'), { command: 'CHECK' }]],
  [
    'ranges of both families, routes, a gateway',
    {
      ranges: [
        [{ ...range('10.1.0.0/16', '10.1.2.3', '10.1.2.5'), gateway: '10.1.2.4' }],
        [range('fd00:1::/64', 'fd00:1::0:fffe')],
      ],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0', gw: 'fd00:1::1' }],
    },
    add('a', 'b', 'c'),
  ],
  [
    'a set of two ranges',
    {
      ranges: [[range('10.1.0.0/24', '10.1.0.9', '10.1.0.10'), range('10.2.0.0/24', '10.2.0.1', '10.2.0.2')]],
    },
    [...add('a', 'b', 'c'), { command: 'DEL', id: 'a' }, ...add('d', 'e')],
  ],
  [
    'addresses asked for',
    small,
    [
      { id: 'a', args: 'IP=10.1.2.5' },
      { id: 'b', args: 'IP=10.1.2.5' },
      { id: 'c', args: 'IP=10.1.2.1' },
      { id: 'd', args: 'IP=10.9.9.9' },
      { id: 'e', args: 'IP=10.1.2.4/29' },
      { id: 'f', args: 'IgnoreUnknown=1;K8S_POD_NAME=web' },
      { id: 'g', args: 'K8S_POD_NAME=web' },
      { id: 'h', change: { args: { cni: { ips: ['10.1.2.3'] } } } },
      { id: 'i', change: { runtimeConfig: { ips: ['10.1.2.6'] } } },
    ],
  ],
  [
    'ranges of the runtime',
    {},
    [{ change: { runtimeConfig: { ipRanges: [[range('10.7.0.0/24')], [range('fd07::/64')]] } } }],
  ],
  [
    'old versions',
    small,
    [
      { id: 'a', change: { cniVersion: '0.2.0' } },
      { id: 'b', change: { cniVersion: '0.3.1' } },
      { id: 'c', change: { cniVersion: '0.4.0' } },
      { id: 'd', change: { cniVersion: '' } },
    ],
  ],
  [
    'two of a family, before 0.3.0',
    { ranges: [[range('10.1.0.0/24')], [range('10.2.0.0/24')]] },
    [{ change: { cniVersion: '0.2.0' } }, { change: { cniVersion: '0.3.0' } }],
  ],
  ...[
    ['no ranges', {}],
    ['an empty set', { ranges: [[]] }],
    ['overlapping sets', { ranges: [[range('10.1.0.0/24')], [range('10.1.0.0/16')]] }],
    ['overlapping ranges', { ranges: [[range('10.1.0.0/24'), range('10.1.0.0/16')]] }],
    ['mixed families', { ranges: [[range('10.1.0.0/24'), range('fd00::/64')]] }],
    ['host bits', { subnet: '10.1.0.1/24' }],
    ['a network of two', { subnet: '10.1.0.0/31' }],
    ['a start outside', { subnet: '10.1.0.0/24', rangeStart: '10.2.0.1' }],
    ['an end outside', { subnet: '10.1.0.0/24', rangeEnd: '10.2.0.1' }],
    ['no network', { subnet: '10.1.0.0' }],
    ['a gateway that is none', { subnet: '10.1.0.0/24', gateway: 'here' }],
    ['no file of name servers', { ...small, resolvConf: '/nowhere' }],
  ].map(([what, ipam]): [string, object, Step[]] => [`${what}`, Object(ipam), add('a')]),
];

const addresses = {
  addresses: [{ address: '10.10.0.1/24', gateway: '10.10.0.254' }, { address: '3ffe:ffff:0:01ff::1/64' }],
};
const dns = { nameservers: ['192.0.2.1'], domain: 'example.net', search: ['a', 'b'] };
const staticStories: Array<[string, object, Step[]]> = [
  [
    'what is configured',
    { ...addresses, routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0', gw: 'fd00::1' }], dns },
    add('a', 'a'),
  ],
  [
    'CNI_ARGS',
    {},
    [{ args: 'IP=10.10.0.1/24;GATEWAY=10.10.0.254' }, { args: 'IP=10.10.0.1/24,11.11.0.1/24;GATEWAY=11.11.0.9' }],
  ],
  ['CNI_ARGS beside what is configured', addresses, [{ args: 'IP=10.20.0.1/24;GATEWAY=10.20.0.254' }]],
  [
    'arguments and capabilities',
    addresses,
    [
      { change: { args: { cni: { ips: ['10.30.0.1/24', '10.31.0.1/24'] } } } },
      { change: { runtimeConfig: { ips: ['10.40.0.1/24'] } } },
      { change: { args: { cni: { ips: ['10.30.0.1/24'] } }, runtimeConfig: { ips: ['10.40.0.1/24'] } } },
    ],
  ],
  ['nothing', {}, add('a')],
  ['what is no network', { addresses: [{ address: '10.0.0.1' }] }, [...add('a'), { args: 'IP=10.0.0.1' }]],
  ['a gateway that is none', {}, [{ args: 'IP=10.0.0.1/8;GATEWAY=x' }]],
  [
    'two of a family, before 0.3.0',
    { addresses: [{ address: '10.0.0.1/8' }, { address: '10.0.0.2/8' }] },
    [{ change: { cniVersion: '0.2.0' } }, { change: { cniVersion: '0.3.1' } }],
  ],
  [
    'CHECK',
    addresses,
    [
      { command: 'CHECK' },
      {
        command: 'CHECK',
        change: {
          prevResult: {
            cniVersion: '1.0.0',
            ips: [{ address: '10.10.0.1/24', gateway: '10.10.0.254' }, { address: '3ffe:ffff:0:01ff::1/64' }],
          },
        },
      },
      {
        command: 'CHECK',
        change: {
          prevResult: {
            cniVersion: '1.0.0',
            ips: [{ address: '10.10.0.1/24', gateway: '10.10.0.3' }, { address: '3ffe:ffff:0:01ff::1/64' }],
          },
        },
      },
      { command: 'DEL' },
    ],
  ],
];

describe.skipIf(noDebianPlugins())('like the original', () => {
  it.each(hostLocalStories)('host-local: %s', async (what, ipam, steps) => {
    const place = join(directory, what);
    const ours = await story(own, 'host-local', join(place, 'ours'), ipam, steps);
    const theirs = await story(processes, 'host-local', join(place, 'theirs'), ipam, steps);
    expect(ours.answers).toEqual(theirs.answers);
    expect(ours.files).toEqual(theirs.files);
  });

  it('host-local: name servers of a file', async () => {
    const ipam = { ...small, resolvConf: join(directory, 'resolv.conf') };
    const ours = await story(own, 'host-local', join(directory, 'dns-ours'), ipam, add('a'));
    expect(ours.answers).toMatchObject([{ dns: { nameservers: ['192.0.2.3'], search: ['a.example', 'b.example'] } }]);
    expect(ours).toEqual(await story(processes, 'host-local', join(directory, 'dns-theirs'), ipam, add('a')));
  });

  it.each(staticStories)('static: %s', async (_what, ipam, steps) => {
    const [ours, theirs] = [
      await story(own, 'static', directory, ipam, steps),
      await story(processes, 'static', directory, ipam, steps),
    ];
    expect(ours.answers).toEqual(theirs.answers);
  });

  it('host-local works in one directory with it', async () => {
    const config = { ipam: { type: 'host-local', dataDir: join(directory, 'shared'), ...small } };
    const both = [own, processes];
    const given = [];
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      given.push(await call(both[given.length % 2] ?? own, 'host-local', config, { id }));
    expect(given.map((answer) => JSON.stringify(answer).match(/10\.1\.2\.\d/)?.[0])).toEqual(
      [2, 3, 4, 5, 6].map((host) => `10.1.2.${host}`),
    );
    // Each deletes what the other added.
    for (const [at, id] of ['a', 'b', 'c', 'd', 'e'].entries())
      await call(both[(at + 1) % 2] ?? own, 'host-local', config, { id, command: 'DEL' });
    expect(Object.keys(filesOf(join(directory, 'shared/net')))).toEqual(['last_reserved_ip.0', 'lock']);
  });
});

describe('host-local alone', () => {
  const run = (command: string, change: object = {}, id = 'one') =>
    call(
      own,
      'host-local',
      { cniVersion: '1.1.0', ipam: { type: 'host-local', dataDir: join(directory, 'alone'), ...small } },
      {
        command,
        id,
        change,
      },
    );

  it('collects what belongs to nobody, and says when it is full', async () => {
    expect(await run('STATUS')).toBeNull();
    expect(await run('GC', { 'cni.dev/valid-attachments': [] })).toBeNull();
    expect(await run('CHECK')).toBe('an error');
    expect(existsSync(join(directory, 'alone'))).toBe(false);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await run('ADD', {}, id);
    expect(await run('STATUS')).toBe('an error');
    expect(await run('GC')).toBeNull();
    expect(leases()).toHaveLength(5);
    expect(await run('GC', { 'cni.dev/valid-attachments': [{ containerID: 'b', ifname: 'eth0' }] })).toBeNull();
    expect(leases()).toEqual(['10.1.2.3']);
    expect(await run('STATUS')).toBeNull();
  });

  const leases = () => Object.keys(filesOf(join(directory, 'alone/net'))).filter((name) => name.startsWith('10.'));
});
