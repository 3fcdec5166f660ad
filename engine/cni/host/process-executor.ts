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
  private readonly inherited: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    this.inherited = { ...environment };
    for (const name of Object.keys(environment)) if (name.startsWith('CNI_')) delete this.inherited[name];
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
      let stopped = false;
      // Its group: a plugin's delegates go with it. Whoever left the group keeps the pipes, but nobody listens any more.
      const stop = () => {
        stopped = true;
        killGroup(child);
        child.stdout?.destroy();
        child.stderr?.destroy();
      };
      child.on('close', (exitCode, killedBy) => {
        signal?.removeEventListener('abort', stop);
        const ending = killedBy ? `signal: ${killedBy}` : `exit status ${exitCode}`;
        if (stopped) reject(stoppedError(plugin, signal?.reason, stderr()));
        else resolve({ exitCode, stdout: stdout(), stderr: stderr(), ending });
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
      try {
        return await started(plugin, { ...this.inherited, ...environment });
      } catch (error) {
        const busy = error instanceof Error && 'code' in error && error.code === 'ETXTBSY';
        if (!busy || attempt === busyRetries)
          throw new CniError(
            errorCodes.ioFailure,
            `netplugin cannot be started: ${plugin}: ${error instanceof Error && 'code' in error ? error.code : error}`,
          );
        await setTimeout(busyPauseMs);
      }
    }
  }
}

/** `spawn` throws some errors and tells of others later. */
async function started(plugin: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(plugin, [], { env, detached: true });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return child;
}

function stoppedError(plugin: string, reason: unknown, said: string): CniError {
  const why = reason instanceof Error ? `: ${reason.message}` : '';
  return new CniError(errorCodes.internal, `netplugin ${plugin} was stopped${why}`, said.trim());
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
