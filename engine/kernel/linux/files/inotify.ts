/** Changes of files, told by the kernel (inotify(7)). A watch holds an inode, never a mount. */
import { posix } from 'node:path';
import type { Disposable } from '../../port';
import { KernelError } from '../../port';
import type { EventLoop, Registration } from '../events/epoll';
import { check, close, EPOLLIN, nativeFunction, O_CLOEXEC, O_NONBLOCK, O_PATH, read } from '../syscall';
import { withFile } from './resolve';

const inotifyInit = nativeFunction('int inotify_init1(int flags)');
const inotifyAdd = nativeFunction('int inotify_add_watch(int fd, const char *path, unsigned int mask)');
const inotifyRemove = nativeFunction('int inotify_rm_watch(int fd, int wd)');

/** Content, attributes, names in a directory, and the end of the inode itself; not mere reading. */
const interest = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800;
const IN_Q_OVERFLOW = 0x4000;
const eventHeader = 16;
/** Events are collected this long, so that a file written in pieces is one change. */
const settleMs = 5;

interface Watcher {
  /** The Machine's root directory on the host; throws when the Machine has ended. */
  root: () => string;
  path: string;
  listener: () => void;
  /** Watch descriptors it depends on: the path's and its nearest existing parent's. */
  descriptors: Set<number>;
}

/** The watches of all Machines: the kernel gives a user 128 instances, and learners' programs take of the same. */
export class Inotify {
  static readonly #byLoop = new WeakMap<EventLoop, Inotify>();

  readonly #events: EventLoop;
  readonly #watchers = new Set<Watcher>();
  readonly #buffer = Buffer.alloc(16 * 1024);
  readonly #touched = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;
  /** There while anything is watched. */
  #instance: { fd: number; registration: Registration } | undefined;

  private constructor(events: EventLoop) {
    this.#events = events;
  }

  /** The one of this event loop. */
  static of(events: EventLoop): Inotify {
    const known = Inotify.#byLoop.get(events) ?? new Inotify(events);
    Inotify.#byLoop.set(events, known);
    return known;
  }

  watch(root: () => string, path: string, listener: () => void): Disposable {
    const watcher = { root, path: posix.normalize(path), listener, descriptors: new Set<number>() };
    this.#watchers.add(watcher);
    this.#place(watcher);
    return {
      dispose: () => {
        this.#watchers.delete(watcher);
        this.#touched.delete(watcher);
        this.#release(watcher.descriptors);
        if (this.#watchers.size === 0) this.#close();
      },
    };
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#touched.clear();
    this.#instance?.registration.dispose();
    if (this.#instance) close(this.#instance.fd);
    this.#instance = undefined;
  }

  #open(): number {
    if (!this.#instance) {
      const fd = check(inotifyInit(O_NONBLOCK | O_CLOEXEC), 'inotify_init1', '');
      this.#instance = { fd, registration: this.#events.add(fd, EPOLLIN, () => this.#drain(fd), { background: true }) };
    }
    return this.#instance.fd;
  }

  /** Puts watches on the path and on the nearest directory above it that exists. */
  #place(watcher: Watcher): void {
    const before = watcher.descriptors;
    watcher.descriptors = new Set();
    for (let path = watcher.path, depth = 0; ; path = posix.dirname(path), depth += 1) {
      const descriptor = this.#add(watcher.root, path);
      if (descriptor !== null) watcher.descriptors.add(descriptor);
      if (path === '/' || (descriptor !== null && depth > 0)) break;
    }
    this.#release(before);
  }

  #add(root: () => string, path: string): number | null {
    try {
      const fd = this.#open();
      return withFile(root(), path, O_PATH, (file) =>
        check(inotifyAdd(fd, `/proc/self/fd/${file}`, interest), 'inotify_add_watch', path),
      );
    } catch (error) {
      // Nothing there, a link that leads nowhere, no more watches: whatever a learner did to the path, others go on.
      if (error instanceof KernelError) return null;
      throw error;
    }
  }

  /** One inode has one watch however many ask for it: it goes with the last of them. */
  #release(descriptors: ReadonlySet<number>): void {
    for (const descriptor of descriptors) {
      const used = [...this.#watchers].some((watcher) => watcher.descriptors.has(descriptor));
      if (!used && this.#instance) inotifyRemove(this.#instance.fd, descriptor);
    }
  }

  #drain(fd: number): void {
    for (let count = read(fd, this.#buffer, 'inotify'); count; count = read(fd, this.#buffer, 'inotify')) {
      for (let at = 0; at < count; at += eventHeader + this.#buffer.readUInt32LE(at + 12)) {
        this.#touch(this.#buffer.readInt32LE(at), this.#buffer.readUInt32LE(at + 4));
      }
    }
    if (this.#touched.size > 0) this.#timer ??= setTimeout(() => this.#tell(), settleMs);
  }

  #touch(descriptor: number, mask: number): void {
    for (const watcher of this.#watchers) {
      if (mask & IN_Q_OVERFLOW || watcher.descriptors.has(descriptor)) this.#touched.add(watcher);
    }
  }

  #tell(): void {
    this.#timer = undefined;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const watcher of touched) {
      // The path may have come, gone or been replaced.
      if (!this.#watchers.has(watcher)) continue;
      this.#place(watcher);
      watcher.listener();
    }
  }
}
