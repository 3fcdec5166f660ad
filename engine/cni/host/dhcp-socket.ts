/** The DHCP daemon's unix socket, from both sides: lines of text. */
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { KernelError } from '../../kernel';

export function askSocket(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${line}\n`));
    socket.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : 'EIO';
      reject(new KernelError(code, 'connect', path));
    });
    socket.on('close', () => reject(new Error('the daemon hung up')));
    lines(socket, (answer) => {
      resolve(answer);
      socket.destroy();
    });
  });
}

/** Answers every line. Only its owner can connect: the daemon acts in any namespace it is told of. */
export async function listenOn(path: string, answer: (line: string) => Promise<string>): Promise<Server> {
  mkdirSync(dirname(path), { recursive: true });
  // What a daemon that was killed left behind would be in the way; one that lives answers.
  if (await askSocket(path, '').catch(() => null)) throw new Error(`a DHCP daemon listens on ${path} already`);
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    lines(socket, async (line) => {
      const reply = await answer(line);
      if (!socket.destroyed) socket.write(`${reply}\n`);
    });
  });
  const before = process.umask(0o077);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
    process.umask(before);
  });
  return server;
}

function lines(socket: Socket, onLine: (line: string) => void): void {
  // A line reader repeats its stream's errors, which are told of elsewhere.
  createInterface({ input: socket })
    .on('line', onLine)
    .on('error', () => {});
}
