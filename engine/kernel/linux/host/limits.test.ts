import { afterEach, describe, expect, it } from 'vitest';
import type { LabKernel, LabLimits } from '../../port';
import { bash, bootLab, cannotBoot, machineOf, smallLimits } from '../testing/lab';

describe.skipIf(cannotBoot())('limits of a lab', () => {
  let lab: LabKernel | undefined;
  afterEach(() => lab?.dispose());

  async function boot(limits: Partial<LabLimits>, machines = [{ id: 'lab', hostname: 'lab' }]) {
    lab = await bootLab({ limits: { ...smallLimits, ...limits }, machines });
    return machineOf(lab);
  }

  it('hold a fork bomb, and a terminal still opens', async () => {
    const machine = await boot({ pids: 60, cpus: 0.5 });
    const bomb = await machine.spawn({ argv: ['bash', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 600'] });
    let most = 0;
    let terminals = 0;
    for (let look = 0; look < 5; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      most = Math.max(most, (await machine.files.list('/proc')).filter(({ name }) => /^\d+$/.test(name)).length);
      const terminal = await machine.openTerminal({ cols: 80, rows: 24, argv: ['echo', 'hello'] });
      terminals += await new Promise<number>((resolve) => terminal.onData(() => resolve(1)));
    }
    expect(most).toBeGreaterThan(30);
    // One more may be joining.
    expect(most).toBeLessThanOrEqual(62);
    expect(terminals).toBe(5);
    bomb.kill('SIGKILL');
  });

  it('end a program that takes too much memory, and nothing else', async () => {
    const machine = await boot({ memoryBytes: 64 << 20, diskBytes: 16 << 20 });
    const hog = await bash(machine, `python3 -c 'x = bytearray(500 << 20)'; echo "ended with $?"`);
    expect(hog.stdout).toBe('ended with 137\n');
    expect((await bash(machine, 'echo alive')).stdout).toBe('alive\n');
  });

  it('fill no more disk than there is, whichever directory is written to', async () => {
    const machine = await boot({ diskBytes: 8 << 20 });
    for (const path of ['/root/fill', '/tmp/fill', '/home/learner/fill', '/var/fill']) {
      const { stderr, stdout } = await bash(machine, `head -c 64M /dev/zero > ${path}; stat -c %s ${path}; rm ${path}`);
      expect(stderr).toContain('No space left on device');
      expect(Number(stdout)).toBeLessThanOrEqual(8 << 20);
    }
    await expect(machine.files.write('/root/large', new Uint8Array(9 << 20))).rejects.toMatchObject({ code: 'ENOSPC' });
  });

  it('are those of all Machines together', async () => {
    const first = await boot({ pids: 40 }, [
      { id: 'lab', hostname: 'a' },
      { id: 'other', hostname: 'b' },
    ]);
    await first.spawn({ argv: ['bash', '-c', 'for i in $(seq 1 34); do sleep 600 & done; wait'] });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const other = await bash(machineOf(await labOf(), 'other'), 'for i in 1 2 3 4 5 6; do sleep 1 & done; wait');
    expect(other.stderr).toContain('Resource temporarily unavailable');
  });

  it('cannot be lifted from inside', async () => {
    const machine = await boot({ pids: 50 });
    const { stdout } = await bash(
      machine,
      'find /sys/fs/cgroup -name pids.max | wc -l; find /sys/fs/cgroup -name pids.max -exec sh -c "echo max > {}" \\;; for i in $(seq 1 70); do sleep 1 & done 2>&1 | grep -c unavailable',
    );
    const [files, refused] = stdout.trim().split('\n').map(Number);
    expect(files).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it('keep the devices of the host shut, and let whiteouts be made', async () => {
    const machine = await boot({});
    const { stdout, stderr } = await bash(
      machine,
      'cd /root; mknod disk b 254 0 && mknod kmsg c 1 11 && mknod white c 0 0 && mknod null c 1 3 && echo made; for d in disk kmsg null; do : < $d && echo $d opened; done',
    );
    expect(stdout).toBe('made\nnull opened\n');
    expect(stderr.match(/Operation not permitted/g)).toHaveLength(2);
  });

  async function labOf(): Promise<LabKernel> {
    if (!lab) throw new Error('not booted');
    return lab;
  }
});
