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

export interface Fstab {
  entries: FstabEntry[];
  /** Numbers of lines that are none, from 1. */
  wrongLines: number[];
}

/** Empty where there is none. */
export function* readFstab(sys: Sys, path: string): Blocking<FstabEntry[]> {
  return parseFstab((yield* readFileOrNull(sys, path)) ?? '').entries;
}

export function parseFstab(text: string): Fstab {
  const table: Fstab = { entries: [], wrongLines: [] };
  for (const [at, line] of text.split('\n').entries()) {
    const [source = '', target, type, options = 'defaults'] = line.trim().split(/\s+/).map(unescapeName);
    if (source === '' || source.startsWith('#')) continue;
    if (target && type) table.entries.push({ source, target, type, options });
    else table.wrongLines.push(at + 1);
  }
  return table;
}

/** By the place, else by what is mounted there. */
export function findInFstab(entries: readonly FstabEntry[], name: string): FstabEntry | null {
  const place = name.length > 1 ? name.replace(/\/+$/, '') : name;
  return entries.find(({ target }) => target === place) ?? entries.find(({ source }) => source === name) ?? null;
}
