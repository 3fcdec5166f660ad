/** `events --stats`: what a container uses, as its cgroups count it. */
import type { Cgroup } from '../cgroup';
import { permit } from '../state/status';
import { Container, type RuntimeContext } from './container';

export interface Statistics {
  type: 'stats';
  id: string;
  data: {
    /** Times in nanoseconds. */
    cpu: {
      usage: { total: number; percpu?: number[]; kernel: number; user: number };
      throttling: { periods: number; throttledPeriods: number; throttledTime: number };
    };
    /** Bytes. */
    memory: { usage: { limit: number; usage: number; max: number; failcnt: number }; raw: Record<string, number> };
    /** A limit of 0 is none. */
    pids: { current: number; limit: number };
  };
}

export function statistics(context: RuntimeContext, id: string): Statistics {
  const container = Container.load(context, id);
  permit('events', id, container.status());
  const { cgroup } = container;
  const cpu = cgroup.version('cpu') === 2 ? cpuV2(cgroup) : cpuV1(cgroup);
  return { type: 'stats', id, data: { cpu, memory: memory(cgroup), pids: pids(cgroup) } };
}

type Cpu = Statistics['data']['cpu'];

function cpuV1(cgroup: Cgroup): Cpu {
  const numbers = (text: string | null) => (text ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
  const throttled = table(cgroup.read('cpu', 'cpu.stat'));
  return {
    usage: {
      total: number(cgroup.read('cpuacct', 'cpuacct.usage')),
      percpu: numbers(cgroup.read('cpuacct', 'cpuacct.usage_percpu')),
      kernel: number(cgroup.read('cpuacct', 'cpuacct.usage_sys')),
      user: number(cgroup.read('cpuacct', 'cpuacct.usage_user')),
    },
    throttling: {
      periods: throttled.nr_periods ?? 0,
      throttledPeriods: throttled.nr_throttled ?? 0,
      throttledTime: throttled.throttled_time ?? 0,
    },
  };
}

/** Version 2 counts microseconds. */
function cpuV2(cgroup: Cgroup): Cpu {
  const stat = table(cgroup.read('cpu', 'cpu.stat'));
  const nanoseconds = (name: string) => (stat[name] ?? 0) * 1000;
  return {
    usage: {
      total: nanoseconds('usage_usec'),
      kernel: nanoseconds('system_usec'),
      user: nanoseconds('user_usec'),
    },
    throttling: {
      periods: stat.nr_periods ?? 0,
      throttledPeriods: stat.nr_throttled ?? 0,
      throttledTime: nanoseconds('throttled_usec'),
    },
  };
}

function memory(cgroup: Cgroup): Statistics['data']['memory'] {
  const names: Record<'limit' | 'usage' | 'max', string> & { failcnt?: string } =
    cgroup.version('memory') === 2
      ? { limit: 'memory.max', usage: 'memory.current', max: 'memory.peak' }
      : {
          limit: 'memory.limit_in_bytes',
          usage: 'memory.usage_in_bytes',
          max: 'memory.max_usage_in_bytes',
          failcnt: 'memory.failcnt',
        };
  const read = (name: string | undefined) => (name === undefined ? 0 : number(cgroup.read('memory', name)));
  return {
    usage: { limit: read(names.limit), usage: read(names.usage), max: read(names.max), failcnt: read(names.failcnt) },
    raw: table(cgroup.read('memory', 'memory.stat')),
  };
}

function pids(cgroup: Cgroup): Statistics['data']['pids'] {
  return { current: number(cgroup.read('pids', 'pids.current')), limit: number(cgroup.read('pids', 'pids.max')) };
}

/** `max` and what is not there are 0. */
function number(text: string | null): number {
  const value = Number((text ?? '').trim());
  return Number.isFinite(value) ? value : 0;
}

/** Lines of a name and a number. */
function table(text: string | null): Record<string, number> {
  const lines = (text ?? '').split('\n').map((line) => line.split(' '));
  return Object.fromEntries(lines.flatMap(([name, value]) => (name && value ? [[name, Number(value)]] : [])));
}
