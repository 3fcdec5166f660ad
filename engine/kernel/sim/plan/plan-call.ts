/** One system call of a plan: its arguments as the registers have them, and the process that makes it. */
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { TaskSys } from '../sys/task-sys';
import type { AtOptions } from '../sys/types';
import type { SimTask } from '../task/sim-task';
import type { PlanMemory } from './memory';

/** What a call answers; nothing is 0. Errors are thrown as `SysError`. */
export type Answer = number | bigint | void | Blocking<number | bigint | void>;
export type Handler = (call: PlanCall) => Answer;

const AT_FDCWD = -100;

export class PlanCall {
  constructor(
    readonly kernel: SimKernel,
    readonly task: SimTask,
    readonly sys: TaskSys,
    readonly memory: PlanMemory,
    /** Where each of the six words is. */
    private readonly placeOf: (index: number) => number,
    /** clone(2): the child goes on behind this call. */
    readonly fork: (flags: number) => number,
  ) {}

  word(index: number): bigint {
    return this.memory.word(this.placeOf(index));
  }
  /** A signed number of 32 bits: descriptors, most flags. */
  int(index: number): number {
    return this.memory.int(this.placeOf(index)) | 0;
  }
  unsigned(index: number): number {
    return this.memory.int(this.placeOf(index));
  }
  /** An address or a length. */
  size(index: number): number {
    return this.memory.address(this.placeOf(index));
  }
  text(index: number): string {
    return this.memory.text(this.size(index));
  }
  textOrNull(index: number): string | null {
    return this.size(index) === 0 ? null : this.text(index);
  }
  /** So many bytes, to be kept. */
  bytes(index: number, length: number): Uint8Array {
    return this.memory.taken(this.size(index), length);
  }
  /** A directory that paths begin at. */
  directory(index: number): AtOptions {
    const dirfd = this.int(index);
    return dirfd === AT_FDCWD ? {} : { dirfd };
  }
}
