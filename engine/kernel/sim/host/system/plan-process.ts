/** A plan in a process of its own, as the engine that started it follows it (`PlanRun`). */
import type { Plan } from '../../../plan';
import type { PlanRun, ProcessExit, SystemRunOptions } from '../../../system';
import * as abi from '../../abi';
import { decode } from '../../bytes';
import { preparePlan } from '../../plan';
import type { Blocking } from '../../sched/blocking';
import type { Sys } from '../../sys/sys';
import type { TaskSys } from '../../sys/task-sys';
import { truncated } from '../../task/exec';
import type { SimTask } from '../../task/sim-task';
import type { ExitStatus, Task } from '../../task/task';
import type { OpenFile } from '../../vfs/open-file';
import { CollectedOutput } from '../stream-files';
import { type Answers, attempt } from './answers';

const maxOutput = 64 * 1024;
/** Where a plan finds what it inherits. */
const firstInherited = 5;

export function startPlan(engine: TaskSys, answers: Answers, plan: Plan, options: SystemRunOptions): PlanRun {
  const { task } = engine;
  const { kernel } = task;
  const program = preparePlan(plan);
  const reports = new Reports(plan.name, answers);
  const kept: CollectedOutput[] = [];
  const files = filesOf(engine, options, kept);
  function* child(sys: Sys): Blocking<number> {
    kernel.vfs.closeAll(born);
    for (const { fd, file } of files) {
      kernel.vfs.descriptors.put(born, fd, file, false);
      kernel.vfs.drop(file);
    }
    return yield* program(sys, reports);
  }
  const name = options.argv0 ?? 'underlay';
  const born = attempt('clone', plan.name, () => cloneOf(engine, child));
  born.comm = truncated(name);
  born.argv = [name];
  return {
    pid: kernel.tasks.numberIn(born, task.ns.pid) ?? 0,
    report: (wanted) => reports.next(wanted),
    done: reports.done,
    exit: answers.promise((resolve) =>
      kernel.tasks.onExit(born, (status) => {
        resolve(exitOf(status));
        reap(task, born);
      }),
    ),
    output: () => kept.map(({ bytes }) => decode(bytes)).join(''),
  };
}

function cloneOf(engine: TaskSys, child: (sys: Sys) => Blocking<number>): SimTask {
  const { kernel, ns } = engine.task;
  const born = kernel.tasks.inNamespace(ns.pid, engine.clone(0, child));
  if (!born) throw new Error('a process that was born is not to be found');
  return born;
}

/** Only its own: what a parent that has ended leaves is somebody else's to wait for. */
export function reap(parent: Task, child: SimTask): void {
  if (child.parent === parent) parent.kernel.tasks.forget(child);
}

export function exitOf(status: ExitStatus): ProcessExit {
  return status.kind === 'exited' ? { exitCode: status.code, signal: null } : { exitCode: null, signal: status.signal };
}

/** Held until the newborn has them. */
function filesOf(
  { task }: TaskSys,
  { stdio = ['ignore', 'ignore', 'ignore'], inherit = [] }: SystemRunOptions,
  kept: CollectedOutput[],
): Array<{ fd: number; file: OpenFile }> {
  const { vfs } = task.kernel;
  const held = (fd: number): OpenFile => {
    const file = vfs.getFile(task, fd);
    vfs.hold(file);
    return file;
  };
  const standard = stdio.map((end): OpenFile => {
    if (typeof end === 'number') return held(end);
    if (end === 'ignore') return vfs.openPath(task, vfs.resolve(task, '/dev/null'), abi.O_RDWR);
    const output = new CollectedOutput(task.kernel, task.fs.root.mount.sb, maxOutput);
    kept.push(output);
    vfs.hold(output);
    return output;
  });
  return [
    ...standard.map((file, fd) => ({ fd, file })),
    ...inherit.map((fd, index) => ({ fd: firstInherited + index, file: held(fd) })),
  ];
}

/** Reports as they come, and those who wait for them. */
class Reports {
  readonly done: Promise<void>;
  readonly #come: Array<{ name: string; value: number }> = [];
  #waiting: Array<{ name: string; resolve: (value: number) => void; reject: (error: unknown) => void }> = [];
  #failure: Error | null = null;
  #ended = false;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | null = null;

  constructor(
    private readonly plan: string,
    private readonly answers: Answers,
  ) {
    this.done = answers.promise<void>((resolve, reject) => {
      this.#settle = { resolve: () => resolve(), reject };
    });
    // Whoever waits for a report hears of the failure there.
    this.done.catch(() => undefined);
  }

  next(name: string): Promise<number> {
    return this.answers.promise((resolve, reject) => {
      this.#waiting.push({ name, resolve, reject });
      this.#tell();
    });
  }

  report(name: string, value: number): void {
    this.#come.push({ name, value });
    this.#tell();
  }
  failed(error: Error): void {
    this.#failure ??= error;
  }
  closed(): void {
    this.#ended = true;
    this.#tell();
    if (this.#failure) this.#settle?.reject(this.#failure);
    else this.#settle?.resolve();
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) {
      const index = this.#come.findIndex(({ name }) => name === waiter.name);
      const [report] = index < 0 ? [] : this.#come.splice(index, 1);
      if (report) waiter.resolve(report.value);
      // Not before all have ended: one process of a plan may fail while another has yet to report.
      else if (this.#ended)
        waiter.reject(this.#failure ?? new Error(`${this.plan} ended before it reported ${waiter.name}`));
      else this.#waiting.push(waiter);
    }
  }
}
