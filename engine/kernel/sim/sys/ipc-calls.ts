/** System calls of interprocess communication (sysvipc(7), mq_overview(7)). */
import { SysError } from '../abi/errno';
import { QueueFile } from '../fs/mqueue/queue';
import { openQueue, receive, send, unlinkQueue } from '../ipc/mqueue';
import type { MessageQueue } from '../ipc/msg';
import type { SemaphoreSet, SemOperation } from '../ipc/sem';
import { ownerOf, type SharedSegment } from '../ipc/shm';
import { canRead, demandAccess, type IpcObject } from '../ipc/table';
import { pidOf } from '../ipc/tables';
import { shownId } from '../ns/id-map';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import { ClockSyscalls } from './clock-calls';
import type { IpcCalls, MqAttributes, MsgStat, SemStat, ShmStat } from './ipc-types';
import type { Fd } from './types';

export abstract class IpcSyscalls extends ClockSyscalls implements IpcCalls {
  shmget(key: number, size: number, flags: number): number {
    this.enter();
    return this.kernel.ipc.shm.get(this.task, key, size, flags);
  }
  shmat(id: number, readOnly = false): void {
    this.enter();
    this.kernel.ipc.shm.attach(this.task, id, readOnly);
  }
  shmdt(id: number): void {
    this.enter();
    this.kernel.ipc.shm.detach(this.task, id);
  }
  shmRead(id: number, offset: number, count: number): Uint8Array {
    return this.kernel.ipc.shm.read(this.task, id, offset, count);
  }
  shmWrite(id: number, offset: number, data: Uint8Array): void {
    this.kernel.ipc.shm.write(this.task, id, offset, data);
  }
  shmRemove(id: number): void {
    this.enter();
    this.kernel.ipc.shm.remove(this.task, id);
  }
  shmStat(id: number): ShmStat {
    this.enter();
    return this.#shm(this.#readable(this.task.ns.ipc.shm.get(id)));
  }
  shmList(): ShmStat[] {
    this.enter();
    return this.task.ns.ipc.shm.list().map((segment) => this.#shm(segment));
  }

  semget(key: number, count: number, flags: number): number {
    this.enter();
    return this.kernel.ipc.sem.get(this.task, key, count, flags);
  }
  semop(id: number, operations: readonly SemOperation[]): Blocking<void> {
    this.enter();
    return this.kernel.ipc.sem.operate(this.task, id, operations);
  }
  semRemove(id: number): void {
    this.enter();
    this.kernel.ipc.sem.remove(this.task, id);
  }
  semStat(id: number): SemStat {
    this.enter();
    return this.#sem(this.#readable(this.task.ns.ipc.sem.get(id)));
  }
  semValues(id: number): number[] {
    this.enter();
    return [...this.#readable(this.task.ns.ipc.sem.get(id)).values];
  }
  semSet(id: number, index: number, value: number): void {
    this.enter();
    this.kernel.ipc.sem.setValue(this.task, id, index, value);
  }
  semList(): SemStat[] {
    this.enter();
    return this.task.ns.ipc.sem.list().map((set) => this.#sem(set));
  }

  msgget(key: number, flags: number): number {
    this.enter();
    return this.kernel.ipc.msg.get(this.task, key, flags);
  }
  msgsnd(id: number, type: number, data: Uint8Array, flags = 0): Blocking<void> {
    this.enter();
    return this.kernel.ipc.msg.send(this.task, id, type, data, flags);
  }
  msgrcv(id: number, type: number, flags = 0): Blocking<{ type: number; data: Uint8Array }> {
    this.enter();
    return this.kernel.ipc.msg.receive(this.task, id, type, flags);
  }
  msgRemove(id: number): void {
    this.enter();
    this.kernel.ipc.msg.remove(this.task, id);
  }
  msgStat(id: number): MsgStat {
    this.enter();
    return this.#msg(this.#readable(this.task.ns.ipc.msg.get(id)));
  }
  msgList(): MsgStat[] {
    this.enter();
    return this.task.ns.ipc.msg.list().map((queue) => this.#msg(queue));
  }

  mqOpen(name: string, flags: number, mode = 0, attributes?: { maxMessages: number; messageSize: number }): Fd {
    this.enter();
    const file = openQueue(this.task, name, flags, mode, attributes ?? null);
    return this.kernel.vfs.install(this.task, file, { closeOnExec: true });
  }
  mqUnlink(name: string): void {
    this.enter();
    unlinkQueue(this.task, name);
  }
  mqSend(fd: Fd, data: Uint8Array, priority: number, timeout: Nanoseconds | null = null): Blocking<void> {
    this.enter();
    return send(this.task, this.#queue(fd), data, priority, timeout);
  }
  mqReceive(fd: Fd, timeout: Nanoseconds | null = null): Blocking<{ data: Uint8Array; priority: number }> {
    this.enter();
    return receive(this.task, this.#queue(fd), timeout);
  }
  mqGetattr(fd: Fd): MqAttributes {
    this.enter();
    const file = this.#queue(fd);
    return { ...file.queue.attributes, messages: file.queue.messages.length, nonBlock: file.isNonBlocking };
  }

  #queue(fd: Fd): QueueFile {
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (!(file instanceof QueueFile)) throw new SysError('EBADF');
    return file;
  }

  #readable<T extends IpcObject>(object: T): T {
    demandAccess(object, canRead, this.task.cred, ownerOf(this.task.ns.ipc, this.task));
    return object;
  }

  #common({ id, key, uid, gid, cuid, mode }: IpcObject) {
    const { user } = this.task.cred;
    const [owner, group, maker] = [shownId(user, 'uid', uid), shownId(user, 'gid', gid), shownId(user, 'uid', cuid)];
    return { id, key, uid: owner, gid: group, cuid: maker, mode: mode & 0o777 };
  }
  #shm(segment: SharedSegment): ShmStat {
    const { size, attached, destroyed, ctime, atime, dtime } = segment;
    const [cpid, lpid] = [pidOf(segment.cpid, this.task), pidOf(segment.lpid, this.task)];
    return { ...this.#common(segment), size, attached, destroyed, cpid, lpid, ctime, atime, dtime };
  }
  #sem(set: SemaphoreSet): SemStat {
    return { ...this.#common(set), count: set.values.length, otime: set.otime, ctime: set.ctime };
  }
  #msg(queue: MessageQueue): MsgStat {
    const { messages, bytes, maxBytes, stime, rtime, ctime } = queue;
    const [lspid, lrpid] = [pidOf(queue.lspid, this.task), pidOf(queue.lrpid, this.task)];
    return { ...this.#common(queue), messages: messages.length, bytes, maxBytes, lspid, lrpid, stime, rtime, ctime };
  }
}
