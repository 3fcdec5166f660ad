/** System V shared memory (shmget(2), shmop(2), shmctl(2)). */
import { SysError } from '../abi/errno';
import type { Task } from '../task/task';
import {
  canRead,
  canWrite,
  demandAccess,
  demandOwner,
  IPC_PRIVATE,
  type IpcObject,
  newObject,
  type PidNumbers,
} from './table';
import type { IpcNamespace } from './types';

const pageBytes = 4096;

export interface SharedSegment extends IpcObject {
  readonly size: number;
  readonly pages: Map<number, Uint8Array>;
  attached: number;
  destroyed: boolean;
  readonly cpid: PidNumbers;
  lpid: PidNumbers;
  atime: number;
  dtime: number;
  ctime: number;
}

interface Attachment {
  ns: IpcNamespace;
  segment: SharedSegment;
  readOnly: boolean;
}

export class SharedMemory {
  readonly #attachments = new WeakMap<Task, Attachment[]>();

  get(task: Task, key: number, size: number, flags: number): number {
    const ns = task.ns.ipc;
    const known = ns.shm.wanted(key, flags, task.cred, ownerOf(ns, task));
    if (known) {
      if (size > known.size) throw new SysError('EINVAL');
      return known.id;
    }
    if (size < 1 || BigInt(size) > ns.limits.shmmax) throw new SysError('EINVAL');
    if (ns.shm.size >= ns.limits.shmmni || pagesOf(ns) + Math.ceil(size / pageBytes) > ns.limits.shmall)
      throw new SysError('ENOSPC');
    if (size > task.kernel.options.memoryBytes) throw new SysError('ENOMEM');
    const now = task.kernel.realtime;
    return ns.shm.add({
      ...newObject(key, flags, task.cred),
      size,
      pages: new Map(),
      attached: 0,
      destroyed: false,
      cpid: task.numbers,
      lpid: [],
      atime: 0,
      dtime: 0,
      ctime: now,
    });
  }

  attach(task: Task, id: number, readOnly: boolean): void {
    const ns = task.ns.ipc;
    const segment = ns.shm.get(id);
    demandAccess(segment, readOnly ? canRead : canRead | canWrite, task.cred, ownerOf(ns, task));
    this.#add(task, { ns, segment, readOnly });
  }

  detach(task: Task, id: number): void {
    const list = this.#attachments.get(task) ?? [];
    const at = list.findLastIndex(({ segment }) => segment.id === id);
    const [attachment] = at < 0 ? [] : list.splice(at, 1);
    if (!attachment) throw new SysError('EINVAL');
    this.#drop(task, attachment);
  }

  /** A child shares what its parent has attached. */
  forked(parent: Task, child: Task): void {
    for (const attachment of this.#attachments.get(parent) ?? []) this.#add(child, attachment);
  }
  /** At exec and exit everything is detached. */
  detachAll(task: Task): void {
    const list = this.#attachments.get(task);
    if (!list) return;
    this.#attachments.delete(task);
    for (const attachment of list) this.#drop(task, attachment);
  }

  read(task: Task, id: number, offset: number, count: number): Uint8Array {
    const { segment } = this.#attached(task, id, false);
    const end = Math.min(segment.size, offset + count);
    if (offset < 0 || offset > segment.size) throw new SysError('EFAULT');
    const bytes = new Uint8Array(end - offset);
    for (let at = offset; at < end; ) {
      const inPage = at % pageBytes;
      const length = Math.min(pageBytes - inPage, end - at);
      const page = segment.pages.get(Math.floor(at / pageBytes));
      if (page) bytes.set(page.subarray(inPage, inPage + length), at - offset);
      at += length;
    }
    return bytes;
  }

  write(task: Task, id: number, offset: number, data: Uint8Array): void {
    const { segment } = this.#attached(task, id, true);
    if (offset < 0 || offset + data.length > segment.size) throw new SysError('EFAULT');
    for (let at = 0; at < data.length; ) {
      const number = Math.floor((offset + at) / pageBytes);
      const inPage = (offset + at) % pageBytes;
      const length = Math.min(pageBytes - inPage, data.length - at);
      const page = segment.pages.get(number) ?? new Uint8Array(pageBytes);
      segment.pages.set(number, page);
      page.set(data.subarray(at, at + length), inPage);
      at += length;
    }
  }

  /** IPC_RMID: gone at once when nobody has it attached, else with the last who lets go. */
  remove(task: Task, id: number): void {
    const ns = task.ns.ipc;
    const segment = ns.shm.get(id);
    demandOwner(segment, task.cred, ownerOf(ns, task));
    segment.key = IPC_PRIVATE;
    segment.destroyed = true;
    if (segment.attached === 0) ns.shm.remove(segment);
    task.kernel.touch('ipc');
  }

  #attached(task: Task, id: number, toWrite: boolean): Attachment {
    const found = this.#attachments
      .get(task)
      ?.find(({ segment, readOnly }) => segment.id === id && !(toWrite && readOnly));
    if (!found) throw new SysError('EFAULT');
    return found;
  }

  #add(task: Task, attachment: Attachment): void {
    const list = this.#attachments.get(task) ?? [];
    this.#attachments.set(task, list);
    list.push(attachment);
    const { segment } = attachment;
    segment.attached++;
    segment.lpid = task.numbers;
    segment.atime = task.kernel.realtime;
    task.kernel.touch('ipc');
  }

  #drop(task: Task, { ns, segment }: Attachment): void {
    segment.attached--;
    segment.lpid = task.numbers;
    segment.dtime = task.kernel.realtime;
    if (segment.attached === 0 && segment.destroyed) ns.shm.remove(segment);
    task.kernel.touch('ipc');
  }
}

function pagesOf(ns: IpcNamespace): number {
  return ns.shm.list().reduce((sum, { size }) => sum + Math.ceil(size / pageBytes), 0);
}

export function ownerOf(ns: IpcNamespace, task: Task) {
  return ns.owner ?? task.kernel.namespaces.initial.user;
}
