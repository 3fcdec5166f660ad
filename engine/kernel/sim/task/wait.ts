/** waitpid(2). */
import { WCONTINUED, WNOHANG, WUNTRACED } from '../abi/clone';
import { SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { WaitResult } from '../sys/types';
import { block } from './block';
import type { SimTask } from './sim-task';

type Found = { result: WaitResult } | 'nothing' | 'no child';

/** `pid` as the caller's namespace numbers it. Null with WNOHANG when there is nothing. Errors: ECHILD, EINTR. */
export function* waitForChild(
  kernel: SimKernel,
  task: SimTask,
  pid: number,
  options: number,
): Blocking<WaitResult | null> {
  if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED)) !== 0) throw new SysError('EINVAL');
  const isWanted = wanted(kernel, task, pid);
  const found = yield* block(task, () => {
    const now = look(kernel, task, isWanted, options);
    if (now === 'no child') throw new SysError('ECHILD');
    if (now !== 'nothing') return now.result;
    return options & WNOHANG ? null : undefined;
  }, [task.childEvents]);
  return found ?? null;
}

function wanted(kernel: SimKernel, task: SimTask, pid: number): (child: SimTask) => boolean {
  const { tasks } = kernel;
  if (pid === -1) return () => true;
  if (pid > 0) return (child) => tasks.numberIn(child, task.ns.pid) === pid;
  const group = pid === 0 ? task.group : tasks.leaderNumbered(task.ns.pid, -pid);
  return (child) => child.group === group;
}

function look(kernel: SimKernel, task: SimTask, isWanted: (child: SimTask) => boolean, options: number): Found {
  let any = false;
  for (const child of task.children) {
    if (!isWanted(child)) continue;
    any = true;
    const result = newsOf(kernel, task, child, options);
    if (result) return { result };
  }
  return any ? 'nothing' : 'no child';
}

function newsOf(kernel: SimKernel, task: SimTask, child: SimTask, options: number): WaitResult | null {
  const pid = kernel.tasks.numberIn(child, task.ns.pid) ?? 0;
  if (child.state === 'zombie' && child.exit && !child.lingers) {
    const { exit } = child;
    task.childrenTime += child.cpuTime + child.childrenTime;
    kernel.tasks.forget(child);
    return { pid, event: exit };
  }
  const { news } = child;
  if (news?.kind === 'stopped' && options & WUNTRACED) {
    child.news = null;
    return { pid, event: news };
  }
  if (news?.kind === 'continued' && options & WCONTINUED) {
    child.news = null;
    return { pid, event: news };
  }
  return null;
}
