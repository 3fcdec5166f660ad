/** How the values of cgroup files are written. */
import { bare } from '../../abi/bare';
import { SysError } from '../../abi/errno';

/** A whole number; EINVAL when it is none, ERANGE outside of the bounds. */
export function integer(text: string, least: number, most: number): number {
  const word = text.trim();
  if (!/^[+-]?(\d+|0x[0-9a-fA-F]+)$/.test(word)) throw new SysError('EINVAL');
  const value = Number(word);
  if (!Number.isSafeInteger(value)) throw new SysError('ERANGE');
  if (value < least || value > most) throw new SysError('ERANGE');
  return value;
}

/** `max`, or a number. */
export function limit(text: string, least: number, most: number): number | null {
  return text.trim() === 'max' ? null : integer(text, least, most);
}

const units: Readonly<Record<string, number>> = bare({ k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 });

/** `max`, or bytes with K, M, G ..., down to whole pages (memparse). */
export function bytes(text: string): number | null {
  const word = text.trim();
  if (word === 'max') return null;
  const match = /^(\d+)([kmgtpeKMGTPE]?)$/.exec(word);
  const [, digits, unit = ''] = match ?? [];
  if (digits === undefined) throw new SysError('EINVAL');
  const value = Number(digits) * 1024 ** (units[unit.toLowerCase()] ?? 0);
  return Math.floor(value / 4096) * 4096;
}

export function shown(value: number | null): string {
  return value === null ? 'max' : String(value);
}

/** A list of numbers and ranges, `0-3,5` (cpulist_parse). Null for an empty one. */
export function numberList(text: string, most: number): string | null {
  const word = text.trim();
  if (word === '') return null;
  const wanted = new Set<number>();
  for (const part of word.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (!match) throw new SysError('EINVAL');
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from) throw new SysError('EINVAL');
    if (to > most) throw new SysError('ERANGE');
    for (let number = from; number <= to; number++) wanted.add(number);
  }
  return [...wanted].sort((a, b) => a - b).join(',');
}
