/** The mounts of one mount namespace, read again whenever the kernel says that they changed. */
import type { Mount, NsId } from '../../../state';
import { parseMountLine } from '../../inspect';
import type { Disposable } from '../../port';
import type { EventLoop } from '../events/epoll';
import { close } from '../syscall';
import { readTable, tryOpen } from './raw-file';

/** What a line of mountinfo takes, generously: they are read up to this much a mount. */
const lineBytes = 512;

export class MountTracker {
  /** In the kernel's order. */
  mounts: Mount[] = [];
  dirty = true;
  /** The process through whose eyes the mounts are read; its root is the namespace's root where there is such a one. */
  #reader = 0;
  #watch: { fd: number; registration: Disposable } | null = null;
  #byLine = new Map<string, Mount>();

  constructor(
    readonly ns: NsId,
    private readonly events: EventLoop,
    private readonly changed: (tracker: MountTracker) => void,
  ) {}

  /** Leads to the namespace's root directory, from outside. */
  get rootPath(): string {
    return `/proc/${this.#reader}/root`;
  }

  get reader(): number {
    return this.#reader;
  }

  /** Paths in mountinfo are relative to the root of the process asked, so another process may see others. */
  readThrough(pid: number): void {
    if (pid === this.#reader) return;
    this.#reader = pid;
    this.dirty = true;
  }

  /**
   * Reads the mounts anew, the first `limit` of them: a bind mount that is propagated into itself doubles their number
   * each time. A namespace whose last process is going reads as it was.
   */
  *refresh(limit: number): Generator<void> {
    this.dirty = false;
    const fd = tryOpen(`/proc/${this.#reader}/mountinfo`);
    if (fd < 0) return;
    // The old descriptor may hold the root that pivot_root(2) has put away since: it goes before we read.
    this.release();
    this.#follow(fd);
    const text = yield* readTable(fd, limit * lineBytes);
    if (text === null) return;
    yield* this.#take(text, limit);
  }

  /** Lets go of the namespace: an open mountinfo keeps it alive. */
  release(): void {
    if (!this.#watch) return;
    this.#watch.registration.dispose();
    close(this.#watch.fd);
    this.#watch = null;
  }

  /** Changes since the opening wake the poll, so what happens while we read is not missed (fs/proc_namespace.c). */
  #follow(fd: number): void {
    const registration = this.events.onChange(fd, () => {
      this.dirty = true;
      this.changed(this);
    });
    this.#watch = { fd, registration };
  }

  *#take(text: string, limit: number): Generator<void> {
    const byLine = new Map<string, Mount>();
    const mounts: Mount[] = [];
    let parsed = 0;
    for (const line of text.split('\n')) {
      const mount = this.#byLine.get(line) ?? parseMountLine(line, this.ns);
      if (!mount) continue;
      byLine.set(line, mount);
      mounts.push(mount);
      if (mounts.length >= limit) break;
      if (++parsed % 256 === 0) yield;
    }
    const same = mounts.length === this.mounts.length && mounts.every((mount, i) => mount === this.mounts[i]);
    this.#byLine = byLine;
    if (!same) this.mounts = mounts;
  }
}

export function mountKey(mount: Mount): string {
  return `${mount.ns}/${mount.id}`;
}
