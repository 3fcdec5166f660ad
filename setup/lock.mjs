/** A lock between processes. The kernel lets go of it when its holder dies, however it dies (flock(2)). */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Holds `path` while `work` runs. `onWait` is called once if another process holds it already.
 * The lock belongs to a small child, `flock ... cat`, that ends with our end of its standard input.
 */
export async function withLock(path, onWait, work) {
  mkdirSync(dirname(path), { recursive: true });
  const patience = setTimeout(onWait, 300);
  const holder = spawn('flock', [path, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await new Promise((resolve, reject) => {
      holder.once('error', reject);
      holder.once('exit', (code) => reject(new Error(`flock ${path} ended with ${code}`)));
      holder.stdout.once('data', resolve);
    });
    clearTimeout(patience);
    return await work();
  } finally {
    clearTimeout(patience);
    holder.removeAllListeners('exit');
    holder.stdin.end();
  }
}
