/** `linux.resources` as files of a version 2 cgroup (kernel: Documentation/admin-guide/cgroup-v2.rst). */
import type { Resources } from '../config';
import { given, rdmaLimits, type Setting, setting } from './settings-v1';

export function settingsV2(resources: Resources): Setting[] {
  return [
    ...memory(resources),
    ...cpu(resources),
    ...pids(resources),
    ...blockIo(resources),
    ...(resources.hugepageLimits ?? []).map(({ pageSize, limit }) =>
      setting('hugetlb', `hugetlb.${pageSize}.max`, limit),
    ),
    ...Object.entries(resources.rdma ?? {}).map(([device, limits]) =>
      setting('rdma', 'rdma.max', `${device} ${rdmaLimits(limits)}`),
    ),
  ];
}

type Bytes = number | bigint | undefined;

/** -1 is no limit. */
function limit(value: Bytes): string | undefined {
  if (value === undefined) return undefined;
  return value < 0 ? 'max' : String(value);
}

function memory({ memory: wanted = {} }: Resources): Setting[] {
  return given('memory', {
    'memory.max': limit(wanted.limit),
    'memory.swap.max': limit(swapAlone(wanted.limit, wanted.swap)),
    'memory.low': limit(wanted.reservation),
  });
}

/** config.json counts memory and swap together, version 2 swap by itself. */
function swapAlone(memory: Bytes, both: Bytes): Bytes {
  if (both === undefined || both < 0 || memory === undefined || memory < 0) return both;
  return BigInt(both) - BigInt(memory);
}

function cpu({ cpu: wanted = {} }: Resources): Setting[] {
  const { quota, period } = wanted;
  const time = quota === undefined && period === undefined;
  return [
    ...given('cpu', {
      'cpu.weight': wanted.shares === undefined ? undefined : weight(Number(wanted.shares)),
      'cpu.max': time ? undefined : `${quota === undefined || quota <= 0 ? 'max' : quota} ${period ?? 100_000}`,
      'cpu.max.burst': wanted.burst,
      'cpu.idle': wanted.idle,
    }),
    ...given('cpuset', { 'cpuset.cpus': wanted.cpus || undefined, 'cpuset.mems': wanted.mems || undefined }),
  ];
}

/** Shares of 2 to 262144 as a weight of 1 to 10000. 0 shares mean that nothing is asked for. */
function weight(shares: number): number | undefined {
  return shares === 0 ? undefined : 1 + Math.floor(((Math.max(2, shares) - 2) * 9999) / 262142);
}

function pids({ pids: wanted }: Resources): Setting[] {
  if (!wanted) return [];
  return [setting('pids', 'pids.max', wanted.limit > 0 ? wanted.limit : 'max')];
}

function blockIo({ blockIO: wanted = {} }: Resources): Setting[] {
  const throttles = {
    rbps: wanted.throttleReadBpsDevice,
    wbps: wanted.throttleWriteBpsDevice,
    riops: wanted.throttleReadIOPSDevice,
    wiops: wanted.throttleWriteIOPSDevice,
  };
  return [
    // Weights of 10 to 1000 become 1 to 10000.
    ...given('io', { 'io.weight': wanted.weight && 1 + Math.floor(((wanted.weight - 10) * 9999) / 990) }),
    ...Object.entries(throttles).flatMap(([key, devices = []]) =>
      devices.map(({ major, minor, rate }) => setting('io', 'io.max', `${major}:${minor} ${key}=${rate}`)),
    ),
  ];
}
