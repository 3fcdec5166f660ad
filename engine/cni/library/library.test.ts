/** A runtime's rules (SPEC.md 1.1.0, section 3), with plugins that are processes. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cni, CniError, type NetworkList, parseNetworkList } from '..';
import { NodeCniFiles, ProcessExecutor } from '../host';
import { Recorder } from '../testing/recorder';

let directory = '';
let recorder: Recorder;
let cni: Cni;
const files = new NodeCniFiles();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cni-library-'));
  recorder = new Recorder(directory, ['first', 'second']);
  const executor = new ProcessExecutor({ ...process.env, VERSION_OF_RESULT: '1.0.0', CNI_IFNAME: 'inherited' });
  cni = new Cni({ executor, files, path: ['/nowhere', directory], cacheDirectory: join(directory, 'cache') });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const list = (change: object = {}, ...plugins: object[]): NetworkList =>
  parseNetworkList(
    JSON.stringify({
      cniVersion: '1.1.0',
      name: 'net',
      plugins: plugins.length > 0 ? plugins : [{ type: 'first' }, { type: 'second' }],
      ...change,
    }),
  );
const runtime = { containerId: 'c1', netns: '/run/netns/c1', ifname: 'eth0' };
const cached = (container = 'c1') => join(directory, `cache/results/net-${container}-eth0`);

async function failure(work: Promise<unknown>): Promise<CniError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CniError) return error;
  throw new Error(`no CniError but ${error}`);
}

describe('ADD and DEL', () => {
  it('go through the list, there and back, with what was before', async () => {
    const added = await cni.add(list(), {
      ...runtime,
      args: [
        ['A', '1'],
        ['B', 'x'],
      ],
    });
    expect(added.interfaces.map(({ name }) => name)).toEqual(['second']);
    const [first, second] = recorder.take();
    expect(first).toMatchObject({
      plugin: 'first',
      command: 'ADD',
      container: 'c1',
      netns: '/run/netns/c1',
      ifname: 'eth0',
      args: 'A=1;B=x',
      path: `/nowhere:${directory}`,
      stdin: { cniVersion: '1.1.0', name: 'net', type: 'first' },
    });
    expect(first?.stdin).not.toHaveProperty('prevResult');
    expect(second?.stdin).toMatchObject({
      type: 'second',
      prevResult: { cniVersion: '1.1.0', interfaces: [{ name: 'first' }], ips: [{ address: '10.0.0.2/24' }] },
    });

    await cni.del(list(), { ...runtime, netns: '' });
    const calls = recorder.take();
    expect(calls.map(({ plugin, command }) => `${command} ${plugin}`)).toEqual(['DEL second', 'DEL first']);
    for (const { stdin } of calls) expect(stdin).toMatchObject({ prevResult: { interfaces: [{ name: 'second' }] } });
    expect(existsSync(cached())).toBe(false);
    await cni.del(list(), runtime);
    expect(recorder.take()[0]?.stdin).not.toHaveProperty('prevResult');
  });

  it('keep the result as the reference library does', async () => {
    const network = list();
    await cni.add(network, { ...runtime, args: [['A', '1']], capabilityArgs: { mac: '00:00:00:00:00:09' } });
    const kept: unknown = JSON.parse(readFileSync(cached(), 'utf8'));
    expect(kept).toEqual({
      kind: 'cniCacheV1',
      containerId: 'c1',
      config: Buffer.from(network.text).toString('base64'),
      ifName: 'eth0',
      networkName: 'net',
      netns: '/run/netns/c1',
      cniArgs: [['A', '1']],
      capabilityArgs: { mac: '00:00:00:00:00:09' },
      result: {
        cniVersion: '1.1.0',
        interfaces: [{ name: 'second', mac: '00:00:00:00:00:01' }],
        ips: [{ address: '10.0.0.2/24' }],
        dns: {},
      },
    });
    expect(statSync(cached()).mode & 0o777).toBe(0o600);
    expect(await cni.attachments(network)).toMatchObject([{ containerId: 'c1', network: 'net', config: network.text }]);
  });

  it('give a capability to the plugins that declare it, and to no other', async () => {
    const network = list({}, { type: 'first', capabilities: { mac: true, ips: false } }, { type: 'second' });
    await cni.add(network, { ...runtime, capabilityArgs: { mac: 'aa', ips: ['10.0.0.9/24'], bandwidth: {} } });
    const [first, second] = recorder.take();
    expect(first?.stdin).toMatchObject({ runtimeConfig: { mac: 'aa' } });
    expect(first?.stdin.runtimeConfig).toEqual({ mac: 'aa' });
    expect(second?.stdin).not.toHaveProperty('runtimeConfig');
  });

  it('stop at the first plugin that fails, with its code and its name', async () => {
    const network = list({}, { type: 'first', on: 'ADD', do: 'fail' }, { type: 'second', on: 'DEL', do: 'complain' });
    const failed = await failure(cni.add(network, runtime));
    expect(failed).toMatchObject({ code: 42, msg: 'it fails', details: 'on purpose' });
    expect(failed.message).toContain('plugin type="first" failed (add)');
    expect(existsSync(cached())).toBe(false);
    expect(recorder.take()).toHaveLength(1);
    const deleted = await failure(cni.del(network, runtime));
    expect(deleted.message).toContain('plugin type="second" failed (delete)');
    expect(deleted.message).toContain('something is wrong');
    expect(recorder.take()).toHaveLength(1);
  });

  it.each([
    ['a container', { ...runtime, containerId: '' }, list(), 4],
    ['an interface', { ...runtime, ifname: 'a/b' }, list(), 4],
    ['a network', runtime, list({ name: 'a b' }), 7],
    ['a plugin', runtime, list({}, { type: 'third' }), 5],
    ['a result', runtime, list({}, { type: 'first', on: 'ADD', do: 'lie' }), 6],
  ])('are not possible without %s', async (_what, rt, network, code) => {
    expect((await failure(cni.add(network, rt))).code).toBe(code);
    expect(existsSync(join(directory, 'cache'))).toBe(false);
  });

  it('work with a list of an old version, which knows no results of before', async () => {
    const network = list({ cniVersion: '0.3.1' });
    await cni.add(network, runtime);
    expect(recorder.take()[1]?.stdin).toMatchObject({ prevResult: { cniVersion: '0.3.1', ips: [{ version: '4' }] } });
    await cni.del(network, runtime);
    expect(recorder.take()[0]?.stdin).not.toHaveProperty('prevResult');
    expect((await failure(cni.check(network, runtime))).code).toBe(1);
  });
});

describe('CHECK', () => {
  it('hands the kept result to all', async () => {
    await cni.add(list(), runtime);
    recorder.take();
    await cni.check(list(), runtime);
    const calls = recorder.take();
    expect(calls.map(({ plugin, command }) => `${command} ${plugin}`)).toEqual(['CHECK first', 'CHECK second']);
    for (const { stdin } of calls) expect(stdin).toMatchObject({ prevResult: { interfaces: [{ name: 'second' }] } });
    await cni.check(list({ disableCheck: true }), runtime);
    expect(() => recorder.take()).toThrow('ENOENT');
  });

  it('reads a result that was kept before there was a kind, and refuses what it does not know', async () => {
    mkdirSync(join(directory, 'cache/results'), { recursive: true });
    writeFileSync(cached(), '{"cniVersion":"0.3.1","ips":[{"version":"4","address":"10.7.0.2/24"}]}');
    expect(await cni.cachedResult(list(), runtime)).toMatchObject({ ips: [{ address: '10.7.0.2/24' }] });
    for (const broken of ['{', '{"kind":"cniCacheV9"}']) {
      writeFileSync(cached(), broken);
      expect((await failure(cni.check(list(), runtime))).code).toBe(6);
    }
    // Yet it can be deleted.
    await cni.del(list(), runtime);
    expect(readdirSync(join(directory, 'cache/results'))).toEqual([]);
  });
});

describe('what podman 4.3 kept', () => {
  /** As found in /var/lib/cni/results, shortened; its library leaves the namespace's path out. */
  const entry = {
    kind: 'cniCacheV1',
    containerId: 'c1',
    config: Buffer.from('{"cniVersion":"0.4.0","name":"net"}\n').toString('base64'),
    ifName: 'eth0',
    networkName: 'net',
    cniArgs: [
      ['IgnoreUnknown', '1'],
      ['K8S_POD_NAME', 'web'],
    ],
    capabilityArgs: { aliases: { net: ['c1'] }, mac: '02:00:00:00:00:09' },
    result: {
      cniVersion: '0.4.0',
      dns: {},
      interfaces: [{ mac: 'ba:a9:2c:3b:ca:ee', name: 'cni-podman1' }],
      ips: [{ address: '10.86.0.4/24', gateway: '10.86.0.1', interface: 0, version: '4' }],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  };

  it('is deleted by us as podman would', async () => {
    mkdirSync(join(directory, 'cache/results'), { recursive: true });
    writeFileSync(cached(), JSON.stringify(entry));
    const network = list({ cniVersion: '0.4.0' }, { type: 'first', capabilities: { mac: true } });
    const [attachment] = await cni.attachments(network);
    if (!attachment) throw new Error('nothing was found');
    expect(attachment.config).toBe('{"cniVersion":"0.4.0","name":"net"}\n');
    await cni.del(network, attachment);
    expect(recorder.take()).toMatchObject([
      {
        args: 'IgnoreUnknown=1;K8S_POD_NAME=web',
        netns: '',
        stdin: { prevResult: entry.result, runtimeConfig: { mac: '02:00:00:00:00:09' } },
      },
    ]);
  });
});

