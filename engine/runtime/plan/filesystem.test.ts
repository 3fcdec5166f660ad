import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cannotRun, type TestConfig, Workshop } from '../testing/bundle';

describe.skipIf(cannotRun())('what a container sees of files', () => {
  const workshop = new Workshop();
  afterAll(() => workshop.dispose());
  const lines = (text: string) => text.trim().split('\n');

  it('is its root filesystem with the default devices and links, and nothing of the host', async () => {
    const script = `
      ls /
      for device in null zero full random urandom tty fifo loop; do stat -c '%n %F %a %t:%T %u' /dev/$device; done
      for link in fd stdin stdout stderr ptmx; do echo "$link $(readlink /dev/$link)"; done
      touch /new || echo read-only`;
    const bundle = workshop.shell(script, (config) => {
      config.root.readonly = true;
      config.linux.devices = [
        { type: 'p', path: '/dev/fifo', fileMode: 0o622, uid: 5 },
        { type: 'b', path: '/dev/loop', major: 7, minor: 300, fileMode: 0o660 },
      ];
    });
    const { output } = await workshop.run(bundle);
    expect(lines(output.replace(/touch: .*\n/, ''))).toEqual([
      ...['bin', 'dev', 'proc', 'tmp'],
      ...['null 1:3', 'zero 1:5', 'full 1:7', 'random 1:8', 'urandom 1:9', 'tty 5:0'].map((device) => {
        const [name, number] = device.split(' ');
        return `/dev/${name} character special file 666 ${number} 0`;
      }),
      '/dev/fifo fifo 622 0:0 5',
      '/dev/loop block special file 660 7:12c 0',
      ...['fd /proc/self/fd', 'stdin /proc/self/fd/0', 'stdout /proc/self/fd/1', 'stderr /proc/self/fd/2'],
      'ptmx pts/ptmx',
      'read-only',
    ]);
  });

  it('has what is mounted, with its options', async () => {
    const source = join(workshop.directory, 'source');
    mkdirSync(join(source, 'below'), { recursive: true });
    writeFileSync(join(source, 'file'), 'content');
    const bundle = workshop.shell('cat /etc/one; cat /proc/self/mountinfo', (config) => {
      config.mounts.push(
        { destination: '/etc/one', type: 'bind', source: join(source, 'file'), options: ['bind', 'ro', 'noexec'] },
        { destination: '/a/b/c', type: 'bind', source, options: ['rbind', 'rro', 'nosuid', 'rslave'] },
        {
          destination: '/run',
          type: 'tmpfs',
          source: 'run',
          options: ['size=1m', 'mode=700', 'noatime', 'nodev', 'shared'],
        },
      );
    });
    const { output } = await workshop.run(bundle);
    const mounts = new Map(
      lines(output.replace('content', '')).map((line) => {
        const [before = '', after = ''] = line.split(' - ');
        const [, , , , place = '', options, ...optional] = before.split(' ');
        return [place, `${options} ${optional.join(' ').replace(/:\d+/g, '')} ${after.split(' ')[2]}`] as const;
      }),
    );
    expect(output.startsWith('content')).toBe(true);
    expect(mounts.get('/etc/one')).toMatch(/^ro,noexec,/);
    expect(mounts.get('/a/b/c')).toMatch(/^ro,nosuid,/);
    expect(mounts.get('/run')).toMatch(/^rw,nodev,noatime shared rw,size=1024k,mode=700/);
  });

  it('never reaches out of its root by symbolic links', async () => {
    const outside = join(workshop.directory, 'outside');
    mkdirSync(outside);
    const bundle = workshop.shell('ls /real/deep; cat /proc/self/mountinfo', (config) => {
      config.mounts.push({ destination: '/escape/deep/x', type: 'tmpfs', source: 'tmpfs' });
      config.linux.maskedPaths = ['/up/etc/passwd'];
    });
    const rootfs = join(bundle, 'rootfs');
    mkdirSync(join(rootfs, 'real'));
    symlinkSync('/../../../../../../real', join(rootfs, 'escape'));
    symlinkSync('../../../../..', join(rootfs, 'up'));
    const { output } = await workshop.run(bundle);
    expect(lines(output)[0]).toBe('x');
    expect(output).toContain(' /real/deep/x ');

    const dangling = workshop.shell('true', (config) => {
      config.mounts.push({ destination: '/link', type: 'bind', source: '/dev/null', options: ['bind'] });
    });
    symlinkSync(join(outside, 'made'), join(dangling, 'rootfs/link'));
    await expect(workshop.create(dangling)).rejects.toThrow('openat /link: EEXIST');
    expect(existsSync(join(outside, 'made'))).toBe(false);
  });

  it('hides masked paths and protects read-only ones', async () => {
    const script = `
      cat /secret; ls /hidden; ls -l /proc/timer_list | cut -c1; touch /kept/new || echo protected
      cat /kept/file; touch /proc/sys/kernel/x || echo protected`;
    const bundle = workshop.shell(script, (config) => {
      config.linux.maskedPaths = ['/secret', '/hidden', '/proc/timer_list', '/no/such/path'];
      config.linux.readonlyPaths = ['/kept', '/proc/sys', '/no/such/path'];
    });
    const rootfs = join(bundle, 'rootfs');
    writeFileSync(join(rootfs, 'secret'), 'secret\n');
    for (const name of ['hidden', 'kept']) {
      mkdirSync(join(rootfs, name));
      writeFileSync(join(rootfs, name, 'file'), `${name}\n`);
    }
    const { output } = await workshop.run(bundle);
    expect(lines(output).filter((line) => !/touch:|applet/.test(line))).toEqual([
      'c',
      'protected',
      'kept',
      'protected',
    ]);
    expect(readFileSync(join(rootfs, 'secret'), 'utf8')).toBe('secret\n');
  });

  it.each(['shared', 'slave', 'private', 'unbindable'] as const)('has a root that is %s where asked', async (kind) => {
    // As runtime-tools does: a mount shows up in a copy of the root exactly when the root is shared.
    const script = `
      mount --rbind / /copy || exit 9
      mount -t tmpfs tmpfs /place && touch /place/file
      ls /copy/place`;
    const bundle = workshop.shell(script, (config) => {
      config.linux.rootfsPropagation = kind;
      const all = ['CAP_SYS_ADMIN', 'CAP_CHOWN'];
      config.process.capabilities = { bounding: all, effective: all, permitted: all };
    });
    for (const name of ['copy', 'place']) mkdirSync(join(bundle, 'rootfs', name));
    const { output, exitCode } = await workshop.run(bundle);
    if (kind === 'unbindable') expect(exitCode).toBe(9);
    else expect([exitCode, output]).toEqual([0, kind === 'shared' ? 'file\n' : '']);
  });

  it('can be entered without pivot_root, and without a mount namespace', async () => {
    const bundle = workshop.shell('ls / | head -1');
    expect((await workshop.run(bundle, { noPivot: true })).output).toBe('bin\n');
    const before = workshop.traces();
    const apart = workshop.shell('ls /; cat /proc/self/mountinfo | grep -c .', withoutMountNamespace);
    expect((await workshop.run(apart)).output).toMatch(/^bin\ndev\nproc\ntmp\n/);
    expect(workshop.traces()).toEqual(before);
  });
});

function withoutMountNamespace(config: TestConfig): void {
  config.linux.namespaces = (config.linux.namespaces ?? []).filter(({ type }) => type !== 'mount');
}
