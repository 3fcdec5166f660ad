import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernel, LabKernel } from '../../port';
import { bash, bootLab, cannotBoot, hostTraces, initPids, machineOf, smallLimits, testHost } from '../testing/lab';
import { LinuxHost } from './host';

describe.skipIf(cannotBoot())('a Machine', () => {
  let lab: LabKernel;
  let machine: Kernel;
  beforeAll(async () => {
    lab = await bootLab({
      machines: [
        {
          id: 'lab',
          hostname: 'mercury',
          files: {
            '/home/learner/exercise/data.txt': { content: 'mine\n', owner: 'learner', mode: 0o600 },
            '/usr/local/bin/hello': { content: '#!/bin/sh\necho hello\n', mode: 0o755 },
          },
          setup: 'hello > /root/said; ip link show lo > /root/lo; test "$USER" = root',
        },
      ],
    });
    machine = machineOf(lab);
  });
  afterAll(() => lab?.dispose());

  it('has its own name, and the host keeps its own', async () => {
    expect((await bash(machine, 'hostname; cat /etc/hostname; grep -c "mercury$" /etc/hosts')).stdout).toBe(
      'mercury\nmercury\n1\n',
    );
    expect(hostname()).not.toBe('mercury');
  });

  it('has all six namespaces of its own, and the user and time namespaces of the host', async () => {
    const script = 'for ns in mnt uts ipc pid net cgroup user time; do readlink /proc/self/ns/$ns; done';
    const inside = (await bash(machine, script)).stdout.trim().split('\n');
    const outside = ['mnt', 'uts', 'ipc', 'pid', 'net', 'cgroup', 'user', 'time'].map((ns) =>
      readlinkSync(`/proc/self/ns/${ns}`),
    );
    expect(inside.map((id, index) => id === outside[index])).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('is run by an init of a few pages that holds nothing of the host', async () => {
    const { stdout } = await bash(
      machine,
      'cat /proc/1/comm /proc/1/cmdline; echo; grep VmRSS /proc/1/status; ls /proc/1/fd | wc -l; readlink /proc/1/cwd /proc/1/root',
    );
    const [comm, cmdline, rss = '', ...rest] = stdout.trim().split('\n');
    expect([comm, cmdline?.replaceAll('\0', '')]).toEqual(['init', 'init']);
    expect(Number(/\d+/.exec(rss)?.[0])).toBeLessThan(1024);
    expect(rest).toEqual(['0', '/', '/']);
  });

  it('shows nothing of the host: no other process, no mount of it, no device', async () => {
    const { stdout } = await bash(
      machine,
      'ls /proc | grep -c "^[0-9]"; cat /proc/self/mountinfo; ls /sys/class/net; ls /run',
    );
    expect(stdout).not.toContain('/dev/vda');
    expect(stdout).not.toContain(' / / rw,relatime - ext4');
    expect(Number(stdout.split('\n')[0])).toBeLessThan(8);
    expect((await bash(machine, 'ls /sys/class/net')).stdout).toBe('lo\n');
  });

  it('starts with the files and after the setup of its specification', async () => {
    const { stdout } = await bash(
      machine,
      'stat -c "%U %a" /home/learner/exercise /home/learner/exercise/data.txt; cat /root/said; grep -o LOWER_UP /root/lo',
    );
    expect(stdout).toBe('learner 755\nlearner 600\nhello\nLOWER_UP\n');
  });

  it('reaps orphans', async () => {
    const script =
      'p=$(sh -c "sleep 0.1 > /dev/null & echo \\$!"); grep PPid /proc/$p/status; while test -e /proc/$p; do sleep 0.02; done';
    expect((await bash(machine, script)).stdout).toBe('PPid:\t1\n');
  });

  it('does not let root change the clock, load modules or reboot', async () => {
    const { stdout } = await bash(machine, 'grep CapBnd /proc/self/status');
    const bounding = BigInt(`0x${stdout.split('\t')[1]?.trim()}`);
    for (const withheld of [16, 17, 22, 24, 25, 34, 39]) expect((bounding >> BigInt(withheld)) & 1n).toBe(0n);
    for (const kept of [0, 5, 12, 21]) expect((bounding >> BigInt(kept)) & 1n).toBe(1n);
    expect((await bash(machine, 'echo 1 > /proc/sys/kernel/panic')).stderr).toContain('Read-only file system');
    expect(
      (await bash(machine, 'sysctl -w net.ipv4.ip_forward=1 kernel.msgmax=9000 && hostname venus && hostname mercury'))
        .exitCode,
    ).toBe(0);
  });

  it('lets root and the learner make namespaces, with a proc of their own even in a user namespace', async () => {
    for (const user of ['root', 'learner'] as const) {
      expect(
        await bash(machine, 'unshare --map-root-user --pid --fork --mount-proc ps -e | wc -l', user),
      ).toMatchObject({
        stdout: '2\n',
        stderr: '',
      });
    }
  });

  it('lets overlays be mounted on the disk of root, home and tmp', async () => {
    for (const directory of ['/root', '/home/learner', '/tmp']) {
      const script = `cd ${directory} && mkdir l u w m && mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m && touch m/x && ls u && umount m && rm -r l u w m`;
      expect(await bash(machine, script)).toMatchObject({ stdout: 'x\n', stderr: '', exitCode: 0 });
    }
  });

  it('propagates mounts as a host under systemd does', async () => {
    expect(
      (await bash(machine, 'for at in / /proc /home; do findmnt -no PROPAGATION $at; done | sort -u')).stdout,
    ).toBe('shared\n');
  });

  it('lets the learner use sudo without a password', async () => {
    expect(await bash(machine, 'id -un; sudo -n id -un', 'learner')).toMatchObject({
      stdout: 'learner\nroot\n',
      stderr: '',
    });
  });
});

describe.skipIf(cannotBoot())('booting', () => {
  it('says what a failed setup said, and leaves nothing', async () => {
    const before = hostTraces();
    const machines = [{ id: 'lab', hostname: 'lab', setup: 'cd /tmp; ls /nonexistent; echo unreachable' }];
    await expect(bootLab({ machines })).rejects.toThrow(/setup lab: ECANCELED \(ended with 2: .*\/nonexistent/);
    expect(hostTraces()).toMatchObject({ ...before, descriptors: expect.any(Number) });
  });

  it('says which step of a birth failed', async () => {
    const limits = { ...smallLimits, diskBytes: -4096 };
    await expect(bootLab({ limits, machines: [{ id: 'lab', hostname: 'lab' }] })).rejects.toThrow(
      /mount the disk: EINVAL/,
    );
  });

  it('refuses a specification that makes no sense', async () => {
    const machine = { id: 'a', hostname: 'a' };
    await expect(bootLab({ id: '../x' })).rejects.toThrow('letters, digits and dashes');
    await expect(bootLab({ machines: [] })).rejects.toThrow('needs a Machine');
    await expect(bootLab({ machines: [machine, machine] })).rejects.toThrow('two Machines are called a');
    const ends = [
      { machine: 'a', device: 'eth0' },
      { machine: 'b', device: 'eth0' },
    ] satisfies [object, object];
    await expect(bootLab({ machines: [machine], links: [{ ends }] })).rejects.toThrow('ends at b');
  });

  it('refuses a second lab of the same name, and takes the name again after the first', async () => {
    const host = testHost();
    const lab = await bootLab({ id: 'twice' }, host);
    await expect(bootLab({ id: 'twice' }, host)).rejects.toThrow('EEXIST');
    await lab.dispose();
    await (await bootLab({ id: 'twice' }, host)).dispose();
  });

  it('says why it is impossible without a root filesystem', async () => {
    const host = new LinuxHost({ rootfs: '/nonexistent' });
    expect(host.availability()).toEqual({
      available: false,
      reason: expect.stringContaining('/nonexistent is missing'),
    });
    await expect(bootLab({}, host)).rejects.toThrow('/nonexistent is missing');
  });

  it('tells when a Machine ends by itself', async () => {
    const lab = await bootLab();
    const ended = new Promise((resolve) => lab.onExit(resolve));
    const [init = 0] = initPids();
    process.kill(init, 'SIGKILL');
    expect(await ended).toBe('lab');
    await expect(machineOf(lab).spawn({ argv: ['true'] })).rejects.toThrow('ESRCH');
    await lab.dispose();
  });
});
