import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Container, list, remove, start } from '..';
import type { Hook } from '../config';
import { cannotRun, type TestConfig, Workshop } from '../testing/bundle';

describe.skipIf(cannotRun())('hooks', () => {
  const workshop = new Workshop();
  const { context } = workshop;
  afterAll(() => workshop.dispose());

  /** A hook that notes its point, the state it gets and its mount namespace. Its file is found on either side. */
  function noting(point: string, log: string): Hook {
    const script = `echo "${point} $(readlink /proc/self/ns/mnt) $(cat)" >> ${log}`;
    return { path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'] };
  }

  function withHooks(hooks: NonNullable<TestConfig['hooks']>): string {
    return workshop.shell('true', (config) => {
      config.hooks = hooks;
    });
  }

  it('are called at every point, with the state as it is there, on their side of the namespaces', async () => {
    const log = join(workshop.directory, 'log');
    writeFileSync(log, '', { mode: 0o666 });
    const bundle = workshop.shell('sleep 0', (config) => {
      config.mounts.push({ destination: log, type: 'bind', source: log, options: ['bind'] });
      config.hooks = {
        prestart: [noting('prestart', log)],
        createRuntime: [noting('createRuntime', log)],
        createContainer: [noting('createContainer', log)],
        startContainer: [noting('startContainer', log)],
        poststart: [noting('poststart', log)],
        poststop: [noting('poststop', log)],
      };
    });
    const { id, exit, container } = await workshop.create(bundle);
    const pid = container.record.process?.pid;
    const inside = readlinkSync(`/proc/${pid}/ns/mnt`);
    const outside = readlinkSync('/proc/self/ns/mnt');
    await start(context, id);
    await exit;
    await remove(context, id);
    const calls = readFileSync(log, 'utf8').trim().split('\n');
    const seen = calls.map((line) => {
      const [point, namespace, ...state] = line.split(' ');
      const { status, pid: itsPid, bundle: itsBundle } = JSON.parse(state.join(' '));
      return [
        point,
        namespace === inside ? 'inside' : namespace === outside ? 'outside' : namespace,
        status,
        itsPid,
        itsBundle,
      ];
    });
    expect(seen).toEqual([
      ['prestart', 'outside', 'creating', pid, bundle],
      ['createRuntime', 'outside', 'creating', pid, bundle],
      ['createContainer', 'inside', 'creating', pid, bundle],
      ['startContainer', 'inside', 'created', pid, bundle],
      ['poststart', 'outside', 'running', pid, bundle],
      ['poststop', 'outside', 'stopped', 0, bundle],
    ]);
  });

  it.each([
    ['createRuntime', 'createRuntime hook #0 (/bin/sh) failed: exit status 3, output: no'],
    ['createContainer', 'createContainer hook #0 (/bin/sh) failed: exit status 3'],
  ] as const)('that fail at %s fail the container, and nothing is left', async (point, message) => {
    const before = workshop.traces();
    const hook = { path: '/bin/sh', args: ['sh', '-c', 'echo no; exit 3'] };
    await expect(workshop.create(withHooks({ [point]: [hook] }))).rejects.toThrow(message);
    expect(workshop.traces()).toEqual(before);
    expect(list(context)).toEqual([]);
  });

  it('of the start that fail end the container', async () => {
    const bundle = withHooks({ startContainer: [{ path: '/bin/sh', args: ['sh', '-c', 'exit 4'] }] });
    const { id, exit } = await workshop.create(bundle);
    await expect(start(context, id)).rejects.toThrow('startContainer hook #0 (/bin/sh) failed: exit status 4');
    await exit;
    expect(Container.load(context, id).status()).toBe('stopped');
    await remove(context, id);
  });

  it('may take as long as they say, on either side', async () => {
    const hook = { path: '/bin/sleep', args: ['sleep', '100'], timeout: 1 };
    await Promise.all(
      (['createRuntime', 'createContainer'] as const).map((point) =>
        expect(workshop.create(withHooks({ [point]: [hook] }))).rejects.toThrow(
          `${point} hook #0 (/bin/sleep) did not end within 1 s`,
        ),
      ),
    );
    expect(list(context)).toEqual([]);
  });

  it('that are not there are named', async () => {
    const before = workshop.traces();
    await expect(workshop.create(withHooks({ prestart: [{ path: '/no/hook' }] }))).rejects.toThrow('/no/hook: ENOENT');
    await expect(workshop.create(withHooks({ createContainer: [{ path: '/no/hook' }] }))).rejects.toThrow(/\/no\/hook/);
    expect(workshop.traces()).toEqual(before);
  });

  it('after the start and after the end are all called, whatever becomes of each', async () => {
    const log = join(workshop.directory, 'after');
    const both = [{ path: '/bin/false' }, { path: '/bin/sh', args: ['sh', '-c', `echo called >> ${log}`] }];
    const { id, exit } = await workshop.create(withHooks({ poststart: both, poststop: both }));
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    await start(context, id, warn);
    expect(await exit).toEqual({ exitCode: 0, signal: null });
    await remove(context, id, { warn });
    expect(warnings).toEqual(['poststart', 'poststop'].map((at) => `${at} hook #0 (/bin/false) failed: exit status 1`));
    expect(readFileSync(log, 'utf8')).toBe('called\ncalled\n');
  });
});
