/** Numbers of the machine as a whole: processor, memory, time. There is one processor, and no cache or swap. */
import type { SimKernel } from '../../../kernel';
import type { Task } from '../../../task/task';
import { stateOf } from '../pid/state';

const second = 1_000_000_000;
const tick = 10_000_000;

export function cpuinfo(): string {
  const rows: ReadonlyArray<[name: string, value: string]> = [
    ['processor\t', '0'],
    ['vendor_id\t', 'Underlay'],
    ['cpu family\t', '6'],
    ['model\t\t', '1'],
    ['model name\t', 'Underlay Virtual Processor'],
    ['stepping\t', '1'],
    ['cpu MHz\t\t', '1000.000'],
    ['cache size\t', '1024 KB'],
    ['physical id\t', '0'],
    ['siblings\t', '1'],
    ['core id\t\t', '0'],
    ['cpu cores\t', '1'],
    ['apicid\t\t', '0'],
    ['initial apicid\t', '0'],
    ['fpu\t\t', 'yes'],
    ['fpu_exception\t', 'yes'],
    ['cpuid level\t', '13'],
    ['wp\t\t', 'yes'],
    ['flags\t\t', 'fpu tsc cx8 cmov mmx fxsr sse sse2 syscall nx lm constant_tsc'],
    ['bugs\t\t', ''],
    ['bogomips\t', '2000.00'],
    ['clflush size\t', '64'],
    ['cache_alignment\t', '64'],
    ['address sizes\t', '48 bits physical, 48 bits virtual'],
    ['power management', ''],
  ];
  return `${rows.map(([name, value]) => (name === 'power management' ? `${name}:\n` : `${name}: ${value}\n`)).join('')}\n`;
}

function usedBytes(kernel: SimKernel): number {
  return kernel.cgroups.root.memory.current;
}

export function meminfo(kernel: SimKernel): string {
  const total = Math.floor(kernel.options.memoryBytes / 1024);
  const used = Math.min(total, Math.ceil(usedBytes(kernel) / 1024));
  const free = total - used;
  const rows: ReadonlyArray<[name: string, kB: number]> = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', free],
    ['Buffers', 0],
    ['Cached', 0],
    ['SwapCached', 0],
    ['Active', used],
    ['Inactive', 0],
    ['Active(anon)', used],
    ['Inactive(anon)', 0],
    ['Active(file)', 0],
    ['Inactive(file)', 0],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Zswap', 0],
    ['Zswapped', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', used],
    ['Mapped', 0],
    ['Shmem', 0],
    ['KReclaimable', 0],
    ['Slab', 0],
    ['SReclaimable', 0],
    ['SUnreclaim', 0],
    ['KernelStack', 0],
    ['PageTables', 0],
    ['SecPageTables', 0],
    ['NFS_Unstable', 0],
    ['Bounce', 0],
    ['WritebackTmp', 0],
    ['CommitLimit', Math.floor(total / 2)],
    ['Committed_AS', used],
    ['VmallocTotal', 34359738367],
    ['VmallocUsed', 0],
    ['VmallocChunk', 0],
    ['Percpu', 0],
    ['AnonHugePages', 0],
    ['ShmemHugePages', 0],
    ['ShmemPmdMapped', 0],
    ['FileHugePages', 0],
    ['FilePmdMapped', 0],
  ];
  const lines = rows.map(([name, kB]) => `${`${name}:`.padEnd(15)} ${String(kB).padStart(8)} kB\n`);
  const huge = ['HugePages_Total', 'HugePages_Free', 'HugePages_Rsvd', 'HugePages_Surp'].map((name) => {
    return `${`${name}:`.padEnd(16)}${String(0).padStart(8)}\n`;
  });
  return [...lines, ...huge, 'Hugepagesize:       2048 kB\n', 'Hugetlb:               0 kB\n'].join('');
}

export function loadavg(kernel: SimKernel, reader: Task | null): string {
  let running = 0;
  let all = 0;
  for (const task of kernel.tasks.all()) {
    all++;
    if (stateOf(task).letter === 'R') running++;
  }
  return `0.00 0.00 0.00 ${running}/${all} ${reader?.ns.pid.lastPid ?? 0}\n`;
}

export function uptime(kernel: SimKernel, reader: Task | null): string {
  const up = kernel.now + (reader?.ns.time.boottimeOffset ?? 0);
  const idle = Math.max(0, kernel.now - kernel.cgroups.root.cpu.used);
  const shown = (time: number) => {
    const hundredths = Math.floor(time / tick);
    return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
  };
  return `${shown(up)} ${shown(idle)}\n`;
}

export function stat(kernel: SimKernel): string {
  const user = Math.floor(kernel.cgroups.root.cpu.used / tick);
  const idle = Math.max(0, Math.floor(kernel.now / tick) - user);
  const cpu = `${user} 0 0 ${idle} 0 0 0 0 0 0`;
  let running = 0;
  for (const task of kernel.tasks.all()) if (stateOf(task).letter === 'R') running++;
  return [
    `cpu  ${cpu}`,
    `cpu0 ${cpu}`,
    'intr 0',
    `ctxt ${kernel.scheduler.steps}`,
    `btime ${Math.floor(kernel.options.epoch / second)}`,
    `processes ${kernel.namespaces.initial.pid.lastPid}`,
    `procs_running ${running}`,
    'procs_blocked 0',
    'softirq 0 0 0 0 0 0 0 0 0 0 0',
    '',
  ].join('\n');
}

export function vmstat(kernel: SimKernel): string {
  const pages = Math.floor(Math.max(0, kernel.options.memoryBytes - usedBytes(kernel)) / 4096);
  return `nr_free_pages ${pages}\npgpgin 0\npgpgout 0\npswpin 0\npswpout 0\npgfault 0\npgmajfault 0\noom_kill 0\n`;
}
