/** Debian's podman calls our plugins: its containers get their network from them, and leave nothing of it. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cannotMakeNetworks, TestNetwork } from '../../engine/kernel/linux/testing/network-namespaces';
import { rootfsPath } from '../../setup/paths.mjs';
import { install } from './install';

/** Podman keeps results where everybody does. */
const name = `underlay-test-${process.pid}`;
const busybox = join(rootfsPath(), 'usr/bin/busybox');

function cannotRun(): boolean {
  if (cannotMakeNetworks(busybox) || process.arch !== 'x64') return true;
  const missing = ['podman', 'runc'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  if (missing.length > 0) console.warn(`skipped: there is no ${missing.join(', no ')}`);
  return missing.length > 0;
}

describe.skipIf(cannotRun())('podman', () => {
  let directory: string;
  let host: TestNetwork;

  beforeAll(async () => {
    directory = mkdtempSync('/run/underlay-podman-cni-');
    host = new TestNetwork();
    mkdirSync(join(directory, 'rootfs/bin'), { recursive: true });
    copyFileSync(busybox, join(directory, 'rootfs/bin/busybox'));
    symlinkSync('busybox', join(directory, 'rootfs/bin/sh'));
    mkdirSync(join(directory, 'net.d'));
    writeFileSync(join(directory, 'net.d/lab.conflist'), JSON.stringify(network()));
    const settings = `network_backend = "cni"\ncni_plugin_dirs = ["${directory}/bin"]\nnetwork_config_dir = "${directory}/net.d"`;
    writeFileSync(join(directory, 'containers.conf'), `[network]\n${settings}\n`);
    // No engine: each plugin does its work alone.
    await install({ directory: join(directory, 'bin'), idleSeconds: 0, runDirectory: directory });
  });
  afterAll(() => {
    host?.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  const network = () => ({
    cniVersion: '0.4.0',
    name,
    plugins: [
      {
        type: 'bridge',
        bridge: 'lab0',
        isGateway: true,
        ipMasq: true,
        ipam: {
          type: 'host-local',
          dataDir: join(directory, 'leases'),
          ranges: [[{ subnet: '10.85.0.0/24' }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });

  function podman(script: string): string {
    const storage = ['--root', join(directory, 'storage'), '--runroot', join(directory, 'run')];
    const engine = [...storage, '--cgroup-manager', 'cgroupfs', '--events-backend', 'none', '--runtime', 'runc'];
    // Limits as podman has them by default are above what root may set on some machines.
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'];
    const run = ['run', '--rm', '--network', name, '--publish', '8085:80', '--log-driver', 'none', ...limits];
    const command = [...engine, ...run, '--rootfs', join(directory, 'rootfs'), 'sh', '-c', script];
    // Mounts of its own: those of other tests are counted.
    return execFileSync('nsenter', [`--net=${host.path}`, 'unshare', '--mount', 'podman', ...command], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, CONTAINERS_CONF: join(directory, 'containers.conf') },
    });
  }

  it('runs a container in a network of our plugins', () => {
    const seen = podman('busybox ip -4 address show dev eth0; busybox ip route; busybox ip -4 neigh');
    expect(seen).toMatch(/inet 10\.85\.0\.2\/24/);
    expect(seen).toContain('default via 10.85.0.1');
    // The container is gone, and what it had.
    expect(readdirSync(join(directory, 'leases', name)).filter((file) => file.startsWith('10.'))).toEqual([]);
    expect(host.run('ip', '-brief', 'link')).not.toContain('veth');
    const kept = existsSync('/var/lib/cni/results') ? readdirSync('/var/lib/cni/results') : [];
    expect(kept.filter((file) => file.startsWith(name))).toEqual([]);
  });
});
