/**
 * One epoll set (epoll(7)) for descriptors that Node has no stream for: netlink sockets, mountinfo, inotify, pidfds,
 * pty masters. The set's own descriptor is polled by Node's event loop, so no thread waits and an idle process does
 * nothing at all.
 */
import koffi from 'koffi';
import type { Disposable } from '../../port';
import { check, close, EPOLLERR, EPOLLHUP, EPOLLIN, nativeFunction } from '../syscall';
import { ChangeWatch } from './changes';
import { contain } from './contain';

const epollCreate = nativeFunction('int epoll_create1(int flags)');
const epollCtl = nativeFunction('int epoll_ctl(int epfd, int op, int fd, void *event)');
const epollWait = nativeFunction('int epoll_wait(int epfd, void *events, int max, int timeout)');

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
/** Events taken at a time; more stay in the kernel until the next turn of the loop. */
const batch = 64;
/** `struct epoll_event` is packed on x86-64 only. */
const layout = process.arch === 'x64' ? { size: 12, data: 4 } : { size: 16, data: 8 };

/** A registered descriptor. `dispose` before closing the descriptor. */
export interface Registration extends Disposable {
  /** Changes what is waited for; 0 waits for errors and hang-ups only. */
  update(events: number): void;
}

interface Entry {
  fd: number;
  callback: (events: number) => void;
}

export class EventLoop implements Disposable {
  readonly #epoll = check(epollCreate(EPOLL_CLOEXEC), 'epoll_create1', '');
  readonly #poll: ReturnType<typeof koffi.node.poll>;
  /** By a number that is never used twice, so an event for a descriptor closed meanwhile cannot reach its successor. */
  readonly #entries = new Map<number, Entry>();
  readonly #ready = Buffer.alloc(batch * layout.size);
  readonly #changes = new ChangeWatch();
  #nextToken = 1;
  #disposed = false;

  constructor() {
    this.#poll = koffi.node.poll(this.#epoll, { readable: true }, () => this.#dispatch());
    this.#poll.unref();
  }

  /**
   * Calls `callback` with the ready events (EPOLLIN, EPOLLPRI, EPOLLERR ...) whenever there are any of `events`.
   * Keeps the process alive until the registration is disposed of, unless `background` is set.
   */
  add(
    fd: number,
    events: number,
    callback: (events: number) => void,
    options?: { background?: boolean },
  ): Registration {
    const token = this.#nextToken++;
    const entry = { fd, callback };
    check(this.#control(EPOLL_CTL_ADD, fd, events, token), 'epoll_ctl', `fd ${fd}`);
    this.#entries.set(token, entry);
    const release = options?.background ? () => {} : this.#keepAlive();
    return {
      update: (next) => {
        if (this.#entries.has(token)) check(this.#control(EPOLL_CTL_MOD, fd, next, token), 'epoll_ctl', `fd ${fd}`);
      },
      dispose: () => {
        if (!this.#entries.delete(token)) return;
        this.#control(EPOLL_CTL_DEL, fd, 0, token);
        release();
      },
    };
  }

  /**
   * Calls `callback` whenever the content behind `fd` has changed: for files of /proc that tell it by POLLPRI. Such a
   * descriptor does not belong into `add`, see `ChangeWatch`. Dispose before closing it.
   */
  onChange(fd: number, callback: () => void): Disposable {
    return this.#changes.add(fd, callback);
  }

  /** Resolves once `fd` is readable (a pidfd: once its process has ended). */
  once(fd: number, events: number = EPOLLIN): Promise<void> {
    return new Promise((resolve) => {
      const registration = this.add(fd, events | EPOLLERR | EPOLLHUP, () => {
        registration.dispose();
        resolve();
      });
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#entries.clear();
    this.#changes.dispose();
    this.#poll.stop();
    this.#poll.close();
    close(this.#epoll);
  }

  #alive = 0;
  #keepAlive(): () => void {
    if (this.#alive++ === 0) this.#poll.ref();
    return () => {
      if (--this.#alive === 0 && !this.#disposed) this.#poll.unref();
    };
  }

  #control(operation: number, fd: number, events: number, token: number): number {
    const event = Buffer.alloc(layout.size);
    event.writeUInt32LE(events >>> 0, 0);
    event.writeDoubleLE(token, layout.data);
    return epollCtl(this.#epoll, operation, fd, event);
  }

  #dispatch(): void {
    if (this.#disposed) return;
    const count = Math.max(0, epollWait(this.#epoll, this.#ready, batch, 0));
    const events = Array.from({ length: count }, (_, i) => ({
      ready: this.#ready.readUInt32LE(i * layout.size),
      token: this.#ready.readDoubleLE(i * layout.size + layout.data),
    }));
    for (const { token, ready } of events) {
      const entry = this.#entries.get(token);
      if (!entry) continue;
      contain(() => entry.callback(ready));
    }
  }
}
