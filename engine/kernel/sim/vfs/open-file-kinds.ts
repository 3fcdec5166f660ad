/** Open files of the VFS itself: directories, places (O_PATH), and files of filesystems that keep bytes. */
import { SysError } from '../abi/errno';
import { O_APPEND, SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET } from '../abi/files';
import { MS_NOATIME, MS_RELATIME } from '../abi/mounts';
import { signalNumbers } from '../abi/signals';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { Task } from '../task/task';
import type { DirectoryEntry, Inode } from './inode';
import { OpenFile } from './open-file';
import { withoutPrivileges } from './permissions';

/** What a filesystem of files of bytes gives beside `readAt` and `writeAt`. */
export interface ContentInode extends Inode {
  readonly now: Nanoseconds;
}

const day: Nanoseconds = 86_400_000_000_000;

export class ContentFile extends OpenFile {
  constructor(
    private readonly content: ContentInode,
    flags: number,
  ) {
    super(content, flags);
  }

  // biome-ignore lint/correctness/useYield: nothing here waits.
  override *read(count: number): Blocking<Uint8Array> {
    const bytes = this.content.readAt(this.position, count);
    this.position += bytes.length;
    if (count > 0) touchAccess(this.content, this);
    return bytes;
  }

  // biome-ignore lint/correctness/useYield: nothing here waits.
  override *write(data: Uint8Array, task: Task): Blocking<number> {
    const at = (this.flags & O_APPEND) !== 0 ? this.content.size : this.position;
    const written = this.#put(this.#allowed(data, at, task), at, task);
    this.position = at + written;
    return written;
  }

  override pread(count: number, offset: number): Uint8Array {
    if (offset < 0) throw new SysError('EINVAL');
    return this.content.readAt(offset, count);
  }
  override pwrite(data: Uint8Array, offset: number): number {
    if (offset < 0) throw new SysError('EINVAL');
    return this.#put(data, (this.flags & O_APPEND) !== 0 ? this.content.size : offset, null);
  }

  override seek(offset: number, whence: number): number {
    const { content } = this;
    if (whence === SEEK_DATA || whence === SEEK_HOLE) {
      if (offset < 0 || offset >= content.size) throw new SysError('ENXIO');
      this.position = whence === SEEK_DATA ? content.nextData(offset) : content.nextHole(offset);
    } else this.position = positionAfter(this, offset, whence, content.size);
    return this.position;
  }
  override truncate(size: number): void {
    this.content.setattr({ size });
  }

  #put(data: Uint8Array, at: number, task: Task | null): number {
    if (data.length === 0) return 0;
    const { content } = this;
    const mode = task ? withoutPrivileges(task.cred, content) : null;
    if (mode !== null) content.setattr({ mode });
    return content.writeAt(data, at);
  }

  /** RLIMIT_FSIZE */
  #allowed(data: Uint8Array, at: number, task: Task): Uint8Array {
    const limit = task.limits.fsize.soft;
    if (at + data.length <= limit) return data;
    if (at >= limit) {
      task.kernel.tasks.signal(task, signalNumbers.SIGXFSZ, null);
      throw new SysError('EFBIG');
    }
    return data.subarray(0, limit - at);
  }
}

/** Access times as `relatime` keeps them, or as the mount says (mount(8)). */
export function touchAccess(inode: Inode & { readonly now: Nanoseconds }, file: OpenFile): void {
  const { path } = file;
  if (path === null || path.mount.isReadOnly || (path.mount.flags & MS_NOATIME) !== 0) return;
  const { now } = inode;
  inode.sync();
  const isRelative = (path.mount.flags & MS_RELATIME) !== 0;
  if (isRelative && inode.atime > inode.mtime && inode.atime > inode.ctime && now - inode.atime < day) return;
  inode.accessed(now);
}

export function positionAfter(file: OpenFile, offset: number, whence: number, size: number): number {
  const from = whence === SEEK_SET ? 0 : whence === SEEK_CUR ? file.position : whence === SEEK_END ? size : null;
  if (from === null || from + offset < 0) throw new SysError('EINVAL');
  return from + offset;
}

export class DirectoryFile extends OpenFile {
  #entries: DirectoryEntry[] | null = null;

  constructor(
    readonly directory: Inode,
    flags: number,
  ) {
    super(directory, flags);
  }

  /** What has not been read yet; empty at the end. */
  take(task: Task | null, dots: readonly DirectoryEntry[]): DirectoryEntry[] {
    if (this.#entries === null || this.position === 0) this.#entries = [...dots, ...this.directory.readdir(task)];
    const rest = this.#entries.slice(this.position);
    this.position += rest.length;
    return rest;
  }

  // biome-ignore lint/correctness/useYield: nothing here waits.
  override *read(): Blocking<Uint8Array> {
    throw new SysError('EISDIR');
  }
  override pread(): Uint8Array {
    throw new SysError('EISDIR');
  }
  override seek(offset: number, whence: number): number {
    this.position = positionAfter(this, offset, whence, this.#entries?.length ?? 0);
    return this.position;
  }
}

/** O_PATH: a place, and nothing to read or write. */
export class PathFile extends OpenFile {
  constructor(inode: Inode, flags: number) {
    super(inode, flags);
  }
  override get isReadable(): boolean {
    return false;
  }
  override get isWritable(): boolean {
    return false;
  }
}
