/** A process of the simulated kernel carries out a plan, with its reports going where they go on Linux: to descriptor 4. */
import type { Plan } from '../../plan';
import { compilePlan, type PlanTarget } from '../../plan/compile';
import { reportFd } from '../../plan/image';
import { meaningOf, RecordStream } from '../../plan/records';
import type { PlanOutcome } from '../../system';
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

/** A program that carries out the plan. Errors: `bad plan: ...`. */
export function preparePlan(plan: Plan): (sys: Sys, listener: PlanListener) => Blocking<number> {
  const compiled = compilePlan(plan, target);
  return (sys, listener) => {
    const { task } = sys instanceof TaskSys ? sys : missing();
    const { kernel } = task;
    const records = new RecordStream();
    const hear = (bytes: Uint8Array) => {
      for (const record of records.take(bytes)) {
        const meaning = meaningOf(plan, compiled, record, errnoName);
        if (meaning instanceof Error) listener.failed(meaning);
        else listener.report(meaning.name, meaning.value);
      }
    };
    kernel.vfs.descriptors.put(task, reportFd, new ReportFile(kernel, hear, listener), false);
    return interpret(sys, new PlanMemory(compiled.image.slice()));
  };
}

function missing(): never {
  throw new TypeError('not a system call interface of the kernel');
}

/** Runs it in the process of `sys`; answers the exit status where the plan does not exit by itself. */
export function carryOut(sys: Sys, plan: Plan, listener: PlanListener): Blocking<number> {
  return preparePlan(plan)(sys, listener);
}

/** What records mean that a process of the plan wrote elsewhere. */
export function outcomeOf(plan: Plan, bytes: Uint8Array): PlanOutcome {
  const compiled = compilePlan(plan, target);
  const meanings = new RecordStream().take(bytes).map((record) => meaningOf(plan, compiled, record, errnoName));
  return {
    reports: meanings.flatMap((meaning) => (meaning instanceof Error ? [] : [meaning])),
    failure: meanings.find((meaning) => meaning instanceof Error) ?? null,
  };
}

function errnoName(errno: number): string {
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
