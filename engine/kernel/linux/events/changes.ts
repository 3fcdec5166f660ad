/**
 * Files that tell by POLLPRI that their content has changed: mountinfo (fs/proc_namespace.c), the host name
 * (fs/proc/proc_sysctl.c).
 *
 * Such a poll takes the news away: whoever asks second hears nothing. In a set that is polled by another set (Node's loop
 * polls ours) the outer one asks first, and epoll_wait(2) on the inner one comes back empty. So the set only wakes us here,
 * and what changed is asked by poll(2) through a second open file of its own, which nobody else ever asks.
 */
import koffi from 'koffi';
import type { Disposable } from '../../port';
import { AT_FDCWD, check, close, EPOLLERR, EPOLLPRI, nativeFunction, O_CLOEXEC, O_RDONLY } from '../syscall';

const epollCreate = nativeFunction('int epoll_create1(int flags)');
const epollCtl = nativeFunction('int epoll_ctl(int epfd, int op, int fd, void *event)');
const epollWait = nativeFunction('int epoll_wait(int epfd, void *events, int max, int timeout)');
const openat = nativeFunction('int openat(int dirfd, const char *path, int flags, unsigned int mode)');
const poll = nativeFunction('int poll(void *fds, unsigned long count, int timeout)');

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const POLLPRI = 0x002;
/** `struct epoll_event`, the larger of its two layouts. */
const eventBytes = 16;
/** `struct pollfd`. */
const pollBytes = 8;
const batch = 64;

interface Watch {
  fd: number;
  /** The second open file of the same object, asked by nobody but us. */
  witness: number;
  callback: () => void;
}

export class ChangeWatch implements Disposable {
  readonly #epoll = check(epollCreate(EPOLL_CLOEXEC), 'epoll_create1', '');
  readonly #poll: ReturnType<typeof koffi.node.poll>;
  readonly #watches = new Set<Watch>();
  readonly #drained = Buffer.alloc(batch * eventBytes);

  constructor() {
    this.#poll = koffi.node.poll(this.#epoll, { readable: true }, () => this.#dispatch());
    this.#poll.unref();
  }

  /** Calls `callback` after each change from now on. Dispose before closing `fd`. Does not keep the process alive. */
  add(fd: number, callback: () => void): Disposable {
    const witness = openat(AT_FDCWD, `/proc/self/fd/${fd}`, O_RDONLY | O_CLOEXEC, 0);
    // The process behind a mountinfo has ended meanwhile: the first to ask is as good as any.
    const watch: Watch = { fd, witness: witness < 0 ? fd : witness, callback };
    const event = Buffer.alloc(eventBytes);
    event.writeUInt32LE((EPOLLPRI | EPOLLERR) >>> 0, 0);
    check(epollCtl(this.#epoll, EPOLL_CTL_ADD, fd, event), 'epoll_ctl', `fd ${fd}`);
    this.#watches.add(watch);
    return { dispose: () => this.#remove(watch) };
  }

  dispose(): void {
    for (const watch of [...this.#watches]) this.#remove(watch);
    this.#poll.stop();
    this.#poll.close();
    close(this.#epoll);
  }

  #remove(watch: Watch): void {
    if (!this.#watches.delete(watch)) return;
    epollCtl(this.#epoll, EPOLL_CTL_DEL, watch.fd, Buffer.alloc(eventBytes));
    if (watch.witness !== watch.fd) close(watch.witness);
  }

  #dispatch(): void {
    // Only to empty the list of those that are ready.
    while (epollWait(this.#epoll, this.#drained, batch, 0) === batch);
    const watches = [...this.#watches];
    const asked = Buffer.alloc(watches.length * pollBytes);
    for (const [i, { witness }] of watches.entries()) {
      asked.writeInt32LE(witness, i * pollBytes);
      asked.writeInt16LE(POLLPRI, i * pollBytes + 4);
    }
    poll(asked, watches.length, 0);
    for (const [i, watch] of watches.entries()) {
      if (asked.readInt16LE(i * pollBytes + 6) !== 0 && this.#watches.has(watch)) watch.callback();
    }
  }
}
