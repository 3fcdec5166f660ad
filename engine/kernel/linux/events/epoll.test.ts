import { describe, expect, it } from 'vitest';
import { check, close, EPOLLIN, nativeFunction, read, write } from '../syscall';
import { EventLoop } from './epoll';

const pipe2 = nativeFunction('int pipe2(void *fds, int flags)');
const O_NONBLOCK = 0o4000;

function pipe(): [number, number] {
  const fds = Buffer.alloc(8);
  check(pipe2(fds, O_NONBLOCK), 'pipe2', '');
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}

describe('EventLoop', () => {
  it('reports a readable descriptor, and nothing after its registration is gone', async () => {
    const loop = new EventLoop();
    const [reader, writer] = pipe();
    const seen: number[] = [];
    const buffer = Buffer.alloc(16);
    const registration = loop.add(reader, EPOLLIN, (events) => {
      seen.push(events);
      read(reader, buffer, 'pipe');
    });
    write(writer, Buffer.from('a'), 'pipe');
    await loop.once(writer, 4);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toEqual([EPOLLIN]);
    registration.dispose();
    write(writer, Buffer.from('b'), 'pipe');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toEqual([EPOLLIN]);
    loop.dispose();
    close(reader);
    close(writer);
  });

  it('drops an event of a descriptor that an earlier callback of the same batch removed', async () => {
    const loop = new EventLoop();
    const pipes = [pipe(), pipe()];
    const registrations: Array<{ dispose(): void }> = [];
    let calls = 0;
    for (const [reader] of pipes) {
      registrations.push(
        loop.add(reader, EPOLLIN, () => {
          calls += 1;
          for (const registration of registrations) registration.dispose();
        }),
      );
    }
    for (const [, writer] of pipes) write(writer, Buffer.from('x'), 'pipe');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(calls).toBe(1);
    loop.dispose();
    for (const fd of pipes.flat()) close(fd);
  });
});
