import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StateSource } from '../kernel';
import { containersOf, emptyState, type LabState, type Process } from '../state';
import { LabState as Schema } from '../state/parse';
import { openEngineSource } from './source';
import { MapFiles } from './testing/files';

let files: MapFiles;
let source: StateSource;
let state: LabState;

beforeEach(() => {
  files = new MapFiles();
  source = openEngineSource(new Map([['lab', files]]));
  state = emptyState();
});

/** As whoever watches the path does. */
function touched(path: string): void {
  const concerned = [...source.watched().values()].filter((watched) => watched.path === path);
  expect(concerned.length, path).toBeGreaterThan(0);
  for (const { changed } of concerned) changed();
}

function put(path: string, content: Parameters<MapFiles['put']>[1], watchedAt = path.slice(0, path.lastIndexOf('/'))) {
  files.put(path, content);
  touched(watchedAt);
}

const seen = () => {
  const complete = source.complete(state);
  expect(Schema.parse(complete)).toEqual(complete);
  return complete;
};

const process = (pid: number, own: number, more: Partial<Process> = {}): Process => ({
  pid,
  machine: 'lab',
  parent: 1,
  nsPids: [own, 1],
  session: own,
  group: own,
  state: 'alive',
  tty: null,
  command: 'sleep',
  args: ['sleep', '600'],
  uid: 0,
  gid: 0,
  capabilities: { inheritable: '0', permitted: '0', effective: '0', bounding: '0', ambient: '0' },
  noNewPrivs: false,
  signals: { ignored: '0', caught: '0' },
  namespaces: {
    mnt: 'mnt:1',
    uts: 'uts:2',
    ipc: 'ipc:3',
    pid: 'pid:4',
    net: 'net:5',
    user: 'user:6',
    cgroup: 'cgroup:7',
    time: 'time:8',
  },
  pidForChildren: null,
  cgroup: '/',
  cwd: '/',
  root: '/',
  ...more,
});

/** Process `own` of the Machine, which the observer sees with 1000 more. */
function live(own: number, startTime = '77', more: Partial<Process> = {}): void {
  files.put(`/proc/${own}/stat`, `${own} (a ) name) S ${'0 '.repeat(18)}${startTime} 0 0\n`);
  state = { ...state, processes: { ...state.processes, [own + 1000]: process(own + 1000, own, more) } };
}
function end(own: number): void {
  files.remove(`/proc/${own}`);
  state = { ...state, processes: {} };
}

const record = (more: object = {}) =>
  JSON.stringify({
    id: 'web',
    bundle: '/root/web',
    rootfs: '/root/web/rootfs',
    annotations: { tier: 'front', number: 3 },
    maker: null,
    process: { pid: 23, startTime: '77' },
    cgroups: [{ mountPoint: '/sys/fs/cgroup/freezer', directory: '/sys/fs/cgroup/freezer/web' }],
    ...more,
  });

