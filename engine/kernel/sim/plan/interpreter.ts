/**
 * Carries out the image of a plan as `linux/birth/interpreter.ts` does: instruction by instruction, in a process of the
 * simulated kernel. `engine/kernel/plan/image.ts` says what they mean.
 */
import {
  anyError,
  base,
  comparison,
  failureStatus,
  header,
  instruction,
  opcode,
  recordSize,
  reportFd,
} from '../../plan/image';
import { errnoNumber, isSysError, SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import { askFilters } from '../seccomp/enforce';
import type { Sys } from '../sys/sys';
import { TaskSys } from '../sys/task-sys';
import type { SimTask } from '../task/sim-task';
import { handlerOf, numberOf } from './calls';
import type { PlanMemory } from './memory';
import { PlanCall } from './plan-call';

/** System calls return errors as -4095 .. -1. */
const lastError = -4095;
const places = [0, 1, 2, 3, 4, 5] as const;
const writeNumber = numberOf('write');
/** Steps without a wait after which others may run. */
const stepsAtATime = 256;

/** Runs an image in the process of `sys`, from an instruction on. Answers the exit status of a plan that failed. */
export function* interpret(sys: Sys, memory: PlanMemory, from = base + header.size): Blocking<number> {
  if (!(sys instanceof TaskSys)) throw new TypeError('not a system call interface of the kernel');
  const { task } = sys;
  // The interpreter asks the filters itself, with what the plan says.
  return yield* new Interpreter(task.kernel, task.kernel.tasks.sysOf(task), memory, from).run();
}

class Interpreter {
  readonly #task: SimTask;
  readonly #call: PlanCall;

  constructor(
    private readonly kernel: SimKernel,
    private readonly sys: TaskSys,
    private readonly memory: PlanMemory,
    private at: number,
  ) {
    const task = kernel.tasks.find(sys.task.pid);
    if (!task) throw new SysError('ESRCH');
    this.#task = task;
    this.#call = new PlanCall(
      kernel,
      task,
      sys,
      memory,
      (index) => this.#place(index),
      (flags) => this.#fork(flags),
    );
  }

  *run(): Blocking<number> {
    for (let steps = 1; ; steps++) {
      if (steps % stepsAtATime === 0) yield* this.sys.checkpoint();
      const code = this.memory.byte(this.at);
      if (code === opcode.unless) this.#unless();
      else if (code === opcode.set) this.#set();
      else if (code === opcode.report) {
        yield* this.#send(false, this.#argument(0));
        this.at += instruction.size;
      } else {
        const begun = this.#begin();
        const result = typeof begun === 'object' ? yield* this.#finish(begun) : begun;
        if (!this.#take(result)) {
          yield* this.#send(true, BigInt(result));
          return failureStatus;
        }
      }
    }
  }

  #unless(): void {
    const isMet = compare(this.#argument(0), this.#argument(1), Number(this.#argument(2)));
    this.at = isMet ? this.at + instruction.size : this.#field(instruction.number);
  }

  #set(): void {
    const [value, from, mask, left, or] = places.map((index) => BigInt.asUintN(64, this.#argument(index)));
    const cut = ((value ?? 0n) >> ((from ?? 0n) & 63n)) & (mask ?? 0n);
    this.memory.setWord(this.#field(instruction.result), (cut << ((left ?? 0n) & 63n)) | (or ?? 0n));
    this.at += instruction.size;
  }

  /** Begins a call: its result, or what has to be waited for. */
  #begin(): number | bigint | Blocking<Finished> {
    const number = this.#field(instruction.number);
    if (this.#task.seccomp !== null) {
      const words = places.map((index) => this.#argument(index));
      const errno = askFilters(this.kernel, this.#task, number, words);
      if (errno !== null) return -errno;
    }
    try {
      return handlerOf(number)(this.#call) ?? 0;
    } catch (error) {
      return failedWith(error);
    }
  }

  *#finish(call: Blocking<Finished>): Blocking<number | bigint> {
    try {
      return (yield* call) ?? 0;
    } catch (error) {
      return failedWith(error);
    }
  }

  /** Keeps the result and goes on behind the call. False when the plan has failed with it. */
  #take(result: number | bigint): boolean {
    const slot = this.#field(instruction.result);
    if (slot !== 0) this.memory.setWord(slot, BigInt(result));
    if (result < 0 && result >= lastError && !this.#isExpected(-Number(result))) return false;
    this.at += instruction.size;
    return true;
  }

  /** The child goes on behind the call it is born in. */
  #fork(flags: number): number {
    const memory = this.memory.copy();
    const slot = this.#field(instruction.result);
    const next = this.at + instruction.size;
    if (slot !== 0) memory.setWord(slot, 0n);
    return this.sys.clone(flags, (sys) => interpret(sys, memory, next));
  }

  #isExpected(errno: number): boolean {
    const list = this.#field(instruction.except);
    if (list === Number(anyError)) return true;
    if (list === 0) return false;
    for (let at = list; ; at += 8) {
      const known = this.memory.int(at);
      if (known === 0) return false;
      if (known === errno) return true;
    }
  }

  /** Nobody may be there to hear it. */
  *#send(failed: boolean, value: bigint): Blocking<void> {
    const record = new Uint8Array(recordSize);
    const view = new DataView(record.buffer);
    view.setBigUint64(0, BigInt(this.at), true);
    view.setBigUint64(8, failed ? 1n : 0n, true);
    view.setBigInt64(16, BigInt.asIntN(64, value), true);
    const words = [BigInt(reportFd), 0n, BigInt(recordSize)];
    if (askFilters(this.kernel, this.#task, writeNumber, words) !== null) return;
    try {
      yield* this.sys.write(reportFd, record);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }

  #field(offset: number): number {
    return this.memory.address(this.at + offset);
  }

  #argument(index: number): bigint {
    return this.memory.word(this.#place(index));
  }

  /** Where an argument is: in the instruction, or where that says. */
  #place(index: number): number {
    const at = this.at + instruction.arguments + 8 * index;
    const isAddress = ((this.memory.byte(this.at + instruction.mask) >> index) & 1) !== 0;
    return isAddress ? this.memory.address(at) : at;
  }
}

type Finished = number | bigint | void;

function failedWith(error: unknown): number {
  if (!isSysError(error)) throw error;
  return -errnoNumber(error.errno);
}

function compare(left: bigint, right: bigint, how: number): boolean {
  if (how === comparison['!=']) return left !== right;
  if (how === comparison['<']) return left < right;
  if (how === comparison['>=']) return left >= right;
  return left === right;
}
