/** One plugin calls another (SPEC.md 1.1.0, section 4), without any process. */
import { describe, expect, it } from 'vitest';
import {
  CniError,
  cniVersions,
  Delegates,
  emptyDns,
  InProcessExecutor,
  type Outcome,
  type Plugin,
  type PluginExecutor,
  type PluginRequest,
  requirePrevious,
  runPlugin,
} from '..';

/** Runs nothing: every plugin fails with what it is told to print. */
class Failing implements PluginExecutor {
  constructor(private readonly printed: Partial<Outcome>) {}
  find(type: string): Promise<string | null> {
    return Promise.resolve(type === 'missing' ? null : `/opt/${type}`);
  }
  run(): Promise<Outcome> {
    return Promise.resolve({ exitCode: 1, stdout: '', stderr: '', ending: 'exit status 1', ...this.printed });
  }
}

const result = (address: string) => ({ interfaces: [], ips: [{ address }], routes: [], dns: emptyDns() });
const common = { versions: cniVersions, about: 'for a test', del() {}, check() {} };

/** Passes every command on to the plugin its configuration names. */
function delegating(executor: PluginExecutor): Plugin {
  const delegates = new Delegates(executor);
  const ipam = ({ config }: PluginRequest) => config.ipam?.type ?? '';
  return {
    ...common,
    add: (request) => delegates.add(ipam(request), request),
    del: (request) => delegates.del(ipam(request), request),
    check: (request) => delegates.check(ipam(request), request),
    gc: (request) => delegates.gc(ipam(request), request),
    status: (request) => delegates.status(ipam(request), request),
  };
}

async function call(plugin: Plugin, command: string, type: string, change: object = {}) {
  const environment = {
    CNI_COMMAND: command,
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: '/run/netns/c1',
    CNI_IFNAME: 'eth0',
    CNI_PATH: '/opt',
    ...change,
  };
  const config = { cniVersion: '1.1.0', name: 'net', type: 'outer', ipam: { type }, 'cni.dev/valid-attachments': [] };
  const { exitCode, stdout } = await runPlugin(plugin, environment, JSON.stringify(config));
  const printed: unknown = stdout === '' ? undefined : JSON.parse(stdout);
  return { exitCode, printed };
}

describe('a delegate', () => {
  it('gets the command, and its answer is the answer', async () => {
    const seen: string[] = [];
    const note = ({ command, config }: PluginRequest) => {
      seen.push(`${command} ${config.ipam?.type}`);
    };
    const inner: Plugin = {
      ...common,
      add(request) {
        note(request);
        return result('10.0.0.2/24');
      },
      del: note,
      check: note,
      gc: note,
      status: note,
    };
    const plugin = delegating(new InProcessExecutor(new Map([['inner', inner]]), new Failing({})));
    expect(await call(plugin, 'ADD', 'inner')).toMatchObject({ printed: { ips: [{ address: '10.0.0.2/24' }] } });
    for (const command of ['DEL', 'CHECK', 'GC', 'STATUS'])
      expect(await call(plugin, command, 'inner')).toMatchObject({ exitCode: 0 });
    expect(seen).toEqual(['ADD inner', 'DEL inner', 'CHECK inner', 'GC inner', 'STATUS inner']);
  });

  it.each([
    [
      'prints an error',
      { stdout: '{"code":11,"msg":"later","details":"why"}' },
      { code: 11, msg: 'later', details: 'why' },
    ],
    ['says it on stderr', { stderr: 'panic' }, { code: 999, msg: 'netplugin failed: "panic"' }],
    ['says nothing', {}, { code: 999, msg: 'netplugin failed with no error message: exit status 1' }],
    ['prints something else', { stdout: 'oops' }, { code: 999, msg: expect.stringContaining('"oops"') }],
    ['prints no result', { exitCode: 0, stdout: '[]' }, { code: 6 }],
  ])('that %s fails the caller', async (_what, printed, error) => {
    const plugin = delegating(new InProcessExecutor(new Map(), new Failing(printed)));
    expect(await call(plugin, 'ADD', 'other')).toMatchObject({ exitCode: 1, printed: error });
  });

  it.each([
    ['missing', '/opt', 5, 'failed to find plugin "missing" in path [/opt]'],
    ['', '/opt', 7, 'no plugin name provided'],
    ['../x', '/opt', 7, 'invalid plugin name: ../x'],
  ])('called %j is not found', async (type, path, code, msg) => {
    const plugin = delegating(new Failing({}));
    expect(await call(plugin, 'ADD', type, { CNI_PATH: path })).toMatchObject({ printed: { code, msg } });
  });
});

describe('a plugin in this process', () => {
  it('fails when its time is over, before or after', async () => {
    const stop = new AbortController();
    const inner: Plugin = {
      ...common,
      add() {
        stop.abort(new Error('out of time'));
        return result('10.0.0.2/24');
      },
    };
    const executor = new InProcessExecutor(new Map([['inner', inner]]), new Failing({}));
    const environment = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'c1', CNI_NETNS: '/n', CNI_IFNAME: 'e', CNI_PATH: '/' };
    const run = () =>
      executor.run('in-process:inner', { environment, stdin: '{"name":"n","type":"inner"}', signal: stop.signal });
    await expect(run()).rejects.toThrow('netplugin inner was stopped: out of time');
    await expect(run()).rejects.toThrow('netplugin inner was stopped: out of time');
  });
});

describe('requirePrevious', () => {
  it('refuses a configuration without one', async () => {
    const plugin: Plugin = {
      ...common,
      add: requirePrevious,
    };
    expect(await call(plugin, 'ADD', 'x')).toMatchObject({ printed: { code: 7 } });
  });
});

describe('CniError', () => {
  it('says who passed it on', () => {
    const error = new CniError(7, 'no subnet').within('ipam').within('plugin bridge');
    expect(error.message).toBe('plugin bridge: ipam: no subnet');
    expect(error.toObject('1.0.0')).toEqual({ cniVersion: '1.0.0', code: 7, msg: 'plugin bridge: ipam: no subnet' });
  });
});