describe('containers', () => {
  const home = '/run/runc/web';
  const statuses = () => containersOf(seen(), 'lab').map(({ id, status, pid }) => `${id} ${status} ${pid}`);

  test('go through their states as files, processes and the freezer say', () => {
    files.put('/sys/fs/cgroup/freezer/web/freezer.state', 'THAWED\n');
    files.put(`${home}/lock`, '');
    put(`${home}/start`, { kind: 'fifo' }, '/run/runc');
    expect(statuses()).toEqual([]);
    live(20, '70');
    files.put(`${home}/config.json`, '{"process": {"args": ["httpd", "-f"]}}');
    put(`${home}/state.json`, record({ maker: { pid: 20, startTime: '70' }, process: null }));
    expect(statuses()).toEqual(['web creating null']);
    live(23);
    put(`${home}/state.json`, record());
    expect(statuses()).toEqual(['web created 1023']);
    files.remove(`${home}/start`);
    touched(home);
    expect(seen().containers).toEqual({
      'lab/web': {
        machine: 'lab',
        id: 'web',
        status: 'running',
        pid: 1023,
        bundle: '/root/web',
        rootfs: '/root/web/rootfs',
        args: ['httpd', '-f'],
        annotations: { tier: 'front' },
        root: '/run/runc',
      },
    });
    put('/sys/fs/cgroup/freezer/web/freezer.state', 'FROZEN\n');
    expect(statuses()).toEqual(['web paused 1023']);
    put('/sys/fs/cgroup/freezer/web/freezer.state', 'THAWED\n');
    expect(statuses()).toEqual(['web running 1023']);
    end(23);
    expect(statuses()).toEqual(['web stopped null']);
    files.remove(home);
    touched('/run/runc');
    expect(statuses()).toEqual([]);
  });

  test('of version 2 of cgroups are frozen when the group says so', () => {
    live(23);
    files.put('/sys/fs/cgroup/web/cgroup.events', 'populated 1\nfrozen 1\n');
    put(
      `${home}/state.json`,
      record({ cgroups: [{ mountPoint: '/sys/fs/cgroup', directory: '/sys/fs/cgroup/web' }] }),
      '/run/runc',
    );
    expect(statuses()).toEqual(['web paused 1023']);
  });

  test('are stopped when their pid is another process now, or waits to be reaped', () => {
    live(23, '78');
    put(`${home}/state.json`, record(), '/run/runc');
    expect(statuses()).toEqual(['web stopped null']);
    live(24, '77', { state: 'zombie' });
    files.put('/proc/24/stat', `24 (sleep) Z ${'0 '.repeat(18)}77 0\n`);
    put(`${home}/state.json`, record({ process: { pid: 24, startTime: '77' } }));
    expect(statuses()).toEqual(['web stopped null']);
  });

  test('are not stopped before the kernel has told of their process', () => {
    files.put('/proc/23/stat', `23 (sleep) S ${'0 '.repeat(18)}77 0\n`);
    put(`${home}/state.json`, record(), '/run/runc');
    expect(statuses()).toEqual(['web running null']);
    live(23);
    expect(statuses()).toEqual(['web running 1023']);
  });

  test('of both names of the runtime are seen, also with one id', () => {
    for (const root of ['/run/runc', '/run/underlay-oci']) put(`${root}/web/state.json`, record(), root);
    expect(Object.keys(seen().containers)).toEqual(['lab/web', 'lab/web@/run/underlay-oci']);
  });

  test.each<[string, Parameters<MapFiles['put']>[1]]>([
    ['no JSON', '{"id": '],
    ['another thing', '[1, 2]'],
    ['nothing', ''],
    ['too much', new Uint8Array(1 << 17)],
    ['a directory', { kind: 'directory' }],
    ['a symbolic link', { kind: 'symlink' }],
  ])('with %s for a record are left out', (_, content) => {
    put(`${home}/state.json`, content, '/run/runc');
    expect(seen().containers).toEqual({});
  });

  test('with a record of nothing in particular are stopped', () => {
    put(`${home}/state.json`, '{"process": {"pid": "x"}, "cgroups": 7, "annotations": []}', '/run/runc');
    expect(statuses()).toEqual(['web stopped null']);
  });
});

const digestOf = (text: string) => `sha256:${bytesToHex(sha256(new TextEncoder().encode(text)))}`;

