/** inotify(7), one instance for all labs. A watch holds no reference to a mount, so it never makes umount(2) fail. */
import type { EventLoop, Registration } from '../events/epoll';
import { check, close, EPOLLIN, nativeFunction } from '../syscall';

const init = nativeFunction('int inotify_init1(int flags)');
const addWatch = nativeFunction('int inotify_add_watch(int fd, const char *path, uint32_t mask)');
const removeWatch = nativeFunction('int inotify_rm_watch(int fd, int watch)');
const nativeRead = nativeFunction('intptr_t read(int fd, void *buffer, size_t count)');

export const IN_MODIFY = 0x2;
export const IN_ATTRIB = 0x4;
export const IN_MOVED_FROM = 0x40;
export const IN_MOVED_TO = 0x80;
export const IN_CREATE = 0x100;
export const IN_DELETE = 0x200;
export const IN_DELETE_SELF = 0x400;
export const IN_MOVE_SELF = 0x800;
/** Whatever changes what a directory lists. */
export const directoryChanges =
  IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;

const IN_Q_OVERFLOW = 0x4000;
const IN_IGNORED = 0x8000;
const IN_EXCL_UNLINK = 0x4000000;
const IN_MASK_ADD = 0x20000000;
/** IN_NONBLOCK, IN_CLOEXEC */
const flags = 0o4000 | 0o2000000;
const eventHeader = 16;

export type WatchListener = () => void;

export class Inotify {
  readonly #fd = check(init(flags), 'inotify_init1', '');
  readonly #registration: Registration;
  readonly #listeners = new Map<number, Set<WatchListener>>();
  readonly #buffer = Buffer.allocUnsafe(16 * 1024);
  #disposed = false;

  constructor(events: EventLoop) {
    this.#registration = events.add(this.#fd, EPOLLIN, () => this.#drain(), { background: true });
  }

  /** Watches the inode `path` leads to. Returns the watch's number, or null when it cannot be had. */
  watch(path: string, mask: number, listener: WatchListener): number | null {
    // Two who watch one inode share the watch: the kernel has one per inode and instance.
    const watch = addWatch(this.#fd, path, mask | IN_EXCL_UNLINK | IN_MASK_ADD);
    if (watch < 0) return null;
    const listeners = this.#listeners.get(watch);
    if (listeners) listeners.add(listener);
    else this.#listeners.set(watch, new Set([listener]));
    return watch;
  }

  unwatch(watch: number, listener: WatchListener): void {
    const listeners = this.#listeners.get(watch);
    if (!listeners?.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(watch);
    if (!this.#disposed) removeWatch(this.#fd, watch);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#registration.dispose();
    close(this.#fd);
  }

  #drain(): void {
    const heard = new Set<WatchListener>();
    for (;;) {
      const length = nativeRead(this.#fd, this.#buffer, this.#buffer.length);
      if (length <= 0) break;
      for (let at = 0; at + eventHeader <= length; ) {
        this.#take(this.#buffer.readInt32LE(at), this.#buffer.readUInt32LE(at + 4), heard);
        at += eventHeader + this.#buffer.readUInt32LE(at + 12);
      }
    }
    for (const listener of heard) listener();
  }

  #take(watch: number, mask: number, heard: Set<WatchListener>): void {
    const concerned = mask & IN_Q_OVERFLOW ? [...this.#listeners.values()] : [this.#listeners.get(watch) ?? []];
    for (const listeners of concerned) for (const listener of listeners) heard.add(listener);
    // The kernel took the watch away: its inode is gone, or it was to be used once.
    if (mask & IN_IGNORED) this.#listeners.delete(watch);
  }
}
