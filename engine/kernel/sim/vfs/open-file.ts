/**
 * An open file description (open(2)): what file descriptors of one or more processes refer to. Filesystems, pipes,
 * sockets, terminals and namespaces each have their own kind.
 *
 * A buffer given to `write` or gotten from `read` is never changed afterwards, by either side: it may be shared.
 */

import { SysError } from '../abi/errno';
import { O_ACCMODE, O_APPEND, O_NONBLOCK, O_RDONLY, O_WRONLY, POLLIN, POLLOUT } from '../abi/files';
import type { Blocking } from '../sched/blocking';
import type { WaitQueue } from '../sched/wait-queue';
import type { Task } from '../task/task';
import type { Inode } from './inode';
import type { Path } from './path';

export abstract class OpenFile {
  /** Where it was opened; null for pipes, sockets and others without a name. Set by the VFS. */
  path: Path | null = null;
  /** O_* flags without the creation ones; fcntl(2) F_SETFL changes O_APPEND and O_NONBLOCK. */
  flags: number;
  position = 0;
  /** Descriptors (in all processes) and other holders. At 0 the VFS calls `release`. */
  references = 0;

  constructor(
    readonly inode: Inode | null,
    flags: number,
  ) {
    this.flags = flags;
  }

  get isReadable(): boolean {
    return (this.flags & O_ACCMODE) !== O_WRONLY;
  }
  get isWritable(): boolean {
    return (this.flags & O_ACCMODE) !== O_RDONLY;
  }
  get isNonBlocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }
  get isAppending(): boolean {
    return (this.flags & O_APPEND) !== 0;
  }

  /** At most `count` bytes; empty at the end of the file. The default is an object one cannot read. */
  // biome-ignore lint/correctness/useYield: others wait here.
  *read(_count: number, _task: Task): Blocking<Uint8Array> {
    throw new SysError('EINVAL');
  }
  // biome-ignore lint/correctness/useYield: others wait here.
  *write(_data: Uint8Array, _task: Task): Blocking<number> {
    throw new SysError('EINVAL');
  }
  /** At a position, without moving: pread(2), pwrite(2). ESPIPE where there are no positions. */
  pread(_count: number, _offset: number): Uint8Array {
    throw new SysError('ESPIPE');
  }
  pwrite(_data: Uint8Array, _offset: number): number {
    throw new SysError('ESPIPE');
  }
  seek(_offset: number, _whence: number): number {
    throw new SysError('ESPIPE');
  }
  truncate(_size: number): void {
    throw new SysError('EINVAL');
  }
  /** FIONREAD; null where there is no such number. */
  get available(): number | null {
    return null;
  }
  /** What poll(2) reports now. */
  poll(): number {
    return POLLIN | POLLOUT;
  }
  /** Woken when what `poll` reports may have changed. */
  readonly pollQueues: readonly WaitQueue[] = [];
  /** How `/proc/PID/fd/N` names it when it has no path: `pipe:[4711]`, `socket:[4712]`, `anon_inode:inotify`. */
  label(): string {
    return '';
  }
  /** The last reference is gone. */
  release(): void {}
}
