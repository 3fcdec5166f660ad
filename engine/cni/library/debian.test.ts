/**
 * The library and cnitool with Debian's plugins and with ours, in a network namespace that stands for the host and one that stands
 * for a container: the kernel shows what they did.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinuxNetworks, lockFile } from '../../kernel/linux';
import { allPlugins, Cni, InProcessExecutor, type NetworkList, type PluginExecutor, parseNetworkList } from '..';
import { askSocket, NodeCniFiles, NodeLeaseFiles, ProcessExecutor } from '../host';
import { debianPlugins, noDebianPlugins } from '../testing/debian';

const own = `cni-test-${process.pid}`;
const [host, container] = [`${own}-host`, `${own}-container`];
const netns = `/run/netns/${container}`;
let directory = '';
const program = fileURLToPath(new URL(`../../../.underlay/cnitool-${process.pid}.mjs`, import.meta.url));

const inside = (namespace: string, ...command: string[]) =>
  execFileSync('ip', ['netns', 'exec', namespace, ...command], { encoding: 'utf8' });

function reasonToSkip(): string | undefined {
  if (process.getuid?.() === 0) return noDebianPlugins();
  process.stderr.write('skipped: only root can make network namespaces\n');
  return 'not root';
}

const processes = new ProcessExecutor(process.env);

/** Ours in this process; their IPAM plugin as `delegates` has it. */
function ours(delegates: 'ours' | 'theirs'): PluginExecutor {
  const plugins = allPlugins({
    networks: new LinuxNetworks(`/run/netns/${host}`),
    files: new NodeLeaseFiles(lockFile),
    askDaemon: askSocket,
    executor: (all) => (delegates === 'ours' ? new InProcessExecutor(all, processes) : processes),
  });
  return new InProcessExecutor(plugins, processes);
}

/** What iptables(8) knows of; ours are tables of their own, which the plugins' tests look at. */
const natRules = () => inside(host, 'iptables', '-t', 'nat', '-S');

