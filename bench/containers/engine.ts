/** An engine of underlay-oci and a launcher that goes to it, both for one bench. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunningEngine {
  /** Path of the executable. */
  launcher: string;
  stop(): Promise<void>;
}

export async function startEngine(directory: string): Promise<RunningEngine> {
  const [launcher, socket] = [join(directory, 'underlay-oci'), join(directory, 'engine.sock')];
  const program = ['--import', 'tsx', 'bin/underlay-oci.ts'];
  const made = spawnSync(process.execPath, [...program, 'launcher', '--socket', socket, launcher], {
    stdio: 'inherit',
  });
  if (made.status !== 0) throw new Error('the launcher could not be made');
  const child = spawn(process.execPath, [...program, 'engine', '--socket', socket], { stdio: 'inherit' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error(`the engine ended with ${child.exitCode} before it listened`);
    await delay(10);
  }
  return {
    launcher,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
