/** mq_open(3) and its like. */

import { SysError } from '../abi/errno';
import { O_ACCMODE, O_CREAT, O_EXCL, O_NONBLOCK, R_OK, W_OK } from '../abi/files';
import { type QueueAttributes, QueueFile } from '../fs/mqueue/queue';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import { block } from '../task/block';
import type { Task } from '../task/task';
import type { OpenFile } from '../vfs/open-file';

/** MQ_PRIO_MAX */
const priorities = 32768;

export function openQueue(
  task: Task,
  name: string,
  flags: number,
  mode: number,
  attributes: QueueAttributes | null,
): OpenFile {
  const { kernel } = task;
  const queues = kernel.ipc.queuesOf(task.ns.ipc);
  const own = nameOf(name);
  const known = queues.root.lookup(own);
  if (known && (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0) throw new SysError('EEXIST');
  if (!known && (flags & O_CREAT) === 0) throw new SysError('ENOENT');
  if (known) {
    const access = flags & O_ACCMODE;
    if (access === O_ACCMODE) throw new SysError('EINVAL');
    kernel.vfs.checkPermission(task.cred, known, access === 0 ? R_OK : access === 1 ? W_OK : R_OK | W_OK);
  }
  const { fsuid, fsgid } = task.cred;
  const limit = task.limits.msgqueue.soft;
  const inode = known ?? queues.create(own, mode & ~task.fs.umask, fsuid, fsgid, attributes, task.cred, limit);
  return new QueueFile(inode, flags & (O_ACCMODE | O_NONBLOCK));
}

export function unlinkQueue(task: Task, name: string): void {
  const { root } = task.kernel.ipc.queuesOf(task.ns.ipc);
  const own = nameOf(name);
  const inode = root.lookup(own);
  if (!inode) throw new SysError('ENOENT');
  const { cred } = task;
  // The directory is sticky: only the queue's owner removes it, or whoever may act as one.
  if (cred.fsuid !== inode.uid && (cred.effective & (1n << 3n)) === 0n) throw new SysError('EACCES');
  root.unlink(own, inode);
}

/** `timeout` null waits for ever. */
export function* send(
  task: Task,
  file: QueueFile,
  data: Uint8Array,
  priority: number,
  timeout: Nanoseconds | null,
): Blocking<void> {
  const { queue } = file;
  if (priority < 0 || priority >= priorities) throw new SysError('EINVAL');
  if (!file.isWritable) throw new SysError('EBADF');
  if (data.length > queue.attributes.messageSize) throw new SysError('EMSGSIZE');
  yield* wait(task, file, timeout, () => (queue.messages.length < queue.attributes.maxMessages ? true : undefined));
  queue.put({ data, priority });
}

export function* receive(
  task: Task,
  file: QueueFile,
  timeout: Nanoseconds | null,
): Blocking<{ data: Uint8Array; priority: number }> {
  if (!file.isReadable) throw new SysError('EBADF');
  return yield* wait(task, file, timeout, () => file.queue.take());
}

function* wait<T>(task: Task, file: QueueFile, timeout: Nanoseconds | null, ready: () => T | undefined): Blocking<T> {
  const attempt = () => {
    const answer = ready();
    if (answer === undefined && file.isNonBlocking) throw new SysError('EAGAIN');
    return answer;
  };
  const deadline = timeout === null ? undefined : task.kernel.now + timeout;
  const answer = yield* block(task, attempt, [file.queue.changed], { deadline });
  if (answer === undefined) throw new SysError('ETIMEDOUT');
  return answer;
}

/** EINVAL without its slash, EACCES with another one. */
function nameOf(name: string): string {
  if (!name.startsWith('/')) throw new SysError('EINVAL');
  const own = name.slice(1);
  if (own === '') throw new SysError('ENOENT');
  if (own.includes('/') || own === '.' || own === '..') throw new SysError('EACCES');
  if (own.length > 255) throw new SysError('ENAMETOOLONG');
  return own;
}
