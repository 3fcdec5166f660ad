/**
 * The library and cnitool with Debian's plugins, in a network namespace that stands for the host and one that stands for a
 * container: the kernel shows what they did.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cni, type NetworkList, parseNetworkList } from '..';
import { NodeCniFiles, ProcessExecutor } from '../host';
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

describe.skipIf(reasonToSkip())("with Debian's plugins", () => {
  beforeAll(async () => {
    // As one file: to translate it at every start takes longer than all else.
    await build({
      entryPoints: [fileURLToPath(new URL('../../../bin/cnitool.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
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

  function prepare(): { cni: Cni; list: NetworkList } {
    const cni = new Cni({
      executor: new ProcessExecutor(process.env),
      files: new NodeCniFiles(),
      path: [join(directory, 'bin')],
      cacheDirectory: join(directory, 'cache'),
    });
    return { cni, list: parseNetworkList(JSON.stringify(network())) };
  }
  const leases = () => readdirSync(join(directory, 'leases', own)).filter((name) => /^10/.test(name));

  it('a container gets its address, its routes and its ports, and loses them again', async () => {
    const { cni, list } = prepare();
    expect(await cni.validate(list)).toEqual(['mac', 'portMappings']);
    const result = await cni.add(list, runtime);
    expect(result).toMatchObject({
      interfaces: [{ name: 'cni-test0' }, {}, { name: 'eth0', mac: '02:00:00:00:00:42', sandbox: netns }],
      ips: [{ interface: 2, address: '10.88.0.2/24', gateway: '10.88.0.1' }],
    });
    expect(inside(container, 'ip', '-brief', 'address', 'show', 'eth0')).toContain('10.88.0.2/24');
    expect(inside(container, 'ip', 'route')).toContain('default via 10.88.0.1');
    expect(inside(host, 'iptables', '-t', 'nat', '-S')).toContain('10.88.0.2:80');

    // CHECK of portmap 1.1.1 fails wherever it has no IPv6 rules.
    const checkable = { ...list, plugins: list.plugins.filter(({ type }) => type !== 'portmap') };
    await cni.check(checkable, runtime);
    inside(container, 'ip', 'route', 'del', 'default');
    await expect(cni.check(checkable, runtime)).rejects.toThrow('plugin type="bridge" failed (check)');

    await cni.del(list, runtime);
    await cni.del(list, { ...runtime, netns: '' });
    expect(inside(container, 'ip', '-brief', 'link')).not.toContain('eth0');
    expect(inside(host, 'iptables', '-t', 'nat', '-S')).not.toContain('10.88.0.2');
    expect(leases()).toEqual([]);
  });

  it('GC deletes an attachment whose container is gone', async () => {
    const { cni, list } = prepare();
    await cni.add(list, runtime);
    await cni.gc(list, []);
    expect(inside(container, 'ip', '-brief', 'link')).not.toContain('eth0');
    expect(await cni.attachments(list)).toEqual([]);
    expect(leases()).toEqual([]);
  });

  it('cnitool adds and deletes, and says what is wrong', () => {
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
    const again = cnitool('add', own, netns);
    expect(again).toMatchObject({ status: 1, stdout: '' });
    expect(again.stderr).toContain('plugin type="bridge" failed (add)');
    expect(cnitool('del', own, netns)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(inside(container, 'ip', '-brief', 'link')).not.toContain('net7');
  });
});
