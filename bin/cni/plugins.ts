/**
 * What our plugins' executables become where no resident engine answers: Node with this script. It does the one call itself,
 * and starts an engine for the next ones. `node plugins.cjs --serve` is that engine.
 */
import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inNetworkNamespace } from '../../engine/kernel/linux';
import { processEnvironment } from './call';
import { callOnce } from './call-once';
import { type Installation, readInstallation } from './installation';
import { isServed, serve } from './resident';

const script = fileURLToPath(import.meta.url);
const installation = readInstallation(dirname(script));
const [, , name = ''] = process.argv;

void (name === '--serve' ? serve(installation) : callAndStart(name));

async function callAndStart(name: string): Promise<void> {
  await callOnce(name, installation.client);
  if (installation.idleSeconds > 0 && !(await isServed(installation.socket))) startResident(installation);
}

/**
 * In the network namespace of the runtime, and not in that of the thread it called from. A runtime that gave the plugin a
 * mount namespace of its own gets no engine: nobody else could use it.
 */
function startResident({ directory }: Installation): void {
  const runtime = `/proc/${process.ppid}/ns`;
  const env = processEnvironment({ PATH: process.env.PATH });
  try {
    if (readlinkSync(`${runtime}/mnt`) !== readlinkSync('/proc/self/ns/mnt')) return;
    inNetworkNamespace(`${runtime}/net`, () =>
      spawn(process.execPath, [script, '--serve'], { cwd: directory, detached: true, stdio: 'ignore', env }).unref(),
    );
  } catch {
    // The runtime has ended, or nobody may look at it: calls take longer then, and do the same.
  }
}
