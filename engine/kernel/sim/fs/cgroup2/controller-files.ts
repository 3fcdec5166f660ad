/** The files of the controllers (kernel: Documentation/admin-guide/cgroup-v2.rst, "Controllers"). */
import { SysError } from '../../abi/errno';
import type { MemoryEvents } from '../../cgroup/controllers';
import type { Cgroup } from '../../cgroup/node';
import type { CgroupFile } from './files';
import { bytes, integer, limit, numberList, shown } from './parse';

const pressure = 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n';
const microseconds = (time: number) => Math.floor(time / 1000);
const refuse = () => {
  throw new SysError('EOPNOTSUPP');
};

export const pressureFiles: readonly CgroupFile[] = ['cpu', 'io', 'memory'].map((name) => ({
  name: `${name}.pressure`,
  mode: 0o644,
  read: () => pressure,
  write: refuse,
}));

export const pidsFiles: readonly CgroupFile[] = [
  {
    name: 'pids.max',
    mode: 0o644,
    controller: 'pids',
    read: ({ pids }) => `${shown(pids.max)}\n`,
    write: (node, text, { kernel }) => {
      const value = limit(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      if (value !== null && (value < 0 || value > 4194304)) throw new SysError('EINVAL');
      node.pids.max = value;
      kernel.touch('cgroups');
    },
  },
  { name: 'pids.current', mode: 0o444, controller: 'pids', read: ({ pids }) => `${pids.current}\n` },
  { name: 'pids.peak', mode: 0o444, controller: 'pids', read: ({ pids }) => `${pids.peak}\n` },
  { name: 'pids.events', mode: 0o444, controller: 'pids', read: ({ pids }) => `max ${pids.refused}\n` },
  { name: 'pids.events.local', mode: 0o444, controller: 'pids', read: ({ pids }) => `max ${pids.refusedHere}\n` },
];

function memoryLimit(name: string, of: 'min' | 'low' | 'high' | 'max' | 'swapMax'): CgroupFile {
  return {
    name: `memory.${name}`,
    mode: 0o644,
    controller: 'memory',
    read: ({ memory }) => `${shown(memory[of] === Number.POSITIVE_INFINITY ? null : memory[of])}\n`,
    write: (node, text, { kernel }) => {
      const value = bytes(text);
      if (of === 'min' || of === 'low') node.memory[of] = value ?? Number.POSITIVE_INFINITY;
      else node.memory[of] = value;
      if (of === 'max') kernel.cgroups.memoryMaxChanged(node);
    },
  };
}

function events({ low, high, max, oom, oomKill, oomGroupKill }: MemoryEvents): string {
  return `low ${low}\nhigh ${high}\nmax ${max}\noom ${oom}\noom_kill ${oomKill}\noom_group_kill ${oomGroupKill}\n`;
}

const memoryCounters = [
  'file',
  'kernel',
  'kernel_stack',
  'pagetables',
  'sec_pagetables',
  'percpu',
  'sock',
  'vmalloc',
  'shmem',
  'zswap',
  'zswapped',
  'file_mapped',
  'file_dirty',
  'file_writeback',
  'swapcached',
  'anon_thp',
  'file_thp',
  'shmem_thp',
];

export const memoryFiles: readonly CgroupFile[] = [
  { name: 'memory.current', mode: 0o444, controller: 'memory', read: ({ memory }) => `${pages(memory.current)}\n` },
  {
    name: 'memory.peak',
    mode: 0o644,
    controller: 'memory',
    read: ({ memory }) => `${pages(memory.peak)}\n`,
    write: refuse,
  },
  memoryLimit('min', 'min'),
  memoryLimit('low', 'low'),
  memoryLimit('high', 'high'),
  memoryLimit('max', 'max'),
  memoryLimit('swap.max', 'swapMax'),
  { name: 'memory.swap.current', mode: 0o444, controller: 'memory', read: () => '0\n' },
  { name: 'memory.swap.peak', mode: 0o644, controller: 'memory', read: () => '0\n', write: refuse },
  { name: 'memory.swap.events', mode: 0o444, controller: 'memory', read: () => 'high 0\nmax 0\nfail 0\n' },
  { name: 'memory.events', mode: 0o444, controller: 'memory', read: ({ memory }) => events(memory.events) },
  { name: 'memory.events.local', mode: 0o444, controller: 'memory', read: ({ memory }) => events(memory.eventsHere) },
  {
    name: 'memory.oom.group',
    mode: 0o644,
    controller: 'memory',
    read: ({ memory }) => `${memory.oomGroup ? 1 : 0}\n`,
    write: (node, text) => {
      const word = text.trim();
      if (word !== '0' && word !== '1') throw new SysError('EINVAL');
      node.memory.oomGroup = word === '1';
    },
  },
  {
    name: 'memory.stat',
    mode: 0o444,
    controller: 'memory',
    read: ({ memory }) => `anon ${pages(memory.current)}\n${memoryCounters.map((name) => `${name} 0\n`).join('')}`,
  },
  {
    name: 'memory.reclaim',
    mode: 0o200,
    controller: 'memory',
    write: () => {
      // Nothing here can be reclaimed.
      throw new SysError('EAGAIN');
    },
  },
];

function pages(value: number): number {
  return Math.ceil(value / 4096) * 4096;
}

/** Weights of the 40 nice levels (sched(7); Linux `sched_prio_to_weight`). */
const niceWeights = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991,
  1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];
