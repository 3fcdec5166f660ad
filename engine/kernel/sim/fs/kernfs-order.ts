/** In which order sysfs and cgroup2 list their names: by a hash (Linux `kernfs_name_hash`). */

const mask64 = (1n << 64n) - 1n;
const goldenRatio = 0x61c8864680b583ebn;

function hash(name: string): number {
  let sum = 0n;
  for (const char of name) {
    const code = BigInt(char.codePointAt(0) ?? 0);
    sum = ((sum + (code << 4n) + (code >> 4n)) * 11n) & mask64;
  }
  const folded = Number((((sum * goldenRatio) & mask64) >> 32n) & 0x7fffffffn);
  if (folded < 2) return folded + 2;
  return Math.min(folded, 0x7ffffffe);
}

export function inKernfsOrder(names: Iterable<string>): string[] {
  return [...names]
    .map((name): [string, number] => [name, hash(name)])
    .sort(([a, one], [b, other]) => one - other || (a < b ? -1 : 1))
    .map(([name]) => name);
}