describe('GC', () => {
  it('deletes what is kept and not valid, and tells the plugins what is', async () => {
    for (const containerId of ['c1', 'c2']) await cni.add(list(), { ...runtime, containerId });
    await cni.add(list({ name: 'other' }), runtime);
    recorder.take();
    await cni.gc(list(), [{ containerId: 'c2', ifname: 'eth0' }]);
    const calls = recorder.take();
    expect(calls.map(({ plugin, command, container }) => `${command} ${plugin} ${container}`)).toEqual([
      'DEL second c1',
      'DEL first c1',
      'GC first ',
      'GC second ',
    ]);
    expect(calls.at(-1)?.stdin).toEqual({
      cniVersion: '1.1.0',
      name: 'net',
      type: 'second',
      'cni.dev/valid-attachments': [{ containerID: 'c2', ifname: 'eth0' }],
      'cni.dev/attachments': [{ containerID: 'c2', ifname: 'eth0' }],
    });
    expect(readdirSync(join(directory, 'cache/results')).sort()).toEqual(['net-c2-eth0', 'other-c1-eth0']);
  });

  it('tries all, and tells of all that failed', async () => {
    const network = list({}, { type: 'first', on: 'GC', do: 'fail' }, { type: 'second', on: 'GC', do: 'complain' });
    const failed = await failure(cni.gc(network, []));
    expect(failed.code).toBe(42);
    expect(failed.message).toMatch(/GC plugin first.*it fails[\s\S]*GC plugin second.*something is wrong/);
    expect(recorder.take()).toHaveLength(2);
  });

  it('does nothing when it is switched off, and calls no plugin of an old version', async () => {
    await cni.add(list(), runtime);
    recorder.take();
    await cni.gc(list({ disableGC: true }), []);
    await cni.gc(list({ cniVersion: '1.0.0' }), []);
    expect(recorder.take().map(({ command }) => command)).toEqual(['DEL', 'DEL']);
  });
});

describe('STATUS and VERSION', () => {
  it('ask all plugins', async () => {
    await cni.status(list());
    expect(recorder.take().map(({ command }) => command)).toEqual(['STATUS', 'STATUS']);
    const failed = await failure(cni.status(list({}, { type: 'first', on: 'STATUS', do: 'fail' })));
    expect(failed.code).toBe(42);
    await cni.status(list({ cniVersion: '1.0.0' }));
    expect(recorder.take()).toHaveLength(1);
  });

  it('tell whether a list can work, and with which capabilities', async () => {
    const network = list({}, { type: 'first', capabilities: { mac: true, ips: false } }, { type: 'second' });
    expect(await cni.validate(network)).toEqual(['mac']);
    expect((await failure(cni.validate(list({ cniVersion: '0.1.0' })))).code).toBe(1);
    const missing = await failure(cni.validate(list({}, { type: 'third' }, { type: 'fourth' })));
    expect(missing.message).toMatch(/"third"[\s\S]*"fourth"/);
  });
});
