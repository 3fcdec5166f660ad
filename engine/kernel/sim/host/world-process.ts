/** A program run in a Machine from the outside, with its input given and its output collected. */

import { loginEnvironment, type User } from '../../machine';
import type { Action } from '../../simulation';
import * as abi from '../abi';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import type { ExitStatus, Task } from '../task/task';
import { become } from './enter';
import { CollectedOutput, GivenInput } from './stream-files';

/** Output kept of each stream. */
const maxOutputBytes = 1024 * 1024;
const nsPerMs = 1_000_000;

export interface ProcessResult {
  status: ExitStatus;
  stdout: Uint8Array;
  stderr: Uint8Array;
  truncated: boolean;
}

export class WorldProcess {
  static start(
    kernel: SimKernel,
    init: Task,
    user: User,
    spec: Extract<Action, { do: 'spawn' }>,
    onExit: (result: ProcessResult) => void,
  ): WorldProcess {
    const { sb } = init.fs.root.mount;
    const input = new GivenInput(kernel, sb, spec.stdin);
    const output = new CollectedOutput(kernel, sb, maxOutputBytes);
    const errors = new CollectedOutput(kernel, sb, maxOutputBytes);
    const program = { argv: spec.argv, env: { ...loginEnvironment(user), ...spec.env }, cwd: spec.cwd };
    function* child(sys: Sys): Blocking<number> {
      for (const file of [input, output, errors]) kernel.vfs.install(task, file);
      sys.setsid();
      return yield* become(sys, user, program);
    }
    const task = kernel.tasks.cloneFrom(init, 0, child, { childOf: kernel.tasks.init });
    const limit =
      spec.timeoutMs === null
        ? null
        : kernel.after(spec.timeoutMs * nsPerMs, () => kernel.tasks.signal(task, abi.signalNumbers.SIGKILL));
    kernel.tasks.onExit(task, (status) => {
      limit?.cancel();
      const truncated = output.truncated || errors.truncated;
      onExit({ status, stdout: output.bytes, stderr: errors.bytes, truncated });
    });
    return new WorldProcess(kernel, task);
  }

  private constructor(
    private readonly kernel: SimKernel,
    readonly task: Task,
  ) {}

  kill(signal: number): void {
    if (this.task.state !== 'zombie' && this.task.state !== 'dead') this.kernel.tasks.signal(this.task, signal);
  }
}
