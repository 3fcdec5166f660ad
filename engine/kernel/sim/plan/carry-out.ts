/** A process of the simulated kernel carries out a plan, with its reports going where they go on Linux: to descriptor 4. */
import type { Plan } from '../../plan';
import { type CompiledPlan, compilePlan, type PlanTarget } from '../../plan/compile';
import { reportFd } from '../../plan/image';
import { meaningOf, RecordStream } from '../../plan/records';
import { errnoByNumber, errnoNumber, isErrno } from '../abi/errno';
import { O_WRONLY, POLLOUT } from '../abi/files';
import { encode } from '../bytes';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import { TaskSys } from '../sys/task-sys';
import { OpenFile } from '../vfs/open-file';
import { numberOf } from './calls';
import { interpret } from './interpreter';
import { PlanMemory } from './memory';

/** Whoever runs a plan. */
export interface PlanListener {
  report(name: string, value: number): void;
  /** The `KernelError` of a step that failed; others of the plan's processes may go on. */
  failed(error: Error): void;
  /** Every process that could report has ended or executed a program. */
  closed(): void;
}

const target: PlanTarget = {
  syscallNumber: numberOf,
  errnoNumber: (name) => {
    if (!isErrno(name)) throw new Error(`unknown errno ${name}`);
    return errnoNumber(name);
  },
  encode,
};

/** Errors: `bad plan: ...`. */
export function compileForSim(plan: Plan): CompiledPlan {
  return compilePlan(plan, target);
}

/** Runs it in the process of `sys`; answers the exit status where the plan does not exit by itself. */
export function carryOut(sys: Sys, plan: Plan, listener: PlanListener): Blocking<number> {
  if (!(sys instanceof TaskSys)) throw new TypeError('not a system call interface of the kernel');
  const { task } = sys;
  const { kernel } = task;
  const compiled = compileForSim(plan);
  const records = new RecordStream();
  const hear = (bytes: Uint8Array) => {
    for (const record of records.take(bytes)) {
      const meaning = meaningOf(plan, compiled, record, errnoName);
      if (meaning instanceof Error) listener.failed(meaning);
      else listener.report(meaning.name, meaning.value);
    }
  };
  kernel.vfs.descriptors.put(task, reportFd, new ReportFile(kernel, hear, listener), false);
  return interpret(sys, new PlanMemory(compiled.image));
}

export function errnoName(errno: number): string {
  return errnoByNumber(errno) ?? `errno ${errno}`;
}

/** To the plan a pipe that always has room. */
class ReportFile extends OpenFile {
  constructor(
    kernel: SimKernel,
    private readonly hear: (bytes: Uint8Array) => void,
    private readonly listener: PlanListener,
  ) {
    super(kernel.vfs.anonymous.newPipe(0, 0), O_WRONLY);
  }

  // biome-ignore lint/correctness/useYield: there is always room.
  override *write(data: Uint8Array): Blocking<number> {
    this.hear(data);
    return data.length;
  }
  override poll(): number {
    return POLLOUT;
  }
  override label(): string {
    return `pipe:[${this.inode?.ino ?? 0}]`;
  }
  override release(): void {
    this.listener.closed();
  }
}
