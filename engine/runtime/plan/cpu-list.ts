/** `0-3,7` as the bits that sched_setaffinity(2) takes (cpuset(7), "List format"). */
export function cpuMask(list: string): Uint8Array {
  const cpus = list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  });
  const mask = new Uint8Array(Math.ceil((Math.max(0, ...cpus) + 1) / 64) * 8);
  for (const cpu of cpus) mask[cpu >> 3] = (mask[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  return mask;
}
