/** Only one process at a time may have a store open. The lock goes with the process, however that ends. */
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Returns what gives it back. Errors: when another process has the store. */
export async function lockStore(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const name = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`${directory}: another process has this store open, for example "serve"`) : error);
    });
    // An abstract socket (unix(7)): a name without a file, which the kernel takes back.
    server.listen(`\0underlay-store-${name}`, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