describe('images', () => {
  const layout = '/var/lib/images';
  const blobs = `${layout}/blobs/sha256`;
  const blob = (text: string, mediaType = 'text') => {
    const digest = digestOf(text);
    files.put(`${layout}/blobs/${digest.replace(':', '/')}`, text);
    return { digest, size: text.length, mediaType };
  };
  const index = (manifests: object[]) => put(`${layout}/index.json`, JSON.stringify({ manifests }), layout);
  const named = (name: string) => ({ annotations: { 'org.opencontainers.image.ref.name': name } });
  const imageOf = (...texts: string[]) => {
    const config = blob(
      JSON.stringify({
        os: 'linux',
        architecture: 'amd64',
        rootfs: { diff_ids: texts.map((text) => `sha256:diff-${text}`) },
        history: [{ created_by: 'ENV', empty_layer: true }, ...texts.map((text) => ({ created_by: `RUN ${text}` }))],
      }),
    );
    const layers = texts.map((text) => blob(text, 'tar'));
    return { manifest: blob(JSON.stringify({ config, layers })), config, layers };
  };

  beforeEach(() => {
    files.put(`${layout}/oci-layout`, '{}');
    touched(layout);
  });

  test('are found from the index to the layers', () => {
    const { manifest, config, layers } = imageOf('base', 'more');
    index([{ ...manifest, ...named('app:1') }]);
    expect(seen().images).toEqual({
      'lab/var/lib/images/app:1': {
        machine: 'lab',
        layout,
        name: 'app:1',
        digest: manifest.digest,
        platform: 'linux/amd64',
        config,
        layers: layers.map((layer, i) => ({
          ...layer,
          diffId: `sha256:diff-${['base', 'more'][i]}`,
          createdBy: `RUN ${['base', 'more'][i]}`,
        })),
        missing: [],
        corrupt: [],
      },
    });
  });

  test('say what is missing, and what is not what its digest says', () => {
    const { manifest, config, layers } = imageOf('base', 'more');
    const [base, more] = layers.map(({ digest }) => digest);
    index([{ ...manifest, ...named('app:1') }]);
    const problems = () => Object.values(seen().images).map(({ missing, corrupt }) => ({ missing, corrupt }));
    files.remove(`${layout}/blobs/${base?.replace(':', '/')}`);
    put(`${layout}/blobs/${more?.replace(':', '/')}`, 'mare');
    expect(problems()).toEqual([{ missing: [base], corrupt: [more] }]);
    put(`${layout}/blobs/${config.digest.replace(':', '/')}`, 'of another length');
    expect(problems()).toEqual([{ missing: [base], corrupt: [config.digest, more] }]);
    put(`${layout}/blobs/${manifest.digest.replace(':', '/')}`, '{');
    expect(Object.values(seen().images)).toMatchObject([{ config: null, layers: [], corrupt: [manifest.digest] }]);
  });

  test('of several platforms have one entry each, those without a name too', () => {
    const [one, two] = [imageOf('one'), imageOf('two')];
    const nested = blob(JSON.stringify({ manifests: [one.manifest, two.manifest] }));
    index([{ ...nested, ...named('app:1') }, imageOf('three').manifest]);
    expect(Object.values(seen().images).map(({ name }) => name)).toEqual(['app:1', 'app:1', null]);
    expect(Object.keys(seen().images)[1]).toBe(`lab/var/lib/images@${two.manifest.digest}`);
  });

  test('are found in any layout in /root, as soon as it is one', () => {
    put('/root/mine/notes', 'x', '/root');
    const { manifest } = imageOf('base');
    files.put('/root/mine/index.json', JSON.stringify({ manifests: [{ ...manifest, ...named('a') }] }));
    expect(seen().images).toEqual({});
    put('/root/mine/oci-layout', '{}');
    expect(seen().images).toMatchObject({ 'lab/root/mine/a': { missing: [manifest.digest] } });
    files.remove('/root/mine');
    touched('/root');
    expect(seen().images).toEqual({});
  });

  test.each<[string, Parameters<MapFiles['put']>[1]]>([
    ['no JSON', '<html>'],
    ['another shape', '{"manifests": {"a": 1}}'],
    [
      'descriptors of nothing',
      '{"manifests": [null, 1, {}, {"digest": 3, "size": "x"}, {"digest": "../../etc/passwd", "size": 1}]}',
    ],
    ['too much', new Uint8Array(2 << 20)],
    ['a directory', { kind: 'directory' }],
  ])('with %s for an index are none', (_, content) => {
    put(`${layout}/index.json`, content, layout);
    expect(seen().images).toEqual({});
  });

  test('an index that leads to itself comes to an end', () => {
    const text = JSON.stringify({ manifests: [{ digest: `sha256:${'0'.repeat(64)}`, size: 1 }] });
    put(`${blobs}/${'0'.repeat(64)}`, text);
    index(Array.from({ length: 300 }, () => ({ digest: `sha256:${'0'.repeat(64)}`, size: text.length })));
    expect(Object.keys(seen().images).length).toBe(1);
  });
});

