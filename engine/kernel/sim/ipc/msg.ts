/** System V message queues (msgget(2), msgop(2), msgctl(2)). */
import { SysError } from '../abi/errno';
import type { Blocking } from '../sched/blocking';
import { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import type { Task } from '../task/task';
import { ownerOf } from './shm';
import {
  canRead,
  canWrite,
  demandAccess,
  demandOwner,
  IPC_NOWAIT,
  type IpcObject,
  newObject,
  type PidNumbers,
} from './table';

const MSG_EXCEPT = 0o20000;

export interface Message {
  type: number;
  data: Uint8Array;
}

export interface MessageQueue extends IpcObject {
  readonly messages: Message[];
  bytes: number;
  maxBytes: number;
  lspid: PidNumbers;
  lrpid: PidNumbers;
  stime: number;
  rtime: number;
  ctime: number;
  removed: boolean;
  readonly changed: WaitQueue;
}

export class MessageQueues {
  get(task: Task, key: number, flags: number): number {
    const ns = task.ns.ipc;
    const known = ns.msg.wanted(key, flags, task.cred, ownerOf(ns, task));
    if (known) return known.id;
    if (ns.msg.size >= ns.limits.msgmni) throw new SysError('ENOSPC');
    const id = ns.msg.add({
      ...newObject(key, flags, task.cred),
      messages: [],
      bytes: 0,
      maxBytes: ns.limits.msgmnb,
      lspid: [],
      lrpid: [],
      stime: 0,
      rtime: 0,
      ctime: task.kernel.realtime,
      removed: false,
      changed: new WaitQueue(),
    });
    task.kernel.touch('ipc');
    return id;
  }

  *send(task: Task, id: number, type: number, data: Uint8Array, flags: number): Blocking<void> {
    const ns = task.ns.ipc;
    if (data.length > ns.limits.msgmax || type < 1) throw new SysError('EINVAL');
    const queue = ns.msg.get(id);
    const attempt = () => {
      if (queue.removed) throw new SysError('EIDRM');
      demandAccess(queue, canWrite, task.cred, ownerOf(ns, task));
      if (queue.bytes + data.length <= queue.maxBytes && queue.messages.length + 1 <= queue.maxBytes) return true;
      if ((flags & IPC_NOWAIT) !== 0) throw new SysError('EAGAIN');
      return undefined;
    };
    yield* block(task, attempt, [queue.changed], { restartable: false });
    queue.messages.push({ type, data });
    queue.bytes += data.length;
    queue.lspid = task.numbers;
    queue.stime = task.kernel.realtime;
    queue.changed.wake();
    task.kernel.touch('ipc');
  }

  *receive(task: Task, id: number, type: number, flags: number): Blocking<Message> {
    const ns = task.ns.ipc;
    const queue = ns.msg.get(id);
    const attempt = () => {
      if (queue.removed) throw new SysError('EIDRM');
      demandAccess(queue, canRead, task.cred, ownerOf(ns, task));
      const at = indexOf(queue.messages, type, (flags & MSG_EXCEPT) !== 0);
      if (at >= 0) return queue.messages.splice(at, 1)[0];
      if ((flags & IPC_NOWAIT) !== 0) throw new SysError('ENOMSG');
      return undefined;
    };
    const message = yield* block(task, attempt, [queue.changed], { restartable: false });
    if (!message) throw new SysError('ENOMSG');
    queue.bytes -= message.data.length;
    queue.lrpid = task.numbers;
    queue.rtime = task.kernel.realtime;
    queue.changed.wake();
    task.kernel.touch('ipc');
    return message;
  }

  remove(task: Task, id: number): void {
    const ns = task.ns.ipc;
    const queue = ns.msg.get(id);
    demandOwner(queue, task.cred, ownerOf(ns, task));
    queue.removed = true;
    ns.msg.remove(queue);
    queue.changed.wake();
    task.kernel.touch('ipc');
  }
}

/** Which message a type asks for: any, one of that type, or the lowest type up to its absolute value. */
function indexOf(messages: readonly Message[], type: number, except: boolean): number {
  if (type === 0) return messages.length > 0 ? 0 : -1;
  if (type > 0) return messages.findIndex((message) => (message.type === type) !== except);
  let best = -1;
  messages.forEach((message, at) => {
    if (message.type <= -type && (best < 0 || message.type < (messages[best]?.type ?? 0))) best = at;
  });
  return best;
}
