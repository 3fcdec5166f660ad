/** The rules of every plugin (SPEC.md 1.1.0, section 2), with one that does nothing. */
import { describe, expect, it } from 'vitest';
import { CniError, cniVersions, emptyDns } from '../spec';
import type { GcRequest, Plugin, PluginRequest } from './plugin';
import { runPlugin } from './run-plugin';

const environment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/c1',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/usr/lib/cni',
};

function quiet(change: Partial<Plugin> = {}): { plugin: Plugin; calls: Array<PluginRequest | GcRequest> } {
  const calls: Array<PluginRequest | GcRequest> = [];
  const note = (request: PluginRequest) => {
    calls.push(request);
  };
  const add = (request: PluginRequest) => {
    note(request);
    return { interfaces: [], ips: [{ address: '10.0.0.2/24' }], routes: [], dns: emptyDns() };
  };
  const plugin = { versions: cniVersions, about: 'quiet: does nothing', add, del: note, check: note, gc: note };
  return { plugin: { ...plugin, status: note, ...change }, calls };
}

async function call(plugin: Plugin, command: string, config: object | string, change: object = {}) {
  const stdin = typeof config === 'string' ? config : JSON.stringify(config);
  const output = await runPlugin(plugin, { ...environment, CNI_COMMAND: command, ...change }, stdin);
  const printed: unknown = output.stdout === '' ? undefined : JSON.parse(output.stdout);
  return { ...output, printed };
}

const config = (cniVersion: string) => ({ cniVersion, name: 'net', type: 'quiet' });

describe('runPlugin', () => {
  it('prints the result in the version of the configuration', async () => {
    const { plugin } = quiet();
    expect(await call(plugin, 'ADD', config('1.0.0'))).toMatchObject({
      exitCode: 0,
      printed: { cniVersion: '1.0.0', ips: [{ address: '10.0.0.2/24' }], dns: {} },
    });
    expect((await call(plugin, 'ADD', { name: 'net' })).printed).toMatchObject({
      cniVersion: '0.1.0',
      ip4: { ip: '10.0.0.2/24' },
    });
  });

  it('gives the plugin what it is called with', async () => {
    const { plugin, calls } = quiet();
    const prevResult = { cniVersion: '0.4.0', ips: [{ version: '4', address: '10.9.0.2/24' }] };
    await call(plugin, 'CHECK', { ...config('0.4.0'), prevResult }, { CNI_ARGS: 'IP=10.0.0.9' });
    expect(calls).toMatchObject([
      { command: 'CHECK', containerId: 'c1', args: 'IP=10.0.0.9', previous: { ips: [{ address: '10.9.0.2/24' }] } },
    ]);
  });

  it('answers VERSION without a configuration', async () => {
    const { printed } = await call(quiet().plugin, 'VERSION', '', { CNI_PATH: undefined });
    expect(printed).toEqual({ cniVersion: '1.1.0', supportedVersions: [...cniVersions] });
  });

  it.each([
    ['an unknown command', 'LIST', config('1.0.0'), {}, 4],
    ['a missing variable', 'ADD', config('1.0.0'), { CNI_NETNS: '' }, 4],
    ['an impossible container', 'ADD', config('1.0.0'), { CNI_CONTAINERID: '../x' }, 4],
    ['no JSON', 'ADD', '{', {}, 6],
    ['no network name', 'ADD', { cniVersion: '1.0.0' }, {}, 7],
    ['an impossible network name', 'ADD', { cniVersion: '1.0.0', name: 'a/b' }, {}, 7],
    ['a version nobody knows', 'ADD', config('1.2.0'), {}, 1],
    ['CHECK of an old configuration', 'CHECK', config('0.3.1'), {}, 1],
    ['GC of an old configuration', 'GC', config('1.0.0'), {}, 1],
    ['STATUS of an old configuration', 'STATUS', config('1.0.0'), {}, 1],
  ])('refuses %s', async (_what, command, given, change, code) => {
    const { plugin, calls } = quiet();
    const output = await call(plugin, command, given, change);
    expect(output).toMatchObject({ exitCode: 1, printed: { code } });
    expect(calls).toEqual([]);
  });

  it('says which versions there are when there is no common one', async () => {
    const { plugin } = quiet({ versions: ['0.4.0', '1.0.0'] });
    expect((await call(plugin, 'ADD', config('0.3.1'))).printed).toEqual({
      cniVersion: '0.3.1',
      code: 1,
      msg: 'incompatible CNI versions',
      details: 'config is "0.3.1", plugin supports ["0.4.0" "1.0.0"]',
    });
    expect((await call(plugin, 'GC', config('1.1.0'))).printed).toMatchObject({
      msg: 'plugin version does not allow GC',
    });
  });

  it('hands GC what is still valid, under either name', async () => {
    const { plugin, calls } = quiet();
    const valid = [{ containerID: 'c1', ifname: 'eth0' }];
    const noContainer = { CNI_CONTAINERID: undefined, CNI_NETNS: undefined, CNI_IFNAME: undefined };
    await call(plugin, 'GC', { ...config('1.1.0'), 'cni.dev/valid-attachments': valid }, noContainer);
    await call(plugin, 'GC', { ...config('1.1.0'), 'cni.dev/attachments': valid }, noContainer);
    expect(calls).toMatchObject([{ valid }, { valid }]);
  });

  it('deletes without a namespace', async () => {
    const { plugin, calls } = quiet();
    expect(await call(plugin, 'DEL', config('1.0.0'), { CNI_NETNS: '' })).toMatchObject({ exitCode: 0, stdout: '' });
    expect(calls).toHaveLength(1);
  });

  it('keeps the codes of errors, and gives 999 to those without', async () => {
    const fail = (error: Error) =>
      quiet({
        add() {
          throw error;
        },
      }).plugin;
    const coded = new CniError(11, 'later', 'the lease is held');
    expect((await call(fail(coded), 'ADD', config('1.0.0'))).printed).toEqual({
      cniVersion: '1.0.0',
      code: 11,
      msg: 'later',
      details: 'the lease is held',
    });
    expect((await call(fail(new Error('broken')), 'ADD', config('1.0.0'))).printed).toMatchObject({
      code: 999,
      msg: 'broken',
    });
  });

  it('does not work in its own namespace unless told to', async () => {
    const { plugin } = quiet({ isOwnNetns: (path) => path === '/run/netns/c1' });
    expect((await call(plugin, 'ADD', config('1.0.0'))).printed).toMatchObject({ code: 8 });
    expect(await call(plugin, 'ADD', config('1.0.0'), { CNI_NETNS_OVERRIDE: 'true' })).toMatchObject({ exitCode: 0 });
  });

  it('says what it is when started by hand', async () => {
    const output = await runPlugin(quiet().plugin, {}, '');
    expect(output).toMatchObject({ exitCode: 0, stdout: '' });
    expect(output.stderr).toContain('quiet: does nothing\nCNI protocol versions supported: 0.1.0, 0.2.0');
  });
});
