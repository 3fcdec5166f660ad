/** Programs run in a Machine with their input given and their output collected. */

import { loginEnvironment, type User } from '../../machine';
import type { KernelProcess, SpawnSpec } from '../../port';
import { close } from '../syscall';
import { type Child, signalNumber } from './child';
import { enter, type Place } from './enter';
import { Collector, feed, makePipe } from './pipe';

/** Output kept of each stream. */
const maxOutputBytes = 1024 * 1024;

export async function spawnProcess(place: Place, user: User, spec: SpawnSpec): Promise<KernelProcess> {
  const input = makePipe('writer');
  const output = makePipe('reader');
  const errors = makePipe('reader');
  const stdout = new Collector(output.reader, maxOutputBytes, place.events);
  const stderr = new Collector(errors.reader, maxOutputBytes, place.events);
  const stdin = feed(input.writer, spec.stdin ?? new Uint8Array(), place.events);
  const program = {
    user,
    argv: spec.argv,
    env: { ...loginEnvironment(user), ...spec.env },
    ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    terminal: false,
  };
  try {
    const child = await enter(place, program, [input.reader, output.writer, errors.writer]);
    return new LinuxProcess(child, { stdout, stderr, stdin }, spec.timeoutMs);
  } catch (error) {
    for (const end of [stdin, stdout, stderr]) end.close();
    throw error;
  } finally {
    for (const fd of [input.reader, output.writer, errors.writer]) close(fd);
  }
}

interface Streams {
  stdout: Collector;
  stderr: Collector;
  stdin: { close(): void };
}

class LinuxProcess implements KernelProcess {
  readonly pid: number;
  readonly result: KernelProcess['result'];
  readonly #child: Child;

  constructor(child: Child, streams: Streams, timeoutMs: number | undefined) {
    this.pid = child.pid;
    this.#child = child;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.kill('SIGKILL'), timeoutMs);
    this.result = child.exit.then(({ exitCode, signal }) => {
      clearTimeout(timer);
      streams.stdin.close();
      const [stdout, stderr] = [streams.stdout.drain(), streams.stderr.drain()];
      return { exitCode, signal, stdout, stderr, truncated: streams.stdout.truncated || streams.stderr.truncated };
    });
  }

  kill(signal: string): void {
    this.#child.signal(signalNumber(signal));
  }
}