describe.skipIf(reasonToSkip())('a network', () => {
  beforeAll(async () => {
    // As one file: to translate it at every start takes longer than all else.
    await build({
      entryPoints: [fileURLToPath(new URL('../../../bin/cnitool.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    directory = mkdtempSync(join(tmpdir(), 'cni-debian-'));
    for (const namespace of [host, container]) execFileSync('ip', ['netns', 'add', namespace]);
    // Each plugin, started where the "host" is.
    mkdirSync(join(directory, 'bin'));
    for (const plugin of readdirSync(debianPlugins)) {
      const script = `#!/bin/sh\nexec nsenter --net=/run/netns/${host} ${debianPlugins}/${plugin}\n`;
      writeFileSync(join(directory, 'bin', plugin), script, { mode: 0o755 });
    }
    mkdirSync(join(directory, 'net.d'));
    writeFileSync(join(directory, 'net.d/10-lab.conflist'), JSON.stringify(network()));
  });
  afterAll(() => {
    for (const namespace of [host, container]) spawnSync('ip', ['netns', 'delete', namespace]);
    rmSync(directory, { recursive: true, force: true });
    rmSync(program, { force: true });
  });

  const network = () => ({
    cniVersion: '1.0.0',
    name: own,
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni-test0',
        isGateway: true,
        ipMasq: true,
        ipam: {
          type: 'host-local',
          dataDir: join(directory, 'leases'),
          ranges: [[{ subnet: '10.88.0.0/24' }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
      { type: 'tuning', capabilities: { mac: true } },
    ],
  });
  const runtime = {
    containerId: own,
    netns,
    ifname: 'eth0',
    capabilityArgs: {
      portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
      mac: '02:00:00:00:00:42',
    },
  };

  function prepare(executor: PluginExecutor): { cni: Cni; list: NetworkList } {
    const cni = new Cni({
      executor,
      files: new NodeCniFiles(),
      path: [join(directory, 'bin')],
      cacheDirectory: join(directory, 'cache'),
    });
    return { cni, list: parseNetworkList(JSON.stringify(network())) };
  }
  const leases = () => readdirSync(join(directory, 'leases', own)).filter((name) => /^10/.test(name));

  const executors: Array<[string, () => PluginExecutor]> = [
    ["of Debian's plugins", () => processes],
    ['of ours', () => ours('ours')],
    ["of ours with Debian's IPAM", () => ours('theirs')],
  ];

  it.each(executors)('%s gives an address, routes and ports, and takes them back', async (whose, executor) => {
    const { cni, list } = prepare(executor());
    expect(await cni.validate(list)).toEqual(['mac', 'portMappings']);
    const result = await cni.add(list, runtime);
    expect(result).toMatchObject({
      interfaces: [{ name: 'cni-test0' }, {}, { name: 'eth0', mac: '02:00:00:00:00:42', sandbox: netns }],
      ips: [{ interface: 2, address: expect.stringMatching(/^10\.88\.0\.\d\/24$/), gateway: '10.88.0.1' }],
    });
    const [address = ''] = result.ips.map((ip) => ip.address.split('/')[0] ?? '');
    expect(inside(container, 'ip', '-brief', 'address', 'show', 'eth0')).toContain(`${address}/24`);
    expect(inside(container, 'ip', 'route')).toContain('default via 10.88.0.1');
    expect(natRules().includes(`${address}:80`)).toBe(whose === "of Debian's plugins");

    // CHECK of portmap 1.1.1 fails wherever it has no IPv6 rules.
    const checkable = { ...list, plugins: list.plugins.filter(({ type }) => type !== 'portmap') };
    await cni.check(checkable, runtime);
    inside(container, 'ip', 'route', 'del', 'default');
    await expect(cni.check(checkable, runtime)).rejects.toThrow('plugin type="bridge" failed (check)');

    await cni.del(list, runtime);
    await cni.del(list, { ...runtime, netns: '' });
    expect(inside(container, 'ip', '-brief', 'link')).not.toContain('eth0');
    expect(natRules()).not.toContain(address);
    expect(leases()).toEqual([]);
  });

  it('is rid of an attachment after GC', async () => {
    const { cni, list } = prepare(ours('ours'));
    await cni.add(list, runtime);
    await cni.gc(list, []);
    expect(inside(container, 'ip', '-brief', 'link')).not.toContain('eth0');
    expect(await cni.attachments(list)).toEqual([]);
    expect(leases()).toEqual([]);
  });

  it('is reached by cnitool, which says what is wrong', () => {
    const cnitool = (...args: string[]) =>
      spawnSync(process.execPath, [program, ...args], {
        encoding: 'utf8',
        env: {
          ...process.env,
          NETCONFPATH: join(directory, 'net.d'),
          CNI_PATH: join(directory, 'bin'),
          CNI_IFNAME: 'net7',
          CNI_ARGS: 'IgnoreUnknown=1;IP=10.88.0.77',
          CAP_ARGS: JSON.stringify({ mac: '02:00:00:00:00:77' }),
        },
      });
    const added = cnitool('add', own, netns);
    expect(added.stderr).toBe('');
    expect(JSON.parse(added.stdout)).toMatchObject({
      cniVersion: '1.0.0',
      interfaces: [{}, {}, { name: 'net7', mac: '02:00:00:00:00:77' }],
      ips: [{ address: '10.88.0.77/24' }],
    });
    const again = cnitool('--trace', 'add', own, netns);
    expect(again.stderr).toMatch(/^\$ CNI_COMMAND='ADD' .*\/bridge <<< '\{"type":"bridge".*\n\{\n {4}"code": 999/);
    expect(again).toMatchObject({ status: 1, stdout: '' });
    expect(again.stderr).toContain('plugin type="bridge" failed (add)');
    expect(cnitool('del', own, netns)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(inside(container, 'ip', '-brief', 'link')).not.toContain('net7');
  });
});
