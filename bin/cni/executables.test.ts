/** The plugins as executables: with a resident engine, without, and together with Debian's. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inNetworkNamespace } from '../../engine/kernel/linux';
import { cannotMakeNetworks, TestNetwork } from '../../engine/kernel/linux/testing/network-namespaces';
import { type Installed, install } from './install';

const debian = '/usr/lib/cni';
const reason = cannotMakeNetworks(`${debian}/bridge`) || process.arch !== 'x64';

describe.skipIf(reason)('executables', () => {
  let directory: string;
  let plugins: string;
  let installed: Installed;
  let engine: ChildProcess;
  let host: TestNetwork;
  let box: TestNetwork;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'underlay-cni-'));
    plugins = join(directory, 'bin');
    // Idle for 0 seconds: none is started but by this test.
    installed = await install({ directory: plugins, idleSeconds: 0, runDirectory: directory });
    host = new TestNetwork();
    box = new TestNetwork();
    engine = spawn(process.execPath, [installed.script, '--serve'], { stdio: 'inherit' });
    while (!existsSync(installed.socket) && engine.exitCode === null) await setTimeout(10);
  });
  afterAll(async () => {
    engine?.kill();
    while (engine?.exitCode === null && engine.signalCode === null) await setTimeout(10);
    expect(existsSync(installed.socket)).toBe(false);
    for (const network of [host, box]) network?.dispose();
    rmSync(directory, { recursive: true });
  });

  const config = () => ({
    cniVersion: '1.0.0',
    name: 'net',
    type: 'bridge',
    bridge: 'br0',
    isGateway: true,
    ipam: { type: 'host-local', dataDir: directory, subnet: '10.9.0.0/24' },
  });

  function call(program: string, command: string, path: string, ifname = 'eth0') {
    const { status, stdout, stderr } = inNetworkNamespace(host.path, () =>
      spawnSync(program, {
        input: JSON.stringify(config()),
        encoding: 'utf8',
        timeout: 20_000,
        env: {
          ...process.env,
          CNI_COMMAND: command,
          CNI_CONTAINERID: 'c1',
          CNI_NETNS: box.path,
          CNI_IFNAME: ifname,
          CNI_PATH: path,
        },
      }),
    );
    const printed: { ips?: Array<{ address: string }>; code?: number; supportedVersions?: string[] } =
      stdout === '' ? {} : JSON.parse(stdout);
    return { status, printed, stderr };
  }

  it('work in the namespace they are called in, and say what goes wrong', () => {
    const bridge = join(plugins, 'bridge');
    expect(call(bridge, 'ADD', plugins)).toMatchObject({ status: 0, printed: { ips: [{ address: '10.9.0.2/24' }] } });
    expect(host.ip(['-o'], 'addr show br0')).toContain('10.9.0.1/24');
    expect(box.ip(['-o'], 'addr show eth0')).toContain('10.9.0.2/24');
    expect(call(bridge, 'ADD', plugins)).toMatchObject({ status: 1, printed: { code: 999 } });
    expect(call(bridge, 'VERSION', plugins).printed.supportedVersions).toContain('1.1.0');
    expect(call(bridge, 'DEL', plugins)).toMatchObject({ status: 0, printed: {} });
    expect(box.ip(['-o'], 'link')).not.toContain('eth0');
    const introduced = spawnSync(bridge, { encoding: 'utf8', env: { PATH: process.env.PATH, NODE_ENV: 'test' } });
    expect(introduced).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('CNI bridge plugin') });
  });

  it('give everybody an address of their own, also at once', async () => {
    const boxes = Array.from({ length: 6 }, () => new TestNetwork());
    try {
      const outputs = await Promise.all(boxes.map((each) => callAtOnce(each, 'ADD')));
      const addresses = outputs.map((output) => /10\.9\.0\.\d+\/24/.exec(output)?.[0]);
      expect(addresses).not.toContain(undefined);
      expect(new Set(addresses).size).toBe(boxes.length);
      expect(host.ip(['-o'], 'link').match(/veth/g)).toHaveLength(boxes.length);
      expect(await Promise.all(boxes.map((each) => callAtOnce(each, 'DEL')))).toEqual(boxes.map(() => ''));
      expect(host.ip(['-o'], 'link')).not.toContain('veth');
    } finally {
      for (const each of boxes) each.dispose();
    }
  });

  function callAtOnce(container: TestNetwork, command: string): Promise<string> {
    const env = {
      ...process.env,
      CNI_COMMAND: command,
      CNI_CONTAINERID: container.name,
      CNI_NETNS: container.path,
      CNI_IFNAME: 'eth0',
      CNI_PATH: plugins,
    };
    const child = inNetworkNamespace(host.path, () => spawn(join(plugins, 'bridge'), { env, stdio: 'pipe' }));
    child.stdin.end(JSON.stringify(config()));
    return text(child.stdout);
  }

  it.each([
    ["Debian's bridge with our host-local", `${debian}/bridge`, () => `${plugins}:${debian}`],
    ["our bridge with Debian's host-local", '', () => debian],
  ])('are delegates and have delegates: %s', (_what, program, path) => {
    const bridge = program || join(plugins, 'bridge');
    const { status, printed } = call(bridge, 'ADD', path());
    expect([status, printed.ips?.length]).toEqual([0, 1]);
    expect(call(bridge, 'DEL', path())).toMatchObject({ status: 0 });
  });

  it('do their work alone when no engine answers, or it sees other files', async () => {
    const bridge = join(plugins, 'bridge');
    // `ip netns exec` gives what it runs a mount namespace of its own.
    const elsewhere = host.attempt('env', 'CNI_COMMAND=VERSION', bridge);
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({ supportedVersions: expect.arrayContaining(['1.1.0']) });
    engine.kill();
    while (existsSync(installed.socket)) await setTimeout(10);
    expect(call(bridge, 'ADD', plugins)).toMatchObject({ status: 0, printed: { ips: [{}] } });
    expect(call(bridge, 'DEL', plugins)).toMatchObject({ status: 0 });
  });
});