const weightOfNice = (nice: number) => Math.max(1, Math.round(((niceWeights[nice + 20] ?? 1024) * 100) / 1024));

function niceOfWeight(weight: number): number {
  const scheduled = Math.round((weight * 1024) / 100);
  let [best, distance] = [0, Number.POSITIVE_INFINITY];
  niceWeights.forEach((one, at) => {
    if (Math.abs(one - scheduled) >= distance) return;
    [best, distance] = [at - 20, Math.abs(one - scheduled)];
  });
  return best;
}

function setCpuMax(node: Cgroup, text: string): void {
  const [quota = '', period] = text.trim().split(/\s+/);
  const length = period === undefined ? microseconds(node.cpu.period) : Number(period);
  if (!/^(max|\d+)$/.test(quota) || !Number.isInteger(length)) throw new SysError('EINVAL');
  if (length < 1000 || length > 1_000_000) throw new SysError('EINVAL');
  if (quota !== 'max' && Number(quota) < 1000) throw new SysError('EINVAL');
  node.cpu.period = length * 1000;
  node.cpu.quota = quota === 'max' ? null : Number(quota) * 1000;
}

export const cpuFiles: readonly CgroupFile[] = [
  {
    name: 'cpu.weight',
    mode: 0o644,
    controller: 'cpu',
    read: ({ cpu }) => `${cpu.idle ? 0 : cpu.weight}\n`,
    write: (node, text) => {
      node.cpu.weight = integer(text, 1, 10000);
    },
  },
  {
    name: 'cpu.weight.nice',
    mode: 0o644,
    controller: 'cpu',
    read: ({ cpu }) => `${niceOfWeight(cpu.weight)}\n`,
    write: (node, text) => {
      node.cpu.weight = weightOfNice(integer(text, -20, 19));
    },
  },
  {
    name: 'cpu.idle',
    mode: 0o644,
    controller: 'cpu',
    read: ({ cpu }) => `${cpu.idle ? 1 : 0}\n`,
    write: (node, text) => {
      const value = integer(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      if (value !== 0 && value !== 1) throw new SysError('EINVAL');
      node.cpu.idle = value === 1;
    },
  },
  {
    name: 'cpu.max',
    mode: 0o644,
    controller: 'cpu',
    read: ({ cpu }) => `${cpu.quota === null ? 'max' : microseconds(cpu.quota)} ${microseconds(cpu.period)}\n`,
    write: (node, text, { kernel }) => {
      setCpuMax(node, text);
      kernel.cgroups.cpuMaxChanged(node);
    },
  },
  {
    name: 'cpu.max.burst',
    mode: 0o644,
    controller: 'cpu',
    read: ({ cpu }) => `${microseconds(cpu.burst)}\n`,
    write: (node, text) => {
      const burst = integer(text, 0, Number.MAX_SAFE_INTEGER) * 1000;
      if (node.cpu.quota !== null && burst > node.cpu.quota) throw new SysError('EINVAL');
      node.cpu.burst = burst;
    },
  },
];

/** There without the controller, too: then only what was used. */
export const cpuStatFiles: readonly CgroupFile[] = [
  {
    name: 'cpu.stat',
    mode: 0o444,
    read: (node) => {
      const { used, periods, throttledPeriods, throttledTime } = node.cpu;
      const base = `usage_usec ${microseconds(used)}\nuser_usec ${microseconds(used)}\nsystem_usec 0\nnice_usec 0\n`;
      if (!node.available.includes('cpu') || node.parent === null) return base;
      const bandwidth = `nr_periods ${periods}\nnr_throttled ${throttledPeriods}\nthrottled_usec ${microseconds(throttledTime)}\n`;
      return `${base}${bandwidth}nr_bursts 0\nburst_usec 0\n`;
    },
  },
  {
    name: 'cpu.stat.local',
    mode: 0o444,
    notInRoot: true,
    read: (node) => (node.available.includes('cpu') ? `throttled_usec ${microseconds(node.cpu.throttledTime)}\n` : ''),
  },
];

/** There is one processor and one node of memory: number 0. */
function cpusetList(name: 'cpus' | 'mems'): CgroupFile[] {
  return [
    {
      name: `cpuset.${name}`,
      mode: 0o644,
      controller: 'cpuset',
      read: (node) => `${node[name] ?? ''}\n`,
      write: (node, text) => {
        node[name] = numberList(text, 0);
      },
    },
    { name: `cpuset.${name}.effective`, mode: 0o444, controller: 'cpuset', inRoot: true, read: () => '0\n' },
  ];
}

export const cpusetFiles: readonly CgroupFile[] = [
  ...cpusetList('cpus'),
  ...cpusetList('mems'),
  {
    name: 'cpuset.cpus.partition',
    mode: 0o644,
    controller: 'cpuset',
    read: () => 'member\n',
    write: (_node, text) => {
      if (text.trim() !== 'member') throw new SysError('EINVAL');
    },
  },
];
