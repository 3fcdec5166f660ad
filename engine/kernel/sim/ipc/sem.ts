/** System V semaphores (semget(2), semop(2), semctl(2)). */
import { SysError } from '../abi/errno';
import type { Blocking } from '../sched/blocking';
import { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import type { Task } from '../task/task';
import { ownerOf } from './shm';
import { canRead, canWrite, demandAccess, demandOwner, type IpcObject, newObject } from './table';
import type { IpcNamespace } from './types';

/** SEMVMX */
const mostValue = 32767;

export interface SemaphoreSet extends IpcObject {
  readonly values: number[];
  readonly changed: WaitQueue;
  /** What is taken back when a task ends (SEM_UNDO). */
  readonly undo: Map<Task, number[]>;
  removed: boolean;
  otime: number;
  ctime: number;
}

export interface SemOperation {
  index: number;
  change: number;
  noWait?: boolean;
  undo?: boolean;
}

export class Semaphores {
  /** Sets a task has something to undo in. */
  readonly #undoing = new WeakMap<Task, Set<SemaphoreSet>>();

  get(task: Task, key: number, count: number, flags: number): number {
    const ns = task.ns.ipc;
    const [perSet, all, , sets] = ns.limits.sem;
    if (count < 0 || count > perSet) throw new SysError('EINVAL');
    const known = ns.sem.wanted(key, flags, task.cred, ownerOf(ns, task));
    if (known) {
      if (count > known.values.length) throw new SysError('EINVAL');
      return known.id;
    }
    if (count === 0) throw new SysError('EINVAL');
    if (ns.sem.size >= sets || inUse(ns) + count > all) throw new SysError('ENOSPC');
    const id = ns.sem.add({
      ...newObject(key, flags, task.cred),
      values: Array.from({ length: count }, () => 0),
      changed: new WaitQueue(),
      undo: new Map(),
      removed: false,
      otime: 0,
      ctime: task.kernel.realtime,
    });
    task.kernel.touch('ipc');
    return id;
  }

  *operate(task: Task, id: number, operations: readonly SemOperation[]): Blocking<void> {
    const ns = task.ns.ipc;
    if (operations.length < 1) throw new SysError('EINVAL');
    if (operations.length > ns.limits.sem[2]) throw new SysError('E2BIG');
    const set = ns.sem.get(id);
    if (operations.some(({ index }) => index < 0 || index >= set.values.length)) throw new SysError('EFBIG');
    const changes = operations.some(({ change }) => change !== 0);
    demandAccess(set, changes ? canWrite : canRead, task.cred, ownerOf(ns, task));
    const attempt = () => {
      if (set.removed) throw new SysError('EIDRM');
      return this.#try(task, set, operations) ? true : undefined;
    };
    yield* block(task, attempt, [set.changed], { restartable: false });
    set.otime = task.kernel.realtime;
    if (changes) set.changed.wake();
  }

  setValue(task: Task, id: number, index: number, value: number): void {
    const ns = task.ns.ipc;
    const set = ns.sem.get(id);
    demandAccess(set, canWrite, task.cred, ownerOf(ns, task));
    if (index < 0 || index >= set.values.length) throw new SysError('EINVAL');
    if (value < 0 || value > mostValue) throw new SysError('ERANGE');
    set.values[index] = value;
    for (const adjustments of set.undo.values()) adjustments[index] = 0;
    set.ctime = task.kernel.realtime;
    set.changed.wake();
  }

  remove(task: Task, id: number): void {
    const ns = task.ns.ipc;
    const set = ns.sem.get(id);
    demandOwner(set, task.cred, ownerOf(ns, task));
    set.removed = true;
    ns.sem.remove(set);
    set.changed.wake();
    task.kernel.touch('ipc');
  }

  /** The task ends: what it did with SEM_UNDO is taken back. */
  exit(task: Task): void {
    for (const set of this.#undoing.get(task) ?? []) {
      const adjustments = set.undo.get(task) ?? [];
      set.undo.delete(task);
      adjustments.forEach((adjustment, index) => {
        set.values[index] = Math.min(mostValue, Math.max(0, (set.values[index] ?? 0) + adjustment));
      });
      set.changed.wake();
    }
    this.#undoing.delete(task);
  }

  /** All or nothing. False: it has to wait; EAGAIN where it must not. */
  #try(task: Task, set: SemaphoreSet, operations: readonly SemOperation[]): boolean {
    const values = [...set.values];
    for (const { index, change, noWait } of operations) {
      const value = values[index] ?? 0;
      if (change === 0 ? value !== 0 : value + change < 0) {
        if (noWait) throw new SysError('EAGAIN');
        return false;
      }
      if (value + change > mostValue) throw new SysError('ERANGE');
      values[index] = value + change;
    }
    values.forEach((value, index) => {
      set.values[index] = value;
    });
    for (const { index, change, undo } of operations) if (undo && change !== 0) this.#note(task, set, index, change);
    return true;
  }

  #note(task: Task, set: SemaphoreSet, index: number, change: number): void {
    const adjustments = set.undo.get(task) ?? set.values.map(() => 0);
    adjustments[index] = (adjustments[index] ?? 0) - change;
    set.undo.set(task, adjustments);
    const sets = this.#undoing.get(task) ?? new Set();
    this.#undoing.set(task, sets.add(set));
  }
}

function inUse(ns: IpcNamespace): number {
  return ns.sem.list().reduce((sum, { values }) => sum + values.length, 0);
}
