/** An open terminal: the slave side, opened by its own name or as /dev/tty. */

import { isSysError, SysError } from '../abi/errno';
import { O_ACCMODE, O_WRONLY, POLLERR, POLLHUP, POLLIN, POLLOUT } from '../abi/files';
import { signalNumbers } from '../abi/signals';
import { concat } from '../bytes';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import type { Task } from '../task/task';
import type { Inode } from '../vfs/inode';
import { OpenFile } from '../vfs/open-file';
import { checkForeground } from './job-control';
import type { Tty } from './tty';

const tenthOfSecond: Nanoseconds = 100_000_000;
/** What a byte on its way to the screen takes: about ten megabytes a second, as terminals are. */
const byteCostNs: Nanoseconds = 100;
const nothing = new Uint8Array();

export class TtyFile extends OpenFile {
  override readonly pollQueues: readonly WaitQueue[];

  constructor(
    readonly tty: Tty,
    inode: Inode,
    flags: number,
  ) {
    super(inode, flags);
    this.pollQueues = [tty.input.readable, tty.output.writable];
    tty.opened++;
    tty.slaveClosed = false;
  }

  override get available(): number {
    return this.tty.input.available;
  }

  override *read(count: number, task: Task): Blocking<Uint8Array> {
    if ((this.flags & O_ACCMODE) === O_WRONLY) throw new SysError('EBADF');
    if (count === 0) return nothing;
    const { icanon, min, time } = this.tty.termios;
    const chunks: Uint8Array[] = [];
    let size = 0;
    // VTIME counts from the beginning without VMIN, else between bytes (termios(3)).
    let deadline = !icanon && min === 0 ? task.kernel.now + time * tenthOfSecond : undefined;
    for (;;) {
      const chunk = yield* this.#readSome(count - size, task, deadline, size > 0);
      if (chunk === undefined || chunk.length === 0) break;
      chunks.push(chunk);
      size += chunk.length;
      if (icanon || size >= Math.min(count, Math.max(1, min))) break;
      if (time > 0) deadline = task.kernel.now + time * tenthOfSecond;
    }
    return concat(chunks);
  }

  /** Undefined: the time is up, or a signal came after a part was read. */
  *#readSome(
    count: number,
    task: Task,
    deadline: Nanoseconds | undefined,
    hasPart: boolean,
  ): Blocking<Uint8Array | undefined> {
    const { tty } = this;
    const attempt = () => {
      if (tty.hungUp) return nothing;
      if (checkForeground(tty, task, signalNumbers.SIGTTIN) === 'signalled') return undefined;
      const bytes = tty.take(count);
      if (bytes === undefined && this.isNonBlocking && !(deadline !== undefined && task.kernel.now >= deadline)) {
        throw new SysError('EAGAIN');
      }
      return bytes;
    };
    try {
      return yield* block(task, attempt, [tty.input.readable], { deadline });
    } catch (error) {
      if (hasPart && isSysError(error, 'EINTR', 'EAGAIN')) return undefined;
      throw error;
    }
  }

  override *write(data: Uint8Array, task: Task): Blocking<number> {
    const { tty } = this;
    let written = 0;
    const attempt = () => {
      if (tty.hungUp) throw new SysError('EIO');
      if (tty.termios.tostop && checkForeground(tty, task, signalNumbers.SIGTTOU) === 'signalled') return undefined;
      const taken = tty.output.write(data.subarray(written), tty.termios);
      task.job.spend(taken * byteCostNs);
      if (taken > 0) return taken;
      if (this.isNonBlocking) throw new SysError('EAGAIN');
      return undefined;
    };
    while (written < data.length) {
      try {
        written += (yield* block(task, attempt, [tty.output.writable])) ?? 0;
      } catch (error) {
        if (written > 0 && isSysError(error)) return written;
        throw error;
      }
    }
    return written;
  }

  override poll(): number {
    const { tty } = this;
    if (tty.hungUp) return POLLIN | POLLOUT | POLLERR | POLLHUP;
    const { icanon, min, time } = tty.termios;
    const enough = icanon || time > 0 || min === 0 ? tty.input.hasInput : tty.input.available >= min;
    return (enough ? POLLIN : 0) | (tty.output.room > 0 ? POLLOUT : 0);
  }

  override release(): void {
    const { tty } = this;
    tty.opened--;
    if (tty.opened > 0) return;
    tty.slaveClosed = true;
    tty.output.readable.wake();
    tty.masterWritable.wake();
  }
}
