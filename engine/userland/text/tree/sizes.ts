/** Sizes as tree -h writes them: ` 340`, `1.5K`, ` 20K`. */
const units = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

export function humanSize(bytes: number, base: 1000 | 1024): string {
  let at = 0;
  let size = bytes;
  let rest = 0;
  while (size >= base && at < units.length - 1) {
    rest = size % base;
    size = Math.floor(size / base);
    at++;
  }
  if (at === 0) return String(bytes);
  const exact = size + rest / base;
  return size < 10 ? `${exact.toFixed(1)}${units[at] ?? ''}` : `${size}${units[at] ?? ''}`;
}
