/** Plugins as processes: what is left of one that takes too long, and one that is being installed. */
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CniError } from '../spec';
import { Recorder } from '../testing/recorder';
import { ProcessExecutor } from './process-executor';

let directory = '';
let recorder: Recorder;
const executor = new ProcessExecutor({ ...process.env, CNI_ARGS: 'inherited' });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cni-executor-'));
  recorder = new Recorder(directory, ['plugin']);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const run = (config: object, signal?: AbortSignal) =>
  executor.run(join(directory, 'plugin'), {
    environment: { CNI_COMMAND: 'DEL' },
    stdin: JSON.stringify(config),
    signal,
  });

it('finds files, not directories, in the order of the path', async () => {
  expect(await executor.find('plugin', ['/nowhere', directory])).toBe(join(directory, 'plugin'));
  expect(await executor.find(directory.slice('/tmp/'.length), ['/tmp'])).toBeNull();
});

it('hands on nothing of CNI that it was started with itself', async () => {
  expect(await run({})).toMatchObject({ exitCode: 0, ending: 'exit status 0' });
  expect(recorder.take()).toMatchObject([{ command: 'DEL', args: '' }]);
});

it('keeps what a plugin complains of', async () => {
  expect(await run({ on: 'DEL', do: 'complain' })).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: 'something is wrong\n',
    ending: 'exit status 3',
  });
});

it('kills one that takes too long, with all that it started', async () => {
  const stop = new AbortController();
  const running = run({ on: 'DEL', do: 'hang' }, stop.signal).catch((error: unknown) => error);
  const pid = await pidOfCall();
  stop.abort(new Error('out of time'));
  const failed = await running;
  expect(failed).toBeInstanceOf(CniError);
  expect(String(failed)).toContain('out of time');
  await vi.waitFor(() => expect(livingInGroup(pid)).toEqual([]));
});

it('fails when the time is over already', async () => {
  await expect(run({}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
});

it('says what cannot be started', async () => {
  const invocation = { environment: {}, stdin: '' };
  for (const path of [directory, join(directory, 'missing')])
    await expect(executor.run(path, invocation)).rejects.toMatchObject({ code: 5 });
});

it('waits for a plugin that is being written', async () => {
  const writer = openSync(join(directory, 'plugin'), 'a');
  const running = run({});
  setTimeout(() => closeSync(writer), 50);
  expect(await running).toMatchObject({ exitCode: 0 });
});

/** It writes its line when it begins; the file is there a moment before. */
async function pidOfCall(): Promise<number> {
  const log = join(directory, 'calls.log');
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain('\n'), { timeout: 20_000, interval: 5 });
  return recorder.take()[0]?.pid ?? 0;
}

/** Those that init has yet to bury do not count. */
function livingInGroup(group: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const [, state, , itsGroup] = /^.*\) (\S) (\d+) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return Number(itsGroup) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}
