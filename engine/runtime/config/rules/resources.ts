/** Rules about `resources` (OCI runtime-spec 1.2, config-linux.md, "Control groups"). */
import type { Resources } from '../schema/resources';
import type { Finding } from './rule';

export function memoryRules({ memory = {} }: Resources): Finding[] {
  const limits = (['limit', 'reservation', 'swap', 'kernel', 'kernelTCP'] as const).flatMap((field): Finding[] => {
    const value = memory[field];
    return value !== undefined && value < -1
      ? [{ path: ['memory', field], problem: `${value} is neither a number of bytes nor -1, no limit` }]
      : [];
  });
  const { limit = -1, swap = -1 } = memory;
  if (limit > 0 && swap > 0 && swap < limit)
    return [
      ...limits,
      { path: ['memory', 'swap'], problem: `${swap} is less than memory.limit, ${limit}: it is of both together` },
    ];
  return limits;
}

export function cpuRules({ cpu = {} }: Resources): Finding[] {
  const found: Finding[] = [];
  const { quota = 0, burst = 0, idle = 0 } = cpu;
  if (quota > 0 && burst > quota)
    found.push({ path: ['cpu', 'burst'], problem: `${burst} is more than the quota, ${quota}` });
  if (idle !== 0 && idle !== 1) found.push({ path: ['cpu', 'idle'], problem: `${idle} is neither 0 nor 1` });
  return found;
}

/** blkio has 10 to 1000; 0 leaves the weight as it is. */
export function blockIoRules({ blockIO = {} }: Resources): Finding[] {
  const check = (at: object, path: Finding['path']): Finding[] =>
    Object.entries(at).flatMap(([field, value]: [string, unknown]) =>
      /^(weight|leafWeight)$/.test(field) && typeof value === 'number' && value !== 0 && (value < 10 || value > 1000)
        ? [{ path: [...path, field], problem: `${value} is not between 10 and 1000` }]
        : [],
    );
  const devices = blockIO.weightDevice ?? [];
  return [
    ...check(blockIO, ['blockIO']),
    ...devices.flatMap((device, index) => check(device, ['blockIO', 'weightDevice', index])),
  ];
}

export function unifiedRules({ unified = {} }: Resources): Finding[] {
  return Object.keys(unified).flatMap((file) =>
    /^[A-Za-z0-9_]+(\.[A-Za-z0-9_-]+)+$/.test(file)
      ? []
      : [{ path: ['unified', file], problem: 'is no name of a file in a cgroup, like "memory.max"' }],
  );
}

export function deviceRules({ devices = [] }: Resources): Finding[] {
  return devices.flatMap((device, index) =>
    (['major', 'minor'] as const).flatMap((field): Finding[] => {
      const number = device[field];
      return number !== undefined && number < -1
        ? [{ path: ['devices', index, field], problem: `${number} is neither a device number nor -1, all of them` }]
        : [];
    }),
  );
}
