/** The server's ends of pipes to and from a process. Real pipes, not sockets: programs open /dev/stdout. */
import type { EventLoop, Registration } from '../events/epoll';
import { check, close, EPOLLIN, EPOLLOUT, nativeFunction, read, write } from '../syscall';

const pipe2 = nativeFunction('int pipe2(void *fds, int flags)');
const fcntl = nativeFunction('int fcntl(int fd, int command, int argument)');
const O_CLOEXEC = 0o2000000;
const O_NONBLOCK = 0o4000;
const F_SETFL = 4;
const chunkBytes = 64 * 1024;

/** A pipe as two descriptors; only the server's end does not block. */
export function makePipe(ours: 'reader' | 'writer'): { reader: number; writer: number } {
  const fds = Buffer.alloc(8);
  check(pipe2(fds, O_CLOEXEC), 'pipe2', '');
  const pipe = { reader: fds.readInt32LE(0), writer: fds.readInt32LE(4) };
  check(fcntl(pipe[ours], F_SETFL, O_NONBLOCK), 'fcntl', 'O_NONBLOCK');
  return pipe;
}

/**
 * Reads a pipe to its end and keeps the first `limit` bytes. It goes on reading after the process it was made for has
 * ended: a daemon left behind must not die of a broken pipe.
 */
export class Collector {
  readonly #chunks: Buffer[] = [];
  readonly #registration: Registration;
  readonly #buffer = Buffer.alloc(chunkBytes);
  #kept = 0;
  #closed = false;
  truncated = false;

  constructor(
    readonly fd: number,
    readonly limit: number,
    events: EventLoop,
  ) {
    this.#registration = events.add(fd, EPOLLIN, () => this.#readOnce(), { background: true });
  }

  /** What has been written so far. */
  drain(): Uint8Array {
    // A pipe holds 64 KiB unless it was enlarged: more than that is written by somebody who goes on writing.
    for (let turn = 0; turn < 16 && this.#readOnce(); turn += 1);
    return Buffer.concat(this.#chunks);
  }

  /** Reads what is there; false when nothing was. */
  #readOnce(): boolean {
    if (this.#closed) return false;
    const count = read(this.fd, this.#buffer, 'pipe');
    if (count === null) return false;
    if (count === 0) {
      this.close();
      return false;
    }
    const wanted = Math.min(count, this.limit - this.#kept);
    if (wanted > 0) this.#chunks.push(Buffer.from(this.#buffer.subarray(0, wanted)));
    this.#kept += wanted;
    if (wanted < count) this.truncated = true;
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#registration.dispose();
    close(this.fd);
  }
}

/** Writes `bytes` into a pipe as its reader takes them, then closes it; a reader that goes away is no error. */
export function feed(fd: number, bytes: Uint8Array, events: EventLoop): { close(): void } {
  let offset = 0;
  let registration: Registration | undefined;
  let open = true;
  const finish = () => {
    if (!open) return;
    open = false;
    registration?.dispose();
    close(fd);
  };
  const step = () => {
    try {
      while (offset < bytes.byteLength) {
        const count = write(fd, bytes.subarray(offset), 'pipe');
        if (count === null) {
          registration ??= events.add(fd, EPOLLOUT, step, { background: true });
          return;
        }
        offset += count;
      }
    } catch {
      // EPIPE: it does not want the rest.
    }
    finish();
  };
  step();
  return { close: finish };
}