describe('calls of CNI', () => {
  const call = { number: 7, parent: null, command: 'ADD', plugin: '/opt/cni/bin/bridge' };
  const texts = { environment: { CNI_COMMAND: 'ADD' }, stdin: '{}', stdout: '', stderr: '', exitCode: null };

  test('are those that are recorded', () => {
    put('/var/log/cni/000007.json', JSON.stringify({ ...call, ...texts }));
    put('/var/log/cni/.000008.json.tmp', '{');
    put('/var/log/cni/000009.json', '{"number": "nine"}');
    put('/var/log/cni/directory.json', { kind: 'directory' });
    expect(seen().cniCalls).toEqual({ 'lab/7': { machine: 'lab', ...call, ...texts } });
    put('/var/log/cni/000007.json', JSON.stringify({ ...call, ...texts, exitCode: 0 }));
    expect(seen().cniCalls).toMatchObject({ 'lab/7': { exitCode: 0 } });
  });

  test('are the newest when they are too large for a state', () => {
    for (let number = 100; number < 120; number++)
      put(`/var/log/cni/000${number}.json`, JSON.stringify({ ...call, ...texts, number, stdin: 'x'.repeat(200_000) }));
    expect(Object.keys(seen().cniCalls).sort()).toEqual(['lab/115', 'lab/116', 'lab/117', 'lab/118', 'lab/119']);
  });

  test('leave attachments as the library remembers them', () => {
    const entry = (result: object) =>
      JSON.stringify({
        kind: 'cniCacheV1',
        networkName: 'net',
        containerId: 'c1',
        ifName: 'eth0',
        netns: '/run/netns/c1',
        result,
      });
    const ips = [{ address: '10.1.0.2/24' }];
    const interfaces = [{ name: 'cni0' }, { name: 'eth0', sandbox: '/run/netns/c1' }, 5];
    put('/var/lib/cni/results/net-c1-eth0', entry({ ips, interfaces }));
    put('/var/lib/cni/results/old', entry({ ip4: { ip: '10.1.0.3/24' } }).replace('"c1"', '"c2"'));
    put('/var/lib/cni/results/junk', 'junk');
    const attachment = { machine: 'lab', network: 'net', container: 'c1', ifname: 'eth0', netns: '/run/netns/c1' };
    expect(seen().cniAttachments).toEqual({
      'lab/net/c1/eth0': {
        ...attachment,
        addresses: ['10.1.0.2/24'],
        interfaces: [
          { name: 'cni0', sandbox: null },
          { name: 'eth0', sandbox: '/run/netns/c1' },
        ],
      },
      'lab/net/c2/eth0': { ...attachment, container: 'c2', addresses: ['10.1.0.3/24'], interfaces: [] },
    });
  });
});

describe('looking', () => {
  test('costs nothing while nothing changes, and what did not change stays the same object', () => {
    put('/run/runc/web/state.json', record(), '/run/runc');
    const before = seen();
    files.calls = 0;
    expect(source.complete(state)).toBe(before);
    expect(source.watched()).toBe(source.watched());
    expect(files.calls).toBe(0);
    touched('/var/log/cni');
    const after = source.complete({ ...state });
    expect([after.containers, after.images, after.cniCalls]).toEqual([{ ...before.containers }, {}, {}]);
    expect(after.containers).toBe(before.containers);
  });

  test('watches few paths of a Machine that has nothing of it', () => {
    expect([...source.watched().values()].map(({ path }) => path).sort()).toEqual([
      '/root',
      '/root',
      '/run/runc',
      '/run/underlay-oci',
      '/usr/share/images',
      '/var/lib/cni/results',
      '/var/lib/images',
      '/var/log/cni',
    ]);
  });
});
