import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flags, ref, type Step } from '../../plan';
import { LauncherServer, LauncherSystem, launcherProgram, residentSystem } from '.';

const SIGCHLD = 17;
const SIGTERM = 15;
const CLONE_PARENT = 0x8000;

/** A plan of two processes, as a container's: the second is a child of whoever runs it. */
function clones(child: readonly Step[]) {
  const fork = { call: 'clone', args: [flags({ CLONE_PARENT, SIGCHLD }), 0, 0, 0, 0], as: 'pid' } as const;
  return { name: 'test', steps: [{ fork, child }, { report: 'pid', value: ref('pid') }, { exit: 0 }] };
}

const execute = (script: string): Step[] => [
  { call: 'close_range', args: [3, 0xffffffff, { names: 'CLOSE_RANGE_CLOEXEC', value: 4 }] },
  {
    call: 'execve',
    args: ['/bin/sh', { strings: ['sh', '-c', script] }, { strings: ['PATH=/usr/bin:/bin'] }],
  },
];

describe.skipIf(process.arch !== 'x64')('a launcher', () => {
  let directory: string;
  let program: string;
  let server: LauncherServer | undefined;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'underlay-launcher-'));
    program = join(directory, 'launcher');
    writeFileSync(program, launcherProgram(join(directory, 'socket'), ['/bin/echo', 'by itself:']), { mode: 0o755 });
  });
  afterEach(() => {
    server?.dispose();
    server = undefined;
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function launch(words: string[], env: Record<string, string> = {}) {
    const child = spawn(program, words, { env: { NODE_ENV: 'test', ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    const result = new Promise((resolve) =>
      child.once('close', (code, signal) => resolve([Buffer.concat(chunks).toString(), code, signal])),
    );
    return { child, result };
  }

  function serve(action: ConstructorParameters<typeof LauncherServer>[1]) {
    server = new LauncherServer(join(directory, 'socket'), action);
  }

  it('executes the program itself where there is no engine, and for what an engine cannot do', async () => {
    expect(await launch(['one', 'two words']).result).toEqual(['by itself: one two words\n', 0, null]);
    serve(async () => 1);
    expect(await launch(['run', '--preserve-fds', '1']).result).toEqual(['by itself: run --preserve-fds 1\n', 0, null]);
    expect(await launch(['run'], { LISTEN_FDS: '1' }).result).toEqual(['by itself: run\n', 0, null]);
  });

  it('brings its words, environment and directory, prints, and ends as it is told', async () => {
    serve(async (client, { words, env, cwd }) => {
      client.print(1, `${words.join('|')} ${env.NAME} ${cwd === process.cwd()}\n`);
      return 42;
    });
    expect(await launch(['a', 'b c', ''], { NAME: 'value' }).result).toEqual(['a|b c| value true\n', 42, null]);
  });

  it('is the parent of what is started, which has its streams; tells how that ended; passes signals on', async () => {
    let parent = 0;
    serve(async (client) => {
      const system = new LauncherSystem(client);
      const script = 'trap "echo got it; exit 7" TERM; read line; echo "$line"; while :; do sleep 0.01; done';
      const run = system.run(clones(execute(script)), { stdio: [0, 1, 2] });
      const pid = await run.report('pid');
      await run.done;
      parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
      const { exitCode } = await client.wait(pid);
      return exitCode ?? 1;
    });
    const { child, result } = launch(['run']);
    child.stdout.once('data', () => child.kill(SIGTERM));
    child.stdin.write('a line\n');
    expect(await result).toEqual(['a line\ngot it\n', 7, null]);
    expect(parent).toBe(child.pid);
  });

  it('of a process that stays gives plans the streams they are to have, and ends with its disposal', async () => {
    const system = residentSystem();
    const { read, write } = system.descriptors.pipe();
    const run = system.run(clones(execute('echo hello; exit 3')), { stdio: ['ignore', write, 'ignore'] });
    system.descriptors.close(write);
    const pid = await run.report('pid');
    expect(await system.childExit(pid)).toEqual({ exitCode: 3, signal: null });
    expect(Buffer.from(await system.descriptors.readAll(read)).toString()).toBe('hello\n');
    system.descriptors.close(read);
    const failed = system.run({ name: 'test', steps: [{ call: 'chdir', args: ['/nowhere'] }] }, { stdio: [0, 1, 2] });
    await expect(failed.done).rejects.toMatchObject({ code: 'ENOENT', operation: 'chdir' });
    const launcher = system.process(system.client.pid);
    system.dispose();
    if (launcher) await system.ended(launcher);
    expect(launcher).not.toBeNull();
  });
});
