/** A process as a file (pidfd_open(2)): readable when it has ended. */
import { POLLIN } from '../abi/files';
import { WaitQueue } from '../sched/wait-queue';
import type { Inode } from '../vfs/inode';
import { OpenFile } from '../vfs/open-file';
import type { SimTask } from './sim-task';

export class PidFile extends OpenFile {
  readonly #ended = new WaitQueue();
  override readonly pollQueues: readonly WaitQueue[] = [this.#ended];

  constructor(
    inode: Inode,
    flags: number,
    readonly process: SimTask,
  ) {
    super(inode, flags);
    process.kernel.tasks.onExit(process, () => this.#ended.wake());
  }

  override poll(): number {
    return this.process.isAlive ? 0 : POLLIN;
  }
  override label(): string {
    return 'anon_inode:[pidfd]';
  }
}
