/** Keeps a second server out of a database: PGlite takes no lock of its own, and what one of two wrote would be lost. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';

export interface Claim {
  release(): Promise<void>;
}

/**
 * Claims a directory that exists, until it is released or this process ends, however it ends: the claim is the name of
 * an abstract socket, which the kernel frees with its holder (unix(7)). Only Linux has those, and only there are labs
 * that could report anything. Rejects when another server has the directory.
 */
export async function claim(directory: string): Promise<Claim> {
  if (process.platform !== 'linux') return { release: async () => undefined };
  const name = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex');
  const holder = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    holder.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new Error(`another server uses ${directory}: stop it, or give this one a directory by UNDERLAY_HOME`)
          : error,
      );
    });
    holder.listen(`\0underlay-progress-${name}`, resolve);
  });
  holder.unref();
  return { release: () => new Promise((resolve) => holder.close(() => resolve())) };
}
