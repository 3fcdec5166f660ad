/** Interprocess communication of a lab (sysvipc(7), mq_overview(7)): its namespaces, and what tasks' ends mean for it. */
import { MqueueSuperBlock } from '../fs/mqueue/super-block';
import type { SimKernel } from '../kernel';
import type { UserNamespace } from '../ns/namespace';
import type { Task } from '../task/task';
import { MessageQueues } from './msg';
import { Semaphores } from './sem';
import { registerIpcSettings } from './settings';
import { SharedMemory } from './shm';
import { msgTable, semTable, shmTable } from './tables';
import { IpcNamespace } from './types';

/** include/linux/proc_ns.h */
const initialInum = 4026531839;

export class Ipc {
  readonly shm = new SharedMemory();
  readonly sem = new Semaphores();
  readonly msg = new MessageQueues();
  /** Bytes of POSIX queues by user (RLIMIT_MSGQUEUE). */
  readonly queueBytes = new Map<number, number>();
  #hasInitial = false;

  constructor(private readonly kernel: SimKernel) {
    registerIpcSettings(kernel.sysctl);
  }

  createNamespace(owner: UserNamespace | null): IpcNamespace {
    const inum = this.#hasInitial ? this.kernel.nextInum() : initialInum;
    this.#hasInitial = true;
    return new IpcNamespace(inum, owner);
  }
  /** Nobody lives in it any more: everything in it goes. */
  releaseNamespace(ns: IpcNamespace): void {
    for (const segment of ns.shm.list()) ns.shm.remove(segment);
    for (const set of ns.sem.list()) ns.sem.remove(set);
    for (const queue of ns.msg.list()) ns.msg.remove(queue);
    if (ns.mqueue instanceof MqueueSuperBlock) ns.mqueue.releaseAll();
    this.kernel.touch('ipc');
  }

  /** The POSIX queues of a namespace. */
  queuesOf(ns: IpcNamespace): MqueueSuperBlock {
    if (ns.mqueue instanceof MqueueSuperBlock) return ns.mqueue;
    const made = new MqueueSuperBlock(this.kernel, ns);
    ns.mqueue = made;
    return made;
  }

  // What tasks do

  forked(parent: Task, child: Task): void {
    this.shm.forked(parent, child);
  }
  executed(task: Task): void {
    this.shm.detachAll(task);
  }
  exit(task: Task): void {
    this.sem.exit(task);
    this.shm.detachAll(task);
  }

  // /proc/sysvipc

  shmTable(reader: Task | null): string {
    return shmTable(reader);
  }
  semTable(reader: Task | null): string {
    return semTable(reader);
  }
  msgTable(reader: Task | null): string {
    return msgTable(reader);
  }
}
