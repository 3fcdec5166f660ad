/** A POSIX message queue: its messages by priority, and who waits for it (mq_overview(7)). */

import { SysError } from '../../abi/errno';
import { POLLIN, POLLOUT, S_IFREG, SEEK_SET } from '../../abi/files';
import { encode } from '../../bytes';
import type { Blocking } from '../../sched/blocking';
import { WaitQueue } from '../../sched/wait-queue';
import type { Task } from '../../task/task';
import { Inode, type InodeChange } from '../../vfs/inode';
import { OpenFile } from '../../vfs/open-file';
import type { MqueueSuperBlock } from './super-block';

export interface QueueAttributes {
  maxMessages: number;
  messageSize: number;
}

export interface QueuedMessage {
  data: Uint8Array;
  priority: number;
}

export class QueueInode extends Inode {
  readonly ino: number;
  mode: number;
  uid: number;
  gid: number;
  /** Highest priority first; the oldest first among equals. */
  readonly messages: QueuedMessage[] = [];
  readonly changed = new WaitQueue();
  /** What it counts for against its maker's RLIMIT_MSGQUEUE. */
  readonly bytes: number;

  constructor(
    private readonly mqueue: MqueueSuperBlock,
    mode: number,
    uid: number,
    gid: number,
    readonly attributes: QueueAttributes,
  ) {
    super(mqueue);
    this.ino = mqueue.kernel.nextInode();
    this.mode = S_IFREG | (mode & 0o7777);
    this.uid = uid;
    this.gid = gid;
    this.bytes = bytesOf(attributes);
    const now = mqueue.kernel.realtime;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }

  override get size(): number {
    return 80;
  }
  override get blocks(): number {
    return 0;
  }
  override open(flags: number): OpenFile {
    return new QueueFile(this, flags);
  }
  override setattr({ mode, uid, gid, atime, mtime }: InodeChange): void {
    if (mode !== undefined) this.mode = S_IFREG | (mode & 0o7777);
    if (uid !== undefined) this.uid = uid;
    if (gid !== undefined) this.gid = gid;
    if (atime !== undefined) this.atime = atime;
    if (mtime !== undefined) this.mtime = mtime;
    this.ctime = this.mqueue.kernel.realtime;
  }
  override evict(): void {
    this.mqueue.evicted(this);
  }

  put(message: QueuedMessage): void {
    const at = this.messages.findIndex(({ priority }) => priority < message.priority);
    this.messages.splice(at < 0 ? this.messages.length : at, 0, message);
    this.#touched();
  }
  take(): QueuedMessage | undefined {
    const message = this.messages.shift();
    if (message) this.#touched();
    return message;
  }
  #touched(): void {
    this.mtime = this.mqueue.kernel.realtime;
    this.ctime = this.mtime;
    this.changed.wake();
    this.mqueue.kernel.touch('ipc');
  }
}

/** Messages, and what the kernel needs to keep them in order (`struct msg_msg`, `struct posix_msg_tree_node`). */
export function bytesOf({ maxMessages, messageSize }: QueueAttributes): number {
  return maxMessages * (messageSize + 48) + Math.min(maxMessages, 32768) * 48;
}

export class QueueFile extends OpenFile {
  override readonly pollQueues: readonly WaitQueue[];

  constructor(
    readonly queue: QueueInode,
    flags: number,
  ) {
    super(queue, flags);
    this.pollQueues = [queue.changed];
  }

  // biome-ignore lint/correctness/useYield: the state is there at once.
  override *read(count: number, _task: Task): Blocking<Uint8Array> {
    const bytes = this.pread(count, this.position);
    this.position += bytes.length;
    return bytes;
  }
  override pread(count: number, offset: number): Uint8Array {
    const size = this.queue.messages.reduce((sum, { data }) => sum + data.length, 0);
    const state = `QSIZE:${String(size).padEnd(10)} NOTIFY:${'0'.padEnd(5)} SIGNO:${'0'.padEnd(5)} NOTIFY_PID:${'0'.padEnd(6)}\n`;
    return encode(state).subarray(offset, offset + count);
  }
  override seek(offset: number, whence: number): number {
    const position = whence === SEEK_SET ? offset : this.position + offset;
    if (position < 0) throw new SysError('EINVAL');
    this.position = position;
    return position;
  }
  override poll(): number {
    const { messages, attributes } = this.queue;
    return (messages.length > 0 ? POLLIN : 0) | (messages.length < attributes.maxMessages ? POLLOUT : 0);
  }
}
