/** The master side of a pseudo-terminal: what opening /dev/ptmx gives. Closing it hangs the terminal up. */

import { isSysError, SysError } from '../abi/errno';
import { POLLHUP, POLLIN, POLLOUT } from '../abi/files';
import type { Blocking } from '../sched/blocking';
import type { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import type { Task } from '../task/task';
import type { Inode } from '../vfs/inode';
import { OpenFile } from '../vfs/open-file';
import type { Tty } from './tty';

export class MasterFile extends OpenFile {
  override readonly pollQueues: readonly WaitQueue[];

  constructor(
    readonly tty: Tty,
    inode: Inode | null,
    flags: number,
    private readonly close: () => void,
  ) {
    super(inode, flags);
    this.pollQueues = [tty.output.readable, tty.masterWritable];
  }

  override *read(count: number, task: Task): Blocking<Uint8Array> {
    const { tty } = this;
    if (count === 0) return new Uint8Array();
    const attempt = () => {
      if (tty.output.size > 0) return tty.output.take(count);
      if (tty.slaveClosed || tty.hungUp) throw new SysError('EIO');
      if (this.isNonBlocking) throw new SysError('EAGAIN');
      return undefined;
    };
    return (yield* block(task, attempt, [tty.output.readable])) ?? new Uint8Array();
  }

  override *write(data: Uint8Array, task: Task): Blocking<number> {
    const { tty } = this;
    let written = 0;
    const attempt = () => {
      const taken = tty.type(data.subarray(written));
      if (taken > 0) return taken;
      if (this.isNonBlocking) throw new SysError('EAGAIN');
      return undefined;
    };
    while (written < data.length) {
      try {
        written += (yield* block(task, attempt, [tty.masterWritable])) ?? 0;
      } catch (error) {
        if (written > 0 && isSysError(error)) return written;
        throw error;
      }
    }
    return written;
  }

  override poll(): number {
    const { tty } = this;
    const closed = tty.slaveClosed || tty.hungUp;
    return (tty.output.size > 0 ? POLLIN : 0) | (closed ? POLLHUP : 0) | (tty.roomForTyping > 0 ? POLLOUT : 0);
  }

  override release(): void {
    this.close();
  }
}
