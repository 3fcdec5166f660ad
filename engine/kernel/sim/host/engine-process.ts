/** The process an engine has in a Machine: what it does from outside is done as this one, and it is the parent of what it starts. */
import * as abi from '../abi';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import type { SimTask } from '../task/sim-task';
import type { Task } from '../task/task';

export function startEngine(kernel: SimKernel, init: Task): SimTask {
  return kernel.tasks.cloneFrom(init, 0, sleep, { comm: 'engine', argv: ['engine'] });
}

function* sleep(sys: Sys): Blocking<number> {
  sys.sigprocmask('set', 0n);
  sys.setsid();
  for (;;) {
    try {
      yield* sys.pause();
    } catch (error) {
      if (!abi.isSysError(error, 'EINTR')) throw error;
    }
  }
}
