/** Figures of the whole system, for free, uptime, top and vmstat. */
import type { Blocking, Sys } from '../../kernel/sim';
import { readFileOrNull } from '../lib/io';
import { calendar, strftime } from '../lib/time';

/** /proc/meminfo in KiB. */
export function* readMemory(sys: Sys): Blocking<ReadonlyMap<string, number>> {
  const text = (yield* readFileOrNull(sys, '/proc/meminfo')) ?? '';
  return new Map([...text.matchAll(/^(\S+):\s+(\d+)/gm)].map(([, name = '', value]) => [name, Number(value)]));
}

export interface MemoryFigures {
  total: number;
  used: number;
  free: number;
  shared: number;
  buffers: number;
  cache: number;
  available: number;
  swapTotal: number;
  swapFree: number;
}

/** As free(1) counts: what is not available is used. */
export function memoryFigures(memory: ReadonlyMap<string, number>): MemoryFigures {
  const of = (name: string) => memory.get(name) ?? 0;
  const available = Math.min(of('MemAvailable'), of('MemTotal'));
  return {
    total: of('MemTotal'),
    used: of('MemTotal') - available,
    free: of('MemFree'),
    shared: of('Shmem'),
    buffers: of('Buffers'),
    cache: of('Cached') + of('SReclaimable'),
    available,
    swapTotal: of('SwapTotal'),
    swapFree: of('SwapFree'),
  };
}

export function* uptimeSeconds(sys: Sys): Blocking<number> {
  return Number(((yield* readFileOrNull(sys, '/proc/uptime')) ?? '0').split(' ')[0]);
}

/** ` 00:43:08 up  1:29,  0 user,  load average: 1.95, 1.48, 0.81` */
export function* uptimeLine(sys: Sys): Blocking<string> {
  const now = Math.floor(sys.clockGettime('realtime') / 1e9);
  const seconds = Math.floor(yield* uptimeSeconds(sys));
  const load = ((yield* readFileOrNull(sys, '/proc/loadavg')) ?? '0.00 0.00 0.00').split(' ').slice(0, 3);
  const clock = strftime('%H:%M:%S', calendar(now));
  return ` ${clock} up ${duration(seconds)},  0 user,  load average: ${load.join(', ')}`;
}

function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const prefix = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  if (hours > 0) return `${prefix}${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}`;
  return `${prefix}${minutes} min`;
}
