import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernel, KernelFiles, LabKernel } from '../../port';
import { bash, bootLab, cannotBoot, machineOf, until } from '../testing/lab';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

describe.skipIf(cannotBoot())('files of a Machine', () => {
  let lab: LabKernel;
  let machine: Kernel;
  let files: KernelFiles;
  const secret = `${tmpdir()}/underlay-secret-${process.pid}`;
  beforeAll(async () => {
    writeFileSync(secret, 'of the host');
    lab = await bootLab();
    machine = machineOf(lab);
    files = machine.files;
  });
  afterAll(async () => {
    rmSync(secret);
    await lab?.dispose();
  });

  it('are read and written', async () => {
    await files.write('/root/note', Buffer.from('one'));
    expect(text(await files.read('/root/note'))).toBe('one');
    expect((await bash(machine, 'cat /root/note; stat -c "%a %U" /root/note')).stdout).toBe('one644 root\n');
    await files.write('/root/note', Buffer.from('2'), 0o600);
    expect((await bash(machine, 'cat /root/note; stat -c "%a %U" /root/note')).stdout).toBe('2600 root\n');
  });

  it('belong to whom their directory belongs', async () => {
    await files.write('/home/learner/new', Buffer.from('x'));
    await files.makeDirectory('/home/learner/dir');
    expect((await bash(machine, 'stat -c %U /home/learner/new /home/learner/dir')).stdout).toBe('learner\nlearner\n');
  });

  it('never are those of the host, whatever links say', async () => {
    await bash(
      machine,
      `cd /root; ln -s ${secret} abs; ln -s ../../../../../../..${secret} rel; ln -s / top; ln -s /proc/1/root magic; ln -s /proc/self/fd/0 fd`,
    );
    for (const path of ['/root/abs', '/root/rel', `/root/top${secret}`, `/../..${secret}`]) {
      await expect(files.read(path)).rejects.toMatchObject({ code: 'ENOENT' });
    }
    await expect(files.read(`/root/magic${secret}`)).rejects.toMatchObject({ code: 'ELOOP' });
    await files.write('/root/abs', Buffer.from('of the Machine'));
    expect(text(await files.read(secret))).toBe('of the Machine');
    expect((await bash(machine, `cat ${secret}`)).stdout).toBe('of the Machine');
  });

  it('are refused when they are too large, not files, or not there', async () => {
    await bash(machine, 'cd /root; head -c 2000000 /dev/zero > big; mkfifo fifo; mkdir sub');
    await expect(files.read('/root/big')).rejects.toMatchObject({ code: 'EFBIG' });
    expect((await files.read('/root/big', 2_000_000)).byteLength).toBe(2_000_000);
    await expect(files.read('/root/fifo')).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(files.write('/root/fifo', Buffer.from('x'))).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(files.read('/root/sub')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(files.write('/root/sub', Buffer.from('x'))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(files.read('/dev/zero')).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(files.read('/root/none')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.write('/none/none', Buffer.from('x'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.write('/sys/none', Buffer.from('x'))).rejects.toMatchObject({
      code: expect.stringMatching(/EROFS|EACCES|EPERM/),
    });
    await expect(files.read('root/note')).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(files.read(`/${'x'.repeat(5000)}`)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  });

  it('of proc are read to their end', async () => {
    expect(text(await files.read('/proc/1/comm'))).toBe('init\n');
  });

  it('are listed in byte order with what stat says of each', async () => {
    await bash(
      machine,
      'mkdir -p /root/l && cd /root/l && touch b a é Z && ln -s /nowhere link && mknod gone c 0 0 && mkdir d && chmod 4755 a',
    );
    const entries = await files.list('/root/l');
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['Z', 'file'],
      ['a', 'file'],
      ['b', 'file'],
      ['d', 'directory'],
      ['gone', 'char'],
      ['link', 'symlink'],
      ['é', 'file'],
    ]);
    expect(entries[1]).toMatchObject({ mode: 0o4755, uid: 0, gid: 0, size: 0, rdev: null });
    expect(entries[4]).toMatchObject({ rdev: '0:0' });
    await expect(files.list('/root/note')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(files.list('/root/none')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are looked at without following a final link', async () => {
    expect(await files.stat('/root/abs')).toMatchObject({ kind: 'symlink' });
    expect(await files.readlink('/root/abs')).toBe(secret);
    await expect(files.readlink('/root/note')).rejects.toMatchObject({ code: 'EINVAL' });
    expect(await files.stat('/')).toMatchObject({ kind: 'directory' });
    expect(await files.stat('/dev/null')).toMatchObject({ kind: 'char', rdev: '1:3' });
    await expect(files.stat('/root/note/below')).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('are made, renamed and removed', async () => {
    await files.makeDirectory('/root/made');
    await expect(files.makeDirectory('/root/made')).rejects.toMatchObject({ code: 'EEXIST' });
    await files.write('/root/made/a', Buffer.from('x'));
    await files.rename('/root/made/a', '/root/made/b');
    await expect(files.remove('/root/made')).rejects.toMatchObject({ code: 'ENOTEMPTY' });
    await files.remove('/root/made/b');
    await files.remove('/root/made');
    await expect(files.stat('/root/made')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.remove('/')).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(files.remove('/root/none')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('follow what the learner mounts, and never keep it busy', async () => {
    await bash(machine, 'mkdir -p /mnt/t && mount -t tmpfs tmpfs /mnt/t && echo inside > /mnt/t/f');
    const watch = files.watch('/mnt/t/f', () => {});
    expect(text(await files.read('/mnt/t/f'))).toBe('inside\n');
    await files.list('/mnt/t');
    expect(await bash(machine, 'umount /mnt/t')).toMatchObject({ exitCode: 0, stderr: '' });
    await expect(files.read('/mnt/t/f')).rejects.toMatchObject({ code: 'ENOENT' });
    watch.dispose();
  });

  it('are watched, from before they exist until after they are gone', async () => {
    let changes = 0;
    const watch = files.watch('/root/w/x/file', () => {
      changes += 1;
    });
    const change = async (script: string) => {
      const before = changes;
      await bash(machine, script);
      await until(() => changes > before);
    };
    await change('mkdir /root/w');
    await change('mkdir /root/w/x');
    await change('echo 1 > /root/w/x/file');
    await change('echo 2 >> /root/w/x/file');
    await change('echo 3 > /root/w/x/new && mv /root/w/x/new /root/w/x/file');
    await change('echo 4 >> /root/w/x/file');
    await change('rm -r /root/w');
    await change('mkdir /root/w');
    watch.dispose();
    const after = changes;
    await bash(machine, 'rmdir /root/w');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changes).toBe(after);
  });

  it('are watched whatever a learner makes of the path meanwhile', async () => {
    let changes = 0;
    const watch = files.watch('/root/v/file', () => {
      changes += 1;
    });
    const tooLong = 'n'.repeat(300);
    for (const script of [`ln -s ${tooLong} /root/v`, 'rm /root/v', 'mkdir /root/v', 'mkfifo /root/v/file']) {
      const before = changes;
      await bash(machine, script);
      await until(() => changes > before);
    }
    watch.dispose();
    files.watch(`/root/${tooLong}`, () => {}).dispose();
  });

  it('are watched with one inotify instance for all Machines', async () => {
    const other = await bootLab();
    const told = [0, 0];
    const watches = [machine, machineOf(other)].map(({ files: their }, index) =>
      their.watch('/root/i', () => (told[index] = (told[index] ?? 0) + 1)),
    );
    const instances = readdirSync('/proc/self/fd').filter((fd) => isInotify(`/proc/self/fd/${fd}`));
    // This one and the observer's.
    expect(instances.length).toBeLessThanOrEqual(2);
    await bash(machineOf(other), 'touch /root/i');
    await until(() => (told[1] ?? 0) > 0);
    expect(told[0]).toBe(0);
    await other.dispose();
    await bash(machine, 'touch /root/i');
    await until(() => (told[0] ?? 0) > 0);
    for (const watch of watches) watch.dispose();
  });

  it('are watched by many, each told of its own directory only', async () => {
    const told = [0, 0, 0];
    await bash(machine, 'mkdir /root/p /root/q');
    const watches = ['/root/p', '/root/p', '/root/q'].map((path, index) =>
      files.watch(path, () => (told[index] = (told[index] ?? 0) + 1)),
    );
    await bash(machine, 'touch /root/p/new');
    await until(() => (told[0] ?? 0) > 0 && (told[1] ?? 0) > 0);
    watches[0]?.dispose();
    const before = told[1] ?? 0;
    await bash(machine, 'touch /root/p/newer');
    await until(() => (told[1] ?? 0) > before);
    expect(told[2]).toBe(0);
    for (const watch of watches) watch.dispose();
  });
});

/** A descriptor may be closed between being listed and being looked at. */
function isInotify(descriptor: string): boolean {
  try {
    return readlinkSync(descriptor).includes('inotify');
  } catch {
    return false;
  }
}
