/** Plugins as processes of this computer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Invocation, Outcome, PluginExecutor } from '../executor';
import { CniError, errorCodes } from '../spec';

/** A plugin that prints more than this is not printing a result. */
const longestOutput = 16 << 20;
/** Somebody is still writing the file that is to be executed: it is being installed. */
const busyRetries = 5;
const busyPauseMs = 200;

export class ProcessExecutor implements PluginExecutor {
  /** Plugins get this environment (for PATH, most of all) without anything of CNI in it. */
  private readonly inherited: Record<string, string | undefined>;

  constructor(environment: Record<string, string | undefined>) {
    this.inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('CNI_')));
  }

  async find(type: string, path: readonly string[]): Promise<string | null> {
    const places = path.map((directory) => join(directory, type));
    return places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile()) ?? null;
  }

  async run(plugin: string, { environment, stdin, signal }: Invocation): Promise<Outcome> {
    const child = await this.start(plugin, environment);
    return new Promise((resolve, reject) => {
      const stdout = collect(child.stdout);
      const stderr = collect(child.stderr);
      // Its group: a plugin's delegates go with it, and no pipe stays open.
      const stop = () => {
        killGroup(child);
        const reason = signal?.reason instanceof Error ? `: ${signal.reason.message}` : '';
        const said = stderr().trim();
        reject(new CniError(errorCodes.internal, `netplugin ${plugin} was stopped${reason}`, said));
      };
      child.on('close', (exitCode, killedBy) => {
        signal?.removeEventListener('abort', stop);
        const ending = killedBy ? `signal: ${killedBy}` : `exit status ${exitCode}`;
        resolve({ exitCode, stdout: stdout(), stderr: stderr(), ending });
      });
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      // One that does not read its configuration closes the pipe; what it answers says more than that.
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
    });
  }

  private async start(plugin: string, environment: Record<string, string>): Promise<ChildProcess> {
    for (let attempt = 1; ; attempt++) {
      const child = spawn(plugin, [], { env: { ...this.inherited, ...environment }, detached: true });
      const problem = await startProblem(child);
      if (problem === null) return child;
      const busy = 'code' in problem && problem.code === 'ETXTBSY';
      if (!busy || attempt === busyRetries)
        throw new CniError(errorCodes.ioFailure, `netplugin cannot be started: ${problem.message}`);
      await setTimeout(busyPauseMs);
    }
  }
}

function startProblem(child: ChildProcess): Promise<Error | null> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(null));
    child.once('error', resolve);
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in this moment.
  }
}

/** Gathers what a stream brings; the function gives it as text. */
function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream?.on('data', (chunk: Buffer) => {
    length += chunk.byteLength;
    if (length <= longestOutput) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
