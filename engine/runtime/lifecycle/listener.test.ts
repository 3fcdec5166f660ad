/** Notifications of system calls (seccomp_unotify(2)), answered by somebody else than the kernel. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { list } from '..';
import { cannotRun, type TestConfig, Workshop } from '../testing/bundle';

const python = '/usr/bin/python3';
const script = new URL('./testing/listener.py', import.meta.url).pathname;

function cannotListen(): boolean {
  const isMissing = !existsSync(python) || spawnSync(python, ['-c', 'import socket; socket.recv_fds']).status !== 0;
  if (isMissing) console.warn(`skipped: the listener is written in ${python}`);
  return isMissing || cannotRun();
}

describe.skipIf(cannotListen())('a listener', () => {
  const workshop = new Workshop();
  afterAll(() => workshop.dispose());
  let listener: ChildProcess | undefined;
  afterAll(() => listener?.kill('SIGKILL'));

  const notified = (listenerPath: string, noNewPrivileges: boolean) => (config: TestConfig) => {
    config.process.noNewPrivileges = noNewPrivileges;
    config.annotations = { lab: 'yes' };
    config.linux.seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      listenerPath,
      listenerMetadata: 'about the lab',
      syscalls: [{ names: ['utimensat', 'utime', 'utimes', 'futimesat'], action: 'SCMP_ACT_NOTIFY' }],
    };
  };

  it.each([true, false])('gets the state of the process with its descriptor, and answers (%s)', async (privileges) => {
    const path = join(workshop.directory, `listener-${privileges}`);
    const bundle = workshop.shell('touch /tmp; echo $?', notified(path, privileges));
    listener = spawn(python, [script, path, '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!listener.stdout) throw new Error('the listener has no output');
    const lines = createInterface({ input: listener.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('listening');
    const { output } = await workshop.run(bundle);
    expect(output).toMatch(/^touch: \/tmp: .*[Qq]uota exceeded\n1\n$/);
    const { state, descriptors } = JSON.parse((await lines.next()).value);
    expect(descriptors).toBe(1);
    expect(state).toMatchObject({
      fds: ['seccompFd'],
      metadata: 'about the lab',
      state: { status: 'creating', pid: state.pid, bundle, annotations: { lab: 'yes' } },
    });
    expect(state.pid).toBeGreaterThan(1);
  });

  it('that is not there lets nothing be made', async () => {
    const bundle = workshop.shell('true', notified(join(workshop.directory, 'nobody'), true));
    const before = workshop.traces();
    await expect(workshop.create(bundle)).rejects.toThrow(/nobody/);
    expect(workshop.traces()).toEqual(before);
    expect(list(workshop.context)).toEqual([]);
  });
});
