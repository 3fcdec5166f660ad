/** Resource limits (getrlimit(2)): what a process begins with, and the one on processor time. */
import { signalNumbers } from '../abi/signals';
import type { SimTask } from './sim-task';
import type { ResourceLimit, ResourceName } from './task';

const unlimited = Number.POSITIVE_INFINITY;
const second = 1_000_000_000;

/** As a Machine's programs have them on the real kernel. */
export function defaultLimits(): Record<ResourceName, ResourceLimit> {
  const both = (value: number): ResourceLimit => ({ soft: value, hard: value });
  return {
    cpu: both(unlimited),
    fsize: both(unlimited),
    data: both(unlimited),
    stack: { soft: 8_388_608, hard: unlimited },
    core: both(0),
    rss: both(unlimited),
    nproc: both(96_365),
    nofile: { soft: 1024, hard: 20_000 },
    memlock: both(8_388_608),
    as: both(unlimited),
    locks: both(unlimited),
    sigpending: both(96_365),
    msgqueue: both(819_200),
    nice: both(0),
    rtprio: both(0),
    rttime: both(unlimited),
  };
}

/** SIGXCPU at the soft limit and each second from then on, SIGKILL at the hard one. */
export function limitCpuTime(task: SimTask): void {
  const { soft, hard } = task.limits.cpu;
  if (!task.isAlive) return;
  if (task.cpuTime >= hard * second) return task.kernel.tasks.signal(task, signalNumbers.SIGKILL);
  if (task.cpuTime < Math.max(soft * second, task.cpuWarning)) return;
  task.cpuWarning = task.cpuTime + second;
  task.kernel.tasks.signal(task, signalNumbers.SIGXCPU);
}
