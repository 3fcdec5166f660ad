import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Container, details, exec, kill, list, pause, processes, remove, resume, start, statistics, update } from '..';
import { cannotRun, Workshop } from '../testing/bundle';

const SIGKILL = 9;
const SIGTERM = 15;

describe.skipIf(cannotRun())('the life of a container', () => {
  const workshop = new Workshop();
  const { context } = workshop;
  afterAll(() => workshop.dispose());
  const status = (id: string) => Container.load(context, id).status();

  it('runs a program, tells its exit status, and leaves nothing', async () => {
    const bundle = workshop.shell('echo "pid $$ on"; cat /proc/sys/kernel/hostname; exit 7');
    await workshop.run(bundle);
    const before = workshop.traces();
    expect(await workshop.run(bundle)).toEqual({ output: 'pid 1 on\ncontainer\n', exitCode: 7 });
    for (let turn = 0; turn < 12; turn += 1) await workshop.run(bundle);
    expect(workshop.traces()).toEqual(before);
    expect(list(context)).toEqual([]);
  });

  it('goes from created to running to stopped, and refuses everything that does not fit', async () => {
    const pidFile = join(workshop.directory, 'pid');
    const { id, exit } = await workshop.create(workshop.bundle(['/bin/sleep', '100']), { pidFile });
    expect(details(Container.load(context, id))).toMatchObject({ id, status: 'created', ociVersion: '1.2.0' });
    expect(Number(readFileSync(pidFile, 'utf8'))).toBe(details(Container.load(context, id)).pid);
    await expect(remove(context, id)).rejects.toThrow(`cannot delete container ${id}: it is created, not stopped`);
    await start(context, id);
    expect(status(id)).toBe('running');
    await expect(start(context, id)).rejects.toThrow('it is running, not created');
    await expect(remove(context, id)).rejects.toThrow('it is running');
    await kill(context, id, SIGKILL);
    expect(await exit).toEqual({ exitCode: null, signal: SIGKILL });
    expect(status(id)).toBe('stopped');
    await expect(kill(context, id, SIGTERM)).rejects.toThrow('it is stopped');
    await expect(start(context, id)).rejects.toThrow('it is stopped');
    expect(status(id)).toBe('stopped');
    await remove(context, id);
    await expect(remove(context, id)).rejects.toThrow(`container does not exist: ${id}`);
    await remove(context, id, { force: true });
  });

  it('refuses a name that is in use or is none, and a bundle without a configuration', async () => {
    const bundle = workshop.bundle(['/bin/true']);
    const { id, exit } = await workshop.create(bundle);
    await expect(workshop.create(bundle, { id })).rejects.toThrow('container with given ID already exists');
    expect(status(id)).toBe('created');
    await expect(workshop.create(bundle, { id: '../x' })).rejects.toThrow('invalid container ID');
    await expect(workshop.create('/nowhere')).rejects.toThrow('config.json not found in /nowhere');
    await remove(context, id, { force: true });
    await exit;
  });

  it('tells of a program that is not there when it is created, and leaves nothing', async () => {
    const before = workshop.traces();
    await expect(workshop.create(workshop.bundle(['nowhere']))).rejects.toThrow(
      'exec: "nowhere": executable file not found in $PATH',
    );
    await expect(workshop.create(workshop.bundle(['/bin/no']))).rejects.toThrow('exec: "/bin/no": ENOENT');
    expect(workshop.traces()).toEqual(before);
    expect(list(context)).toEqual([]);
  });

  it('does not take the name of a container that cannot be', async () => {
    const bundle = workshop.bundle(['/bin/true'], (config) => {
      config.linux.cgroupsPath = '/';
    });
    await expect(workshop.create(bundle)).rejects.toThrow('linux.cgroupsPath is the root of all cgroups');
    expect(list(context)).toEqual([]);
  });

  it('creates a container without a process, which cannot be started', async () => {
    const bundle = workshop.bundle([], (config) => Reflect.deleteProperty(config, 'process'));
    const { id, exit } = await workshop.create(bundle);
    await expect(start(context, id)).rejects.toThrow('no process.args');
    await remove(context, id, { force: true });
    await exit;
  });

  it('tells of a program that cannot be executed when it is started', async () => {
    const bundle = workshop.bundle(['/tmp/text']);
    writeFileSync(join(bundle, 'rootfs/tmp/text'), 'no program', { mode: 0o755 });
    const { id, exit } = await workshop.create(bundle);
    await expect(start(context, id)).rejects.toThrow('execve /tmp/text: ENOEXEC');
    await exit;
    expect(status(id)).toBe('stopped');
    await remove(context, id);
  });

  it('adds processes, freezes, counts and limits', async () => {
    const { id, exit } = await workshop.create(workshop.bundle(['/bin/sleep', '100']));
    await start(context, id);
    const file = join(workshop.directory, 'exec');
    const output = openSync(file, 'w');
    const wanted = Container.load(context, id).config.process;
    if (!wanted) throw new Error('no process');
    const args = ['/bin/sh', '-c', 'id -u; id -G; cat /proc/1/cmdline; exit 3'];
    const user = { uid: 1000, gid: 100, additionalGids: [7] };
    const added = await exec(context, id, { process: { ...wanted, args, user }, stdio: ['ignore', output, output] });
    expect(await added.exit).toEqual({ exitCode: 3, signal: null });
    expect(readFileSync(file, 'utf8')).toBe('1000\n100 7\n/bin/sleep\x00100\x00');
    await expect(exec(context, id, { process: { ...wanted, args: ['/no'] } })).rejects.toThrow('ENOENT');

    expect(processes(context, id)).toEqual([details(Container.load(context, id)).pid]);
    await pause(context, id);
    expect(status(id)).toBe('paused');
    await expect(exec(context, id, { process: wanted })).rejects.toThrow('paused');
    await resume(context, id);
    await expect(resume(context, id)).rejects.toThrow('it is running, not paused');
    await update(context, id, { pids: { limit: 40 }, memory: { limit: 64 << 20 } });
    const { data } = statistics(context, id);
    expect(data).toMatchObject({ pids: { limit: 40 }, memory: { usage: { limit: 64 << 20 } } });
    await remove(context, id, { force: true });
    await exit;
  });

  it('hands descriptors on', async () => {
    const paths = ['a', 'b', 'c'].map((name) => join(workshop.directory, name));
    const preserve = paths.map((path) => openSync(path, 'w'));
    const bundle = workshop.shell('echo 3 >&3; echo 4 >&4; echo 5 >&5; ls /proc/self/fd');
    const { output } = await workshop.run(bundle, { preserve });
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['3\n', '4\n', '5\n']);
    expect(output.trim().split('\n')).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  it('can be deleted by force when whoever made it was killed in the middle', async () => {
    const id = workshop.name();
    mkdirSync(join(workshop.directory, 'state', id));
    await expect(async () => Container.load(context, id)).rejects.toThrow('was not finished');
    await remove(context, id, { force: true });
    expect(existsSync(join(workshop.directory, 'state', id))).toBe(false);
  });
});
