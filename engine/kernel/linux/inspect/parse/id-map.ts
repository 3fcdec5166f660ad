/** `/proc/PID/uid_map` and `gid_map` (user_namespaces(7)). */
import type { IdMapRange } from '../../../../state';

export function parseIdMap(text: string): IdMapRange[] {
  const ranges: IdMapRange[] = [];
  for (const line of text.split('\n')) {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    if (inside === undefined || outside === undefined || count === undefined) continue;
    if (Number.isInteger(inside) && Number.isInteger(outside) && Number.isInteger(count)) {
      ranges.push({ inside, outside, count });
    }
  }
  return ranges;
}
