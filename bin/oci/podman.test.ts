/** Debian's podman with this runtime under it, beside podman with runc: with its own seccomp profile, masks and mounts. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootfsPath } from '../../setup/paths.mjs';

const busybox = join(rootfsPath(), 'usr/bin/busybox');
const repository = resolve(import.meta.dirname, '../..');

function cannotRun(): boolean {
  const missing = ['podman', 'runc'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  const reason = [
    ...(process.getuid?.() === 0 ? [] : ['containers need root']),
    ...(existsSync(busybox) ? [] : [`there is no ${busybox}`]),
    ...missing.map((name) => `there is no ${name}`),
  ].join(', ');
  if (reason) console.warn(`skipped: ${reason}`);
  return reason !== '';
}

describe.skipIf(cannotRun())('podman', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync('/run/underlay-podman-test-');
    mkdirSync(join(directory, 'rootfs/bin'), { recursive: true });
    copyFileSync(busybox, join(directory, 'rootfs/bin/busybox'));
    symlinkSync('busybox', join(directory, 'rootfs/bin/sh'));
    const program = join(directory, 'underlay-oci');
    const command = [process.execPath, '--import', 'tsx', join(repository, 'bin/underlay-oci.ts')];
    writeFileSync(program, `#!/bin/sh\ncd ${repository} && exec ${command.join(' ')} --root ${directory}/state "$@"\n`);
    chmodSync(program, 0o755);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function podman(runtime: string, script: string): string {
    const storage = ['--root', join(directory, 'storage'), '--runroot', join(directory, 'run')];
    const engine = [...storage, '--cgroup-manager', 'cgroupfs', '--events-backend', 'none', '--runtime', runtime];
    // Limits as podman has them by default are above what root may set on some machines.
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000', '--tmpfs', '/data:size=1m'];
    const run = ['run', '--rm', '--network', 'none', '--log-driver', 'none', ...limits];
    const container = ['--rootfs', join(directory, 'rootfs'), 'sh', '-c', script];
    // Mounts of its own: those of other tests are counted.
    return execFileSync('unshare', ['--mount', 'podman', ...engine, ...run, ...container], {
      encoding: 'utf8',
      timeout: 60_000,
    });
  }

  it('has the same container with this runtime as with runc', () => {
    const status = 'busybox grep -E "^(Cap|NoNewPrivs|Seccomp|Groups|Uid)" /proc/self/status';
    // A file is masked with /dev/null: the container's with runc, the machine's here, where the options are other ones.
    const masked = 'cgroup|/proc/keys|/proc/timer_list';
    const mounts = `busybox awk '{print $5, $6}' /proc/self/mountinfo | busybox grep -vE "${masked}" | busybox sort`;
    const devices = "busybox ls -l /dev | busybox awk '{print $1, $3, $4, $NF}'";
    const denied = 'busybox mount -t proc proc /mnt 2>&1; busybox unshare -m true 2>&1; busybox hostname x 2>&1';
    const limits = 'busybox cat /proc/self/limits | busybox grep -E "open files|processes"';
    const script = [status, mounts, devices, denied, limits, 'busybox id', 'busybox pwd'].join('; ');
    const withRunc = podman('runc', script);
    expect(withRunc).toContain('Seccomp:\t2\n');
    expect(podman(join(directory, 'underlay-oci'), script)).toBe(withRunc);
  }, 120_000);
});
