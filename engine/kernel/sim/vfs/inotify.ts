/** inotify(7): a queue of events about the files a process watches. */
import { SysError } from '../abi/errno';
import { IN_DELETE_SELF, IN_IGNORED, IN_ISDIR, POLLIN } from '../abi/files';
import { concat, encode } from '../bytes';
import type { Blocking } from '../sched/blocking';
import { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import type { Task } from '../task/task';
import type { Inode } from './inode';
import { addMark, type Mark, removeMark } from './notify';
import { OpenFile } from './open-file';

const IN_MASK_ADD = 0x2000_0000;
const IN_ONESHOT = 0x8000_0000;
const IN_MASK_CREATE = 0x1000_0000;
const IN_EXCL_UNLINK = 0x0400_0000;
const IN_Q_OVERFLOW = 0x4000;
const allEvents = 0xfff;
const headerBytes = 16;
const maxQueued = 16_384;

class Watch implements Mark {
  constructor(
    readonly file: InotifyFile,
    readonly inode: Inode,
    readonly number: number,
    public mask: number,
    public once: boolean,
  ) {}

  notify(event: number, name: string, cookie: number): void {
    const known = event & (allEvents | IN_ISDIR);
    if ((known & allEvents) === 0) return;
    this.file.queue(this.number, known, cookie, name);
    if (this.once) this.file.forget(this);
  }
  gone(event: number): void {
    if (event !== IN_DELETE_SELF || (this.mask & IN_DELETE_SELF) !== 0) this.file.queue(this.number, event, 0, '');
    this.file.forget(this);
  }
}

export class InotifyFile extends OpenFile {
  readonly #watches = new Map<number, Watch>();
  readonly #events: Uint8Array[] = [];
  #last: string | null = null;
  #bytes = 0;
  #next = 1;
  readonly #arrived = new WaitQueue();
  override readonly pollQueues: readonly WaitQueue[] = [this.#arrived];

  override get available(): number {
    return this.#bytes;
  }

  add(inode: Inode, mask: number): number {
    if ((mask & allEvents) === 0) throw new SysError('EINVAL');
    if ((mask & IN_MASK_ADD) !== 0 && (mask & IN_MASK_CREATE) !== 0) throw new SysError('EINVAL');
    const bits = mask & (allEvents | IN_EXCL_UNLINK);
    const once = (mask & IN_ONESHOT) !== 0;
    for (const watch of this.#watches.values()) {
      if (watch.inode !== inode) continue;
      if ((mask & IN_MASK_CREATE) !== 0) throw new SysError('EEXIST');
      watch.mask = (mask & IN_MASK_ADD) !== 0 ? watch.mask | bits : bits;
      watch.once = once;
      return watch.number;
    }
    const watch = new Watch(this, inode, this.#next++, bits, once);
    this.#watches.set(watch.number, watch);
    addMark(inode, watch);
    return watch.number;
  }

  remove(number: number): void {
    const watch = this.#watches.get(number);
    if (!watch) throw new SysError('EINVAL');
    this.forget(watch);
  }

  forget(watch: Watch): void {
    if (!this.#watches.delete(watch.number)) return;
    removeMark(watch.inode, watch);
    this.queue(watch.number, IN_IGNORED, 0, '');
  }

  queue(watch: number, event: number, cookie: number, name: string): void {
    const key = `${watch} ${event} ${cookie} ${name}`;
    // An event like the one before it is not told twice.
    if (this.#events.length > 0 && this.#last === key) return;
    this.#last = key;
    if (this.#events.length > maxQueued) return;
    const isFull = this.#events.length === maxQueued;
    const bytes = isFull ? record(-1, IN_Q_OVERFLOW, 0, '') : record(watch, event, cookie, name);
    this.#events.push(bytes);
    this.#bytes += bytes.length;
    this.#arrived.wake();
  }

  override *read(count: number, task: Task): Blocking<Uint8Array> {
    const attempt = () => {
      const taken: Uint8Array[] = [];
      let size = 0;
      for (let next = this.#events[0]; next && size + next.length <= count; next = this.#events[0]) {
        taken.push(next);
        size += next.length;
        this.#events.shift();
      }
      this.#bytes -= size;
      if (taken.length > 0) return concat(taken);
      if (this.#events.length > 0) throw new SysError('EINVAL');
      if (this.isNonBlocking) throw new SysError('EAGAIN');
      return undefined;
    };
    return attempt() ?? (yield* block(task, attempt, [this.#arrived])) ?? new Uint8Array();
  }

  override poll(): number {
    return this.#events.length > 0 ? POLLIN : 0;
  }
  override label(): string {
    return 'anon_inode:inotify';
  }
  override release(): void {
    for (const watch of this.#watches.values()) removeMark(watch.inode, watch);
    this.#watches.clear();
  }
}

/** struct inotify_event; the name is padded with zeros to a multiple of the header. */
function record(watch: number, event: number, cookie: number, name: string): Uint8Array {
  const text = encode(name);
  const padded = text.length === 0 ? 0 : Math.ceil((text.length + 1) / headerBytes) * headerBytes;
  const bytes = new Uint8Array(headerBytes + padded);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, watch, true);
  view.setUint32(4, event >>> 0, true);
  view.setUint32(8, cookie, true);
  view.setUint32(12, padded, true);
  bytes.set(text, headerBytes);
  return bytes;
}
