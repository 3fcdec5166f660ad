/** Trees: `f`, `--forest` and `-H` put children below their parents. */
import type { ProcessRecord } from './record';

/** Orders the processes and gives each its branch. Roots come last first, as ps has always shown them. */
export function arrange(records: readonly ProcessRecord[], style: 'branches' | 'indent'): ProcessRecord[] {
  const known = new Set(records.map(({ stat }) => stat.pid));
  const children = new Map<number, ProcessRecord[]>();
  const roots: ProcessRecord[] = [];
  for (const record of records) {
    const { ppid, pid } = record.stat;
    if (!known.has(ppid) || ppid === pid) roots.push(record);
    else children.set(ppid, [...(children.get(ppid) ?? []), record]);
  }
  roots.sort((a, b) => a.stat.ppid - b.stat.ppid);
  const arranged: ProcessRecord[] = [];
  const show = (record: ProcessRecord, before: readonly boolean[]) => {
    record.branch = branch(before, style);
    arranged.push(record);
    const below = children.get(record.stat.pid) ?? [];
    // What init has adopted is no branch of it.
    const isInit = style === 'branches' && record.stat.pid === 1;
    for (const [at, child] of below.entries()) show(child, isInit ? before : [...before, at < below.length - 1]);
  };
  for (const root of roots.reverse()) show(root, []);
  return arranged;
}

/** `before`: for every level above, whether siblings follow. */
function branch(before: readonly boolean[], style: 'branches' | 'indent'): string {
  if (style === 'indent') return '  '.repeat(before.length);
  if (before.length === 0) return '';
  const lines = before.slice(0, -1).map((more) => (more ? ' |  ' : '    '));
  return `${lines.join('')} \\_ `;
}
