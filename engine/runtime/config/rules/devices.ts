/** Rules about `linux.devices` (OCI runtime-spec 1.2, config-linux.md, "Devices"; mknod(2)). */
import type { Device, Linux } from '../schema/linux';
import type { Finding } from './rule';

/** The kernel has 12 bits for the major number and 20 for the minor one. */
const largest = { major: 0xfff, minor: 0xfffff } as const;

export function deviceNodeRules({ devices = [] }: Pick<Linux, 'devices'>): Finding[] {
  return devices.flatMap((device, index) => [
    ...numberRules(device).map(({ path, problem }) => ({ path: ['devices', index, ...path], problem })),
    ...placeRule(devices, device, index),
  ]);
}

function numberRules(device: Device): Finding[] {
  if (device.type === 'p') return [];
  return (['major', 'minor'] as const).flatMap((field): Finding[] => {
    const number = device[field];
    if (number === undefined) return [{ path: [field], problem: `is missing: only a FIFO ("p") needs none` }];
    return number < 0 || number > largest[field]
      ? [{ path: [field], problem: `${number} is not between 0 and ${largest[field]}` }]
      : [];
  });
}

function placeRule(devices: readonly Device[], device: Device, index: number): Finding[] {
  const other = devices.findIndex((before, at) => at < index && before.path === device.path && !isSame(before, device));
  return other < 0
    ? []
    : [{ path: ['devices', index, 'path'], problem: `${device.path} is another device in devices[${other}]` }];
}

function isSame(a: Device, b: Device): boolean {
  return a.type === b.type && a.major === b.major && a.minor === b.minor;
}
