/**
 * The master side of a pty as two flows with back-pressure. Nothing is buffered here: bytes are read only while somebody
 * wants them, and a write waits until the terminal takes it.
 */
import { KernelError } from '../../port';
import type { EventLoop, Registration } from '../events/epoll';
import { close, EPOLLIN, EPOLLOUT, read, write } from '../syscall';

/** Bytes read at most before others get their turn. */
const turnBytes = 64 * 1024;
/** A look at a full terminal when the kernel has not said that there is room again. */
const retryMs = 100;

interface Pending {
  bytes: Uint8Array;
  resolve: () => void;
  reject: (error: Error) => void;
}

export class PtyMaster {
  readonly #fd: number;
  readonly #events: EventLoop;
  readonly #onData: (data: Uint8Array) => void;
  readonly #onHangup: () => void;
  readonly #buffer = Buffer.alloc(turnBytes);
  readonly #pending: Pending[] = [];
  #registration: Registration | undefined;
  #retry: NodeJS.Timeout | undefined;
  #paused = false;
  #closed = false;

  /** `onHangup` is called when no program has the terminal open any more. */
  constructor(fd: number, events: EventLoop, listeners: { onData(data: Uint8Array): void; onHangup(): void }) {
    this.#fd = fd;
    this.#events = events;
    this.#onData = listeners.onData;
    this.#onHangup = listeners.onHangup;
    this.#watch();
  }

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
    this.#watch();
  }

  resume(): void {
    this.#paused = false;
    this.#watch();
  }

  /** Resolves when the terminal has taken all of it. Errors: EIO when it is closed first. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) return Promise.reject(new KernelError('EIO', 'write', 'pty', 'the terminal is closed'));
    return new Promise((resolve, reject) => {
      this.#pending.push({ bytes, resolve, reject });
      if (this.#pending.length === 1) this.#flush();
    });
  }

  /** Reads what is there now, at most one turn. False when there was nothing, or an end. */
  readAvailable(): boolean {
    if (this.#closed) return false;
    let filled = 0;
    let ended = false;
    while (filled < turnBytes) {
      const count = this.#read(this.#buffer.subarray(filled));
      ended = count === 'end';
      if (typeof count !== 'number') break;
      filled += count;
    }
    if (filled > 0) this.#onData(Buffer.from(this.#buffer.subarray(0, filled)));
    if (ended && !this.#closed) this.#onHangup();
    return filled > 0;
  }

  /** Closes the master: the kernel hangs up the session (SIGHUP). */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#registration?.dispose();
    close(this.#fd);
    for (const { reject } of this.#pending.splice(0)) {
      reject(new KernelError('EIO', 'write', 'pty', 'the terminal is closed'));
    }
  }

  #read(into: Uint8Array): number | 'empty' | 'end' {
    try {
      const count = read(this.#fd, into, 'pty');
      if (count === null) return 'empty';
      return count === 0 ? 'end' : count;
    } catch (error) {
      // EIO is how a master says that the last slave descriptor is closed (pty(7)).
      if (error instanceof KernelError && error.code === 'EIO') return 'end';
      throw error;
    }
  }

  #flush(): void {
    for (let next = this.#pending[0]; next; next = this.#pending[0]) {
      const count = this.#write(next.bytes);
      if (count instanceof Error) {
        this.#pending.shift();
        next.reject(count);
      } else if (count === next.bytes.byteLength) {
        this.#pending.shift();
        next.resolve();
      } else {
        next.bytes = next.bytes.subarray(count);
        break;
      }
    }
    this.#watch();
  }

  #write(bytes: Uint8Array): number | Error {
    try {
      return write(this.#fd, bytes, 'pty') ?? 0;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Waits for what matters now. A paused terminal is not watched at all: a hang-up would be reported again and again. */
  #watch(): void {
    if (this.#closed) return;
    const wanted = (this.#paused ? 0 : EPOLLIN) | (this.#pending.length > 0 ? EPOLLOUT : 0);
    clearTimeout(this.#retry);
    if (this.#pending.length > 0) this.#retry = setTimeout(() => this.#flush(), retryMs);
    if (wanted === 0) {
      this.#registration?.dispose();
      this.#registration = undefined;
    } else if (this.#registration) {
      this.#registration.update(wanted);
    } else {
      this.#registration = this.#events.add(this.#fd, wanted, (ready) => this.#dispatch(ready), { background: true });
    }
  }

  #dispatch(ready: number): void {
    if (ready & EPOLLOUT) this.#flush();
    if (ready & ~EPOLLOUT && !this.#paused) this.readAvailable();
  }
}
