/** /etc/fstab (fstab(5)). */
import type { Blocking, Sys } from '../../../kernel/sim';
import { readFileOrNull } from '../../lib/io';
import { unescapeName } from '../../lib/mountinfo';

export interface FstabEntry {
  source: string;
  target: string;
  type: string;
  options: string;
}

/** Empty where there is none. */
export function* readFstab(sys: Sys, path: string): Blocking<FstabEntry[]> {
  const text = (yield* readFileOrNull(sys, path)) ?? '';
  return text.split('\n').flatMap((line) => {
    const [source = '', target, type, options = 'defaults'] = line.trim().split(/\s+/).map(unescapeName);
    return source === '' || source.startsWith('#') || !target || !type ? [] : [{ source, target, type, options }];
  });
}

/** By the place, else by what is mounted there. */
export function findInFstab(entries: readonly FstabEntry[], name: string): FstabEntry | null {
  const place = name.length > 1 ? name.replace(/\/+$/, '') : name;
  return entries.find(({ target }) => target === place) ?? entries.find(({ source }) => source === name) ?? null;
}
