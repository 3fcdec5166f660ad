/** Figures of ipcs. */
import type { Nanoseconds } from '../../../kernel/sim';
import { calendar, strftime } from '../../lib/time';

export const hex = (key: number) => `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
export const octal = (mode: number) => (mode & 0o777).toString(8);

/** Cells padded on the right, one blank between. */
export function row(...cells: ReadonlyArray<readonly [text: string | number, width: number]>): string {
  return cells.map(([text, width]) => String(text).padEnd(width)).join(' ');
}

/** `Nov 27 01:25:48`; what never was is zero. */
export function shortTime(time: Nanoseconds): string {
  return time === 0 ? 'Not set' : strftime('%b %e %H:%M:%S', calendar(Math.floor(time / 1e9)));
}

export function longTime(time: Nanoseconds): string {
  return time === 0 ? 'Not set' : strftime('%a %b %e %H:%M:%S %Y', calendar(Math.floor(time / 1e9)));
}

/** `976.6K`: with one decimal where it is not whole. */
export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  const power = Math.min(5, Math.floor(Math.log2(bytes) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10}${'KMGTP'[power - 1]}`;
}
