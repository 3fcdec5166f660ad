/** An open generated file (Linux `seq_file`): its text is made when it is read from the beginning, and kept meanwhile. */

import { SysError } from '../../abi/errno';
import { POLLERR, POLLPRI, SEEK_CUR, SEEK_SET } from '../../abi/files';
import { decode, encode } from '../../bytes';
import type { Blocking } from '../../sched/blocking';
import type { WaitQueue } from '../../sched/wait-queue';
import type { Task } from '../../task/task';
import type { Inode } from '../../vfs/inode';
import { OpenFile } from '../../vfs/open-file';

export interface Writer {
  /** Whoever opened the file: some files ask for what that one could do. */
  readonly opener: Task | null;
  readonly position: number;
}

export interface TextSource {
  /** `opener` opened the file; null when the lab itself did. EINVAL when it cannot be read. */
  read?(task: Task | null, opener: Task | null): string | Uint8Array;
  write?(text: string, task: Task | null, writer: Writer): void;
  /** Throws what open(2) is to fail with. */
  open?(flags: number, task: Task | null): void;
  /** What this opening reads, where that is settled when it is opened. */
  opened?(): TextSource;
  /** Another number when what it tells has changed: poll(2) then reports POLLERR and POLLPRI until it is read again. */
  version?(): number;
  pollQueues?: readonly WaitQueue[];
}

export class TextFile extends OpenFile {
  override readonly pollQueues: readonly WaitQueue[];
  private readonly source: TextSource;
  #text: Uint8Array | null = null;
  #version: number;

  constructor(
    inode: Inode,
    flags: number,
    source: TextSource,
    private readonly opener: Task | null,
  ) {
    super(inode, flags);
    this.pollQueues = source.pollQueues ?? [];
    this.#version = source.version?.() ?? 0;
    source.open?.(flags, opener);
    this.source = source.opened?.() ?? source;
  }

  // biome-ignore lint/correctness/useYield: nothing here waits.
  override *read(count: number, task: Task): Blocking<Uint8Array> {
    const bytes = this.#bytes(this.position, task).subarray(this.position, this.position + count);
    this.position += bytes.length;
    return bytes;
  }
  override pread(count: number, offset: number): Uint8Array {
    return this.#bytes(offset, this.opener).subarray(offset, offset + count);
  }
  // biome-ignore lint/correctness/useYield: nothing here waits.
  override *write(data: Uint8Array, task: Task): Blocking<number> {
    this.#write(data, this.position, task);
    this.position += data.length;
    return data.length;
  }
  override pwrite(data: Uint8Array, offset: number): number {
    this.#write(data, offset, this.opener);
    return data.length;
  }
  override seek(offset: number, whence: number): number {
    if (whence !== SEEK_SET && whence !== SEEK_CUR) throw new SysError('EINVAL');
    const position = whence === SEEK_CUR ? this.position + offset : offset;
    if (position < 0) throw new SysError('EINVAL');
    this.position = position;
    return position;
  }
  override truncate(): void {}
  override poll(): number {
    const changed = this.source.version !== undefined && this.source.version() !== this.#version;
    return super.poll() | (changed ? POLLERR | POLLPRI : 0);
  }

  #bytes(offset: number, task: Task | null): Uint8Array {
    if (!this.source.read) throw new SysError('EINVAL');
    if (this.#text === null || offset === 0) {
      const text = this.source.read(task, this.opener);
      this.#version = this.source.version?.() ?? 0;
      this.#text = typeof text === 'string' ? encode(text) : text;
    }
    return this.#text;
  }
  #write(data: Uint8Array, position: number, task: Task | null): void {
    if (!this.source.write) throw new SysError('EINVAL');
    this.source.write(decode(data), task, { opener: this.opener, position });
  }
}
