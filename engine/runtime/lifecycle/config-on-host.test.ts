/** What config.json asks for, on this kernel: refused before anything is made, or there. */
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
