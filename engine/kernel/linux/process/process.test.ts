import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernel, LabKernel } from '../../port';
import { bash, bootLab, cannotBoot, machineOf } from '../testing/lab';

describe.skipIf(cannotBoot())('spawn', () => {
  let lab: LabKernel;
  let machine: Kernel;
  beforeAll(async () => {
    lab = await bootLab();
    machine = machineOf(lab);
  });
  afterAll(() => lab?.dispose());

  it('captures both streams and the exit status', async () => {
    expect(await bash(machine, 'echo out; echo err >&2; exit 3')).toMatchObject({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
  });

  it('gives standard input, and an empty one otherwise', async () => {
    const process = await machine.spawn({ argv: ['wc', '-c'], stdin: new Uint8Array(3_000_000) });
    expect(Buffer.from((await process.result).stdout).toString()).toBe('3000000\n');
    expect((await bash(machine, 'cat')).stdout).toBe('');
  });

  it('does not mind a program that leaves its input unread', async () => {
    const process = await machine.spawn({ argv: ['true'], stdin: new Uint8Array(1_000_000) });
    expect(await process.result).toMatchObject({ exitCode: 0 });
  });

  it('keeps a mebibyte of each stream and says that there was more', async () => {
    const { stdout, truncated, exitCode } = await bash(machine, 'head -c 5000000 /dev/zero');
    expect([stdout.length, truncated, exitCode]).toEqual([1024 * 1024, true, 0]);
  });

  it('runs as the learner, in the home directory, with a login environment', async () => {
    const { stdout } = await bash(
      machine,
      'id -u; id -G; pwd; echo $HOME $USER $SHELL $LANG; ulimit -c; umask',
      'learner',
    );
    expect(stdout).toBe('1000\n1000\n/home/learner\n/home/learner learner /bin/bash C.UTF-8\n0\n0022\n');
  });

  it('uses env, cwd, and programs outside PATH', async () => {
    const process = await machine.spawn({ argv: ['/bin/sh', '-c', 'echo $A; pwd'], env: { A: 'b' }, cwd: '/etc' });
    expect(Buffer.from((await process.result).stdout).toString()).toBe('b\n/etc\n');
  });

  it('starts in / when the home directory is gone', async () => {
    await bash(machine, 'mv /home/learner /home/away');
    expect((await bash(machine, 'pwd', 'learner')).stdout).toBe('/\n');
    await bash(machine, 'mv /home/away /home/learner');
  });

  it('says why a program cannot be started', async () => {
    await expect(machine.spawn({ argv: ['no-such-program'] })).rejects.toMatchObject({
      code: 'ENOENT',
      path: 'no-such-program',
    });
    await expect(machine.spawn({ argv: ['true'], cwd: '/nowhere' })).rejects.toMatchObject({
      code: 'ENOENT',
      path: '/nowhere',
    });
    await expect(machine.spawn({ argv: ['/etc/passwd'] })).rejects.toMatchObject({ code: 'EACCES' });
  });

  it('ends a program and its children after its time', async () => {
    const process = await machine.spawn({ argv: ['bash', '-c', 'sleep 987 & sleep 987'], timeoutMs: 50 });
    expect(await process.result).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect((await bash(machine, 'pgrep -x sleep')).stdout).toBe('');
  });

  it('sends signals', async () => {
    const process = await machine.spawn({ argv: ['sleep', '60'] });
    process.kill('SIGTERM');
    expect(await process.result).toMatchObject({ signal: 'SIGTERM' });
    expect(() => process.kill('SIGTERM')).not.toThrow();
  });

  it('does not wait for daemons, nor breaks their pipes', async () => {
    const script = '(trap "" HUP; sleep 0.2; echo late && touch /tmp/survived) & echo started';
    expect((await bash(machine, script)).stdout).toBe('started\n');
    expect((await bash(machine, 'while ! test -e /tmp/survived; do sleep 0.05; done; echo yes')).stdout).toBe('yes\n');
  });

  it('opens /dev/stdout and /dev/stderr as a shell script expects', async () => {
    expect(await bash(machine, 'echo a > /dev/stdout; echo b > /dev/stderr')).toMatchObject({
      stdout: 'a\n',
      stderr: 'b\n',
    });
  });

  it('leaves no zombie and no helper', async () => {
    await Promise.all(Array.from({ length: 10 }, () => bash(machine, 'true')));
    expect((await bash(machine, 'ps -e -o comm=')).stdout.trim().split('\n')).toEqual(['init', 'ps']);
  });
});
