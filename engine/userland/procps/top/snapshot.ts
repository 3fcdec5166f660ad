/** What top(1) shows at a moment: the processes, and how busy they have been since the moment before. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { readFileOrNull } from '../../lib/io';
import { ownerOf, pageKiB, processNumbers, readArguments, readStat, ticksPerSecond } from '../../lib/processes';
import { type MemoryFigures, memoryFigures, readMemory, uptimeLine, uptimeSeconds } from '../common';
import type { TaskView } from './columns';

/** Counters of one processor, or of all: user, nice, system, idle, iowait, irq, softirq, steal. */
export type CpuCounters = number[];

export interface Snapshot {
  headline: string;
  uptime: number;
  tasks: TaskView[];
  memory: MemoryFigures;
  all: CpuCounters;
  each: CpuCounters[];
}

export function* takeSnapshot(sys: Sys, before: Snapshot | null): Blocking<Snapshot> {
  const uptime = yield* uptimeSeconds(sys);
  const memory = memoryFigures(yield* readMemory(sys));
  const { all, each } = yield* readCounters(sys);
  const elapsed = before === null ? 0 : uptime - before.uptime;
  const earlier = new Map(before?.tasks.map((task) => [task.stat.pid, task]));
  const tasks: TaskView[] = [];
  for (const pid of processNumbers(sys)) {
    const task = yield* readTask(sys, pid, memory);
    if (!task) continue;
    const old = earlier.get(pid);
    const sinceThen = old && old.stat.start === task.stat.start ? ticksOf(task) - ticksOf(old) : 0;
    if (elapsed > 0) task.cpu = Math.round((sinceThen * 1000) / ticksPerSecond / elapsed);
    tasks.push(task);
    yield* sys.checkpoint();
  }
  return { headline: `top -${yield* uptimeLine(sys)}`, uptime, tasks, memory, all, each };
}

function ticksOf({ stat }: TaskView): number {
  return stat.utime + stat.stime;
}

function* readTask(sys: Sys, pid: number, memory: MemoryFigures): Blocking<TaskView | null> {
  const stat = yield* readStat(sys, pid);
  const uid = ownerOf(sys, pid);
  if (!stat || uid === null) return null;
  const statm = ((yield* readFileOrNull(sys, `/proc/${pid}/statm`)) ?? '').split(' ');
  return {
    stat,
    uid,
    args: yield* readArguments(sys, pid),
    sharedKiB: Number(statm[2] ?? 0) * pageKiB,
    cpu: 0,
    memory: Math.round((stat.rss * pageKiB * 1000) / Math.max(1, memory.total)),
  };
}

function* readCounters(sys: Sys): Blocking<{ all: CpuCounters; each: CpuCounters[] }> {
  const text = (yield* readFileOrNull(sys, '/proc/stat')) ?? '';
  const lines = [...text.matchAll(/^cpu(\d*) +(.*)$/gm)];
  const counters = lines.map(([, name, values = '']) => ({ name, values: values.split(' ').map(Number) }));
  return {
    all: counters.find(({ name }) => name === '')?.values ?? [],
    each: counters.filter(({ name }) => name !== '').map(({ values }) => values),
  };
}
