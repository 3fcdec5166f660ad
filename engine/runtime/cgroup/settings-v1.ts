/** `linux.resources` as files of version 1 controllers (kernel: Documentation/admin-guide/cgroup-v1). */
import type { DeviceRule, Resources } from '../config';

/** A file of a controller and what is written to it. */
export interface Setting {
  controller: string;
  file: string;
  content: string;
}

export function settingsV1(resources: Resources): Setting[] {
  return [
    ...memory(resources),
    ...cpu(resources),
    ...pids(resources),
    ...blockIo(resources),
    ...(resources.hugepageLimits ?? []).map(({ pageSize, limit }) =>
      setting('hugetlb', `hugetlb.${pageSize}.limit_in_bytes`, limit),
    ),
    ...network(resources),
    ...Object.entries(resources.rdma ?? {}).map(([device, limits]) =>
      setting('rdma', 'rdma.max', `${device} ${rdmaLimits(limits)}`),
    ),
  ];
}

export function setting(controller: string, file: string, content: string | number | bigint): Setting {
  return { controller, file, content: String(content) };
}

/** The settings that are there, by file. */
export function given(
  controller: string,
  files: Record<string, string | number | bigint | boolean | undefined>,
): Setting[] {
  return Object.entries(files).flatMap(([file, value]) =>
    value === undefined ? [] : [setting(controller, file, typeof value === 'boolean' ? Number(value) : value)],
  );
}

function memory({ memory: wanted = {} }: Resources): Setting[] {
  return given('memory', {
    'memory.limit_in_bytes': wanted.limit,
    'memory.memsw.limit_in_bytes': wanted.swap,
    'memory.soft_limit_in_bytes': wanted.reservation,
    'memory.kmem.limit_in_bytes': wanted.kernel,
    'memory.kmem.tcp.limit_in_bytes': wanted.kernelTCP,
    'memory.swappiness': wanted.swappiness,
    'memory.oom_control': wanted.disableOOMKiller === true ? 1 : undefined,
  });
}

function cpu({ cpu: wanted = {} }: Resources): Setting[] {
  return [
    ...given('cpu', {
      'cpu.shares': wanted.shares,
      'cpu.cfs_period_us': wanted.period,
      'cpu.cfs_quota_us': wanted.quota,
      'cpu.cfs_burst_us': wanted.burst,
      'cpu.rt_period_us': wanted.realtimePeriod,
      'cpu.rt_runtime_us': wanted.realtimeRuntime,
      'cpu.idle': wanted.idle,
    }),
    ...given('cpuset', { 'cpuset.cpus': wanted.cpus || undefined, 'cpuset.mems': wanted.mems || undefined }),
  ];
}

function pids({ pids: wanted }: Resources): Setting[] {
  if (!wanted) return [];
  return [setting('pids', 'pids.max', wanted.limit > 0 ? wanted.limit : 'max')];
}

function blockIo({ blockIO: wanted = {} }: Resources): Setting[] {
  const throttles = {
    'blkio.throttle.read_bps_device': wanted.throttleReadBpsDevice,
    'blkio.throttle.write_bps_device': wanted.throttleWriteBpsDevice,
    'blkio.throttle.read_iops_device': wanted.throttleReadIOPSDevice,
    'blkio.throttle.write_iops_device': wanted.throttleWriteIOPSDevice,
  };
  return [
    ...given('blkio', { 'blkio.weight': wanted.weight, 'blkio.leaf_weight': wanted.leafWeight }),
    ...(wanted.weightDevice ?? []).flatMap(({ major, minor, weight, leafWeight }) => [
      ...given('blkio', { 'blkio.weight_device': weight && `${major}:${minor} ${weight}` }),
      ...given('blkio', { 'blkio.leaf_weight_device': leafWeight && `${major}:${minor} ${leafWeight}` }),
    ]),
    ...Object.entries(throttles).flatMap(([file, devices = []]) =>
      devices.map(({ major, minor, rate }) => setting('blkio', file, `${major}:${minor} ${rate}`)),
    ),
  ];
}

function network({ network: wanted = {} }: Resources): Setting[] {
  return [
    ...given('net_cls', { 'net_cls.classid': wanted.classID }),
    ...(wanted.priorities ?? []).map(({ name, priority }) =>
      setting('net_prio', 'net_prio.ifpriomap', `${name} ${priority}`),
    ),
  ];
}

export function rdmaLimits(limits: { hcaHandles?: number | undefined; hcaObjects?: number | undefined }): string {
  const handles = limits.hcaHandles === undefined ? [] : [`hca_handle=${limits.hcaHandles}`];
  const objects = limits.hcaObjects === undefined ? [] : [`hca_object=${limits.hcaObjects}`];
  return [...handles, ...objects].join(' ');
}

/** What every container may use, whatever its rules say: make any node, and use those that every /dev has. */
export const alwaysAllowed: DeviceRule[] = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  // null, zero, full, random, urandom
  ...[3, 5, 7, 8, 9].map((minor): DeviceRule => ({ allow: true, type: 'c', major: 1, minor, access: 'rwm' })),
  // tty, console, ptmx
  ...[0, 1, 2].map((minor): DeviceRule => ({ allow: true, type: 'c', major: 5, minor, access: 'rwm' })),
  { allow: true, type: 'c', major: 136, access: 'rwm' },
];

/** The rules in the words of the devices controller, in their order. What nobody allows is denied. */
export function deviceSettings(rules: readonly DeviceRule[]): Setting[] {
  return [
    setting('devices', 'devices.deny', 'a'),
    ...[...rules, ...alwaysAllowed].map((rule) =>
      setting('devices', rule.allow ? 'devices.allow' : 'devices.deny', deviceRule(rule)),
    ),
  ];
}

function deviceRule({ type, major, minor, access }: DeviceRule): string {
  if (type === undefined || type === '' || type === 'a') return 'a';
  const number = (value: number | bigint | undefined) => (value === undefined || value < 0 ? '*' : String(value));
  return `${type} ${number(major)}:${number(minor)} ${access || 'rwm'}`;
}
