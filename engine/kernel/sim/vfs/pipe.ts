/** Pipes and FIFOs (pipe(7), fifo(7)). */
import { isSysError, SysError } from '../abi/errno';
import { O_ACCMODE, O_NONBLOCK, O_RDWR, O_WRONLY, POLLERR, POLLHUP, POLLIN, POLLOUT } from '../abi/files';
import { signalNumbers } from '../abi/signals';
import { concat } from '../bytes';
import type { Blocking } from '../sched/blocking';
import { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import type { Task } from '../task/task';
import type { Inode } from './inode';
import { OpenFile } from './open-file';

const capacity = 65_536;
/** PIPE_BUF: what is not larger is written as a whole. */
const atomicBytes = 4096;

export class Pipe {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  readers = 0;
  writers = 0;
  /** How often an end was opened: who waits for a partner looks for a change. */
  readersEver = 0;
  writersEver = 0;
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  readonly partners = new WaitQueue();

  get size(): number {
    return this.#size;
  }
  get room(): number {
    return capacity - this.#size;
  }

  put(data: Uint8Array): void {
    this.#chunks.push(data);
    this.#size += data.length;
    this.readable.wake();
  }

  take(count: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const [first] = this.#chunks;
      if (!first) break;
      if (first.length <= missing) {
        taken.push(first);
        this.#chunks.shift();
        missing -= first.length;
      } else {
        taken.push(first.subarray(0, missing));
        this.#chunks[0] = first.subarray(missing);
        missing = 0;
      }
    }
    const bytes = concat(taken);
    this.#size -= bytes.length;
    if (bytes.length > 0) this.writable.wake();
    return bytes;
  }

  addEnd(isReader: boolean, isWriter: boolean): void {
    if (isReader) {
      this.readers++;
      this.readersEver++;
    }
    if (isWriter) {
      this.writers++;
      this.writersEver++;
    }
    this.partners.wake();
    this.readable.wake();
    this.writable.wake();
  }
  removeEnd(isReader: boolean, isWriter: boolean): void {
    if (isReader) this.readers--;
    if (isWriter) this.writers--;
    // The last end takes along what nobody has read.
    if (this.readers === 0 && this.writers === 0) this.take(this.#size);
    this.readable.wake();
    this.writable.wake();
  }
}

export class PipeFile extends OpenFile {
  override readonly pollQueues: readonly WaitQueue[];
  /** A reader that was there before any writer does not see the end yet. */
  readonly #writersBefore: number;

  constructor(
    inode: Inode,
    flags: number,
    readonly pipe: Pipe,
    readonly isFifo: boolean,
  ) {
    super(inode, flags);
    this.pollQueues = [pipe.readable, pipe.writable];
    this.#writersBefore = isFifo && pipe.writers === 0 && (flags & O_NONBLOCK) !== 0 ? pipe.writersEver : -1;
    pipe.addEnd(this.isReadable, this.isWritable);
  }

  override get available(): number {
    return this.pipe.size;
  }

  override *read(count: number, task: Task): Blocking<Uint8Array> {
    const { pipe } = this;
    const attempt = () => {
      if (pipe.size > 0 || count === 0) return pipe.take(count);
      if (pipe.writers === 0) return new Uint8Array();
      if (this.isNonBlocking) throw new SysError('EAGAIN');
      return undefined;
    };
    return attempt() ?? (yield* block(task, attempt, [pipe.readable])) ?? new Uint8Array();
  }

  override *write(data: Uint8Array, task: Task): Blocking<number> {
    const { pipe } = this;
    let written = 0;
    const attempt = () => {
      if (pipe.readers === 0) {
        task.kernel.tasks.signal(task, signalNumbers.SIGPIPE, null);
        throw new SysError('EPIPE');
      }
      const rest = data.length - written;
      const enough = data.length <= atomicBytes ? rest : 1;
      if (pipe.room < enough) {
        if (this.isNonBlocking) throw new SysError('EAGAIN');
        return undefined;
      }
      const count = Math.min(rest, pipe.room);
      pipe.put(data.subarray(written, written + count));
      return count;
    };
    while (written < data.length) {
      try {
        written += attempt() ?? (yield* block(task, attempt, [pipe.writable])) ?? 0;
      } catch (error) {
        if (written > 0 && isSysError(error, 'EAGAIN', 'EINTR')) return written;
        throw error;
      }
    }
    return written;
  }

  override poll(): number {
    const { pipe } = this;
    let events = 0;
    if (this.isReadable) {
      if (pipe.size > 0) events |= POLLIN;
      if (pipe.writers === 0 && this.#writersBefore !== pipe.writersEver) events |= POLLHUP;
    }
    if (this.isWritable) {
      if (pipe.room >= atomicBytes) events |= POLLOUT;
      if (pipe.readers === 0) events |= POLLERR;
    }
    return events;
  }

  override label(): string {
    return `pipe:[${this.inode?.ino ?? 0}]`;
  }

  override release(): void {
    this.pipe.removeEnd(this.isReadable, this.isWritable);
    if (this.isFifo && this.inode && this.pipe.readers === 0 && this.pipe.writers === 0) this.inode.pipe = null;
  }
}

/** Opens a FIFO: waits for the other end, unless it must not (fifo(7)). */
export function* openFifo(inode: Inode, flags: number, task: Task): Blocking<PipeFile> {
  inode.pipe ??= new Pipe();
  const { pipe } = inode;
  const nonBlock = (flags & O_NONBLOCK) !== 0;
  const access = flags & O_ACCMODE;
  if (access === O_WRONLY && nonBlock && pipe.readers === 0) throw new SysError('ENXIO');
  const file = new PipeFile(inode, flags, pipe, true);
  const isAlone = access === O_WRONLY ? pipe.readers === 0 : pipe.writers === 0;
  if (access === O_RDWR || nonBlock || !isAlone) return file;
  const ever = () => (access === O_WRONLY ? pipe.readersEver : pipe.writersEver);
  const before = ever();
  const { descriptors } = task.kernel.vfs;
  descriptors.opening(task, file);
  try {
    yield* block(task, () => (ever() === before ? undefined : true), [pipe.partners]);
  } catch (error) {
    file.release();
    throw error;
  } finally {
    descriptors.opening(task, null);
  }
  return file;
}
