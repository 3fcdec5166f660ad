/** What config.json asks for, on this kernel: refused before anything is made, or there. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { list } from '..';
import { ConfigError } from '../config';
import { cannotRun, type TestConfig, Workshop } from '../testing/bundle';

describe.skipIf(cannotRun())('a configuration', () => {
  const workshop = new Workshop();
  afterAll(() => workshop.dispose());
  const copyUp = (destination: string) => (config: TestConfig) => {
    config.mounts.push({ destination, type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', 'size=64k'] });
  };

  it('with errors leaves nothing, and they are all told', async () => {
    const bundle = workshop.bundle(['/bin/true'], (config) => {
      config.ociVersion = '2.0.0';
      config.linux.namespaces = [{ type: 'mount' }, { type: 'mount' }];
      config.hostname = 'lab';
    });
    const before = workshop.traces();
    const error: unknown = await workshop.create(bundle).catch((reason: unknown) => reason);
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.map(({ path }) => path)).toEqual(['linux.namespaces[1].type', 'ociVersion', 'hostname']);
    expect(workshop.traces()).toEqual(before);
    expect(list(workshop.context)).toEqual([]);
  });

  it('may ask for a tmpfs with what is there already, where nothing is', async () => {
    const empty = workshop.shell('touch /tmp/x && mount', copyUp('/tmp'));
    expect((await workshop.run(empty)).output).toMatch(/^tmpfs on \/tmp type tmpfs \(.*size=64k/m);
    const full = workshop.bundle(['/bin/true'], copyUp('/bin'));
    await expect(workshop.create(full)).rejects.toThrow(/mounts\[\d+\]\.options: tmpcopyup is not supported for/);
  });

  describe('with idmapped mounts', () => {
    const source = join(workshop.directory, 'data');
    const mappings = [{ containerID: 0, hostID: 5000, size: 1000 }];
    const data = (options: string[], own: boolean) => (config: TestConfig) => {
      mkdirSync(source, { recursive: true });
      writeFileSync(join(source, 'file'), 'of root');
      const ids = own ? { uidMappings: mappings, gidMappings: mappings } : {};
      config.mounts.push({ destination: '/data', type: 'bind', source, options: ['bind', ...options], ...ids });
    };
    const owner = 'stat -c "%u %g" /data/file';

    it('shows other owners, and leaves the host’s alone', async () => {
      const bundle = workshop.shell(`${owner}; touch /data/new`, data(['idmap'], true));
      const before = workshop.traces();
      // Root of the machine has no id in that mapping: it owns nothing there, and can make nothing (EOVERFLOW).
      expect((await workshop.run(bundle)).output).toMatch(
        /^5000 5000\ntouch: .*: Value too large for defined data type\n$/,
      );
      expect(workshop.traces()).toEqual(before);
      expect(statSync(join(source, 'file')).uid).toBe(0);
    });

    it('has those of its user namespace, where no others are named', async () => {
      const bundle = workshop.shell(`${owner}; touch /data/made`, (config) => {
        data(['ridmap', 'rbind'], false)(config);
        config.linux.namespaces?.push({ type: 'user' });
        config.linux.uidMappings = mappings;
        config.linux.gidMappings = mappings;
      });
      chmodSync(workshop.directory, 0o755);
      execFileSync('chown', ['-R', '5000:5000', join(bundle, 'rootfs')]);
      expect(await workshop.run(bundle)).toEqual({ output: '0 0\n', exitCode: 0 });
      expect(statSync(join(source, 'made')).uid).toBe(0);
    });
  });

  it.each([true, false])('has its filter in force, whatever no_new_privs is (%s)', async (noNewPrivileges) => {
    const bundle = workshop.shell('touch /tmp/x; echo $?; cat /proc/self/status; ls / > /dev/null', (config) => {
      config.process.noNewPrivileges = noNewPrivileges;
      config.linux.seccomp = {
        defaultAction: 'SCMP_ACT_ALLOW',
        syscalls: [{ names: ['utimensat', 'utime', 'utimes', 'futimesat'], action: 'SCMP_ACT_ERRNO', errnoRet: 122 }],
      };
    });
    const { output, exitCode } = await workshop.run(bundle);
    expect(output).toMatch(/Quota exceeded|Disk quota exceeded/);
    expect(output).toMatch(/^1$/m);
    expect(output).toMatch(/^Seccomp:\t2$/m);
    expect(output).toContain(`NoNewPrivs:\t${noNewPrivileges ? 1 : 0}\n`);
    expect(exitCode).toBe(0);
  });
});
