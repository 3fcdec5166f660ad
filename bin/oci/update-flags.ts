/** The flags of `update`, as `linux.resources`. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Resources } from '../../engine/runtime';

export interface UpdateFlags {
  resources?: string;
  memory?: number;
  memoryReservation?: number;
  memorySwap?: number;
  cpuPeriod?: number;
  cpuQuota?: number;
  cpuBurst?: number;
  cpuShare?: number;
  cpuRtPeriod?: number;
  cpuRtRuntime?: number;
  cpuIdle?: number;
  cpusetCpus?: string;
  cpusetMems?: string;
  blkioWeight?: number;
  pidsLimit?: number;
}

export function addUpdateFlags(command: Command): Command {
  return command
    .argument('<container-id>')
    .option('-r, --resources <path>', 'file with the resources to update or - to read from stdin')
    .option('--memory <bytes>', 'memory limit', bytes)
    .option('--memory-reservation <bytes>', 'memory reservation or soft limit', bytes)
    .option('--memory-swap <bytes>', 'total memory usage (memory + swap); -1 for unlimited swap', bytes)
    .option('--cpu-period <us>', 'CPU CFS period to be used for hardcapping', number)
    .option('--cpu-quota <us>', 'CPU CFS hardcap limit', number)
    .option('--cpu-burst <us>', 'CPU CFS hardcap burst limit', number)
    .option('--cpu-share <shares>', 'CPU shares (relative weight vs. other containers)', number)
    .option('--cpu-rt-period <us>', 'CPU realtime period', number)
    .option('--cpu-rt-runtime <us>', 'CPU realtime hardcap limit', number)
    .option('--cpu-idle <0|1>', 'set CPU idle', number)
    .option('--cpuset-cpus <list>', 'CPU(s) to use')
    .option('--cpuset-mems <list>', 'memory node(s) to use')
    .option('--blkio-weight <weight>', 'per cgroup weight, 10 to 1000', number)
    .option('--pids-limit <number>', 'maximum number of pids allowed in the container', number);
}

export function resourcesOf(flags: UpdateFlags): Resources {
  const { memory, memoryReservation, memorySwap, blkioWeight, pidsLimit } = flags;
  return {
    memory: { limit: memory, reservation: memoryReservation, swap: memorySwap },
    cpu: {
      period: flags.cpuPeriod,
      quota: flags.cpuQuota,
      burst: flags.cpuBurst,
      shares: flags.cpuShare,
      realtimePeriod: flags.cpuRtPeriod,
      realtimeRuntime: flags.cpuRtRuntime,
      idle: flags.cpuIdle,
      cpus: flags.cpusetCpus,
      mems: flags.cpusetMems,
    },
    ...(blkioWeight !== undefined && { blockIO: { weight: blkioWeight } }),
    ...(pidsLimit !== undefined && { pids: { limit: pidsLimit } }),
  };
}

function number(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

/** `64M`, `1G`, `4096`, `-1`. */
function bytes(text: string): number {
  const [, count, unit] = /^(-?\d+)([kmgt]?)i?b?$/i.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('a number of bytes is needed, such as 4096 or 64M');
  return Number(count) * 1024 ** ' kmgt'.indexOf(unit?.toLowerCase() || ' ');
}
