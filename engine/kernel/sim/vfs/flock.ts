/** Locks of flock(2): held by open file descriptions, on the inode. */
import { SysError } from '../abi/errno';
import type { Blocking } from '../sched/blocking';
import { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import type { Task } from '../task/task';
import type { Inode } from './inode';
import type { OpenFile } from './open-file';

export class FileLock {
  exclusive: OpenFile | null = null;
  readonly shared = new Set<OpenFile>();
  readonly changed = new WaitQueue();

  release(file: OpenFile): void {
    if (this.exclusive === file) this.exclusive = null;
    this.shared.delete(file);
    this.changed.wake();
  }
  mayTake(file: OpenFile, exclusive: boolean): boolean {
    if (this.exclusive !== null && this.exclusive !== file) return false;
    return !exclusive || [...this.shared].every((other) => other === file);
  }
  take(file: OpenFile, exclusive: boolean): void {
    this.release(file);
    if (exclusive) this.exclusive = file;
    else this.shared.add(file);
  }
}

export function* lock(inode: Inode, file: OpenFile, exclusive: boolean, nonBlock: boolean, task: Task): Blocking<void> {
  inode.locks ??= new FileLock();
  const { locks } = inode;
  // A conversion gives up the old lock first (flock(2)).
  if (!locks.mayTake(file, exclusive)) locks.release(file);
  const attempt = () => (locks.mayTake(file, exclusive) ? true : undefined);
  if (!attempt()) {
    if (nonBlock) throw new SysError('EAGAIN');
    yield* block(task, attempt, [locks.changed]);
  }
  locks.take(file, exclusive);
}

export function unlock(inode: Inode, file: OpenFile): void {
  // It stays: whoever waits for the lock waits at this one.
  inode.locks?.release(file);
}
