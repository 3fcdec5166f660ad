/** Times in the many forms ps has for them. */

import { ticksPerSecond } from '../../lib/processes';
import { calendar, strftime } from '../../lib/time';
import { elapsedOf, type ProcessRecord, startOf, ticksOf, type World } from './record';

const two = (number: number) => String(number).padStart(2, '0');
const daySeconds = 86_400;

/** `[DD-]hh:mm:ss` */
export function clockText(seconds: number): string {
  const [days, rest] = [Math.floor(seconds / daySeconds), seconds % daySeconds];
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return days > 0 ? `${days}-${clock}` : clock;
}

export function cpuClock(record: ProcessRecord, world: World): string {
  return clockText(Math.floor(ticksOf(record, world) / ticksPerSecond));
}

/** `mmm:ss` */
export function bsdClock(record: ProcessRecord, world: World): string {
  const seconds = Math.floor(ticksOf(record, world) / ticksPerSecond);
  return `${String(Math.floor(seconds / 60)).padStart(3)}:${two(seconds % 60)}`;
}

/** `[[DD-]hh:]mm:ss` */
export function elapsedClock(record: ProcessRecord, world: World): string {
  const seconds = Math.floor(elapsedOf(record, world));
  return seconds < 3600 ? `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}` : clockText(seconds);
}

export function bsdStart(record: ProcessRecord, world: World): string {
  const start = startOf(record, world);
  return world.now - start > daySeconds ? format('%b %d', start) : format(' %H:%M', start);
}

/** The hour today, the day this year, else the year. */
export function unixStart(record: ProcessRecord, world: World): string {
  const [start, now] = [calendar(startOf(record, world)), calendar(Math.floor(world.now))];
  if (start.year !== now.year) return strftime('%Y', start);
  return strftime(start.yearDay === now.yearDay ? '%H:%M' : '%b%d', start);
}

export function fullStart(record: ProcessRecord, world: World): string {
  const start = startOf(record, world);
  return world.now - start > daySeconds ? format('  %b %d', start) : format('%H:%M:%S', start);
}

export function longStart(record: ProcessRecord, world: World): string {
  return format('%a %b %e %H:%M:%S %Y', startOf(record, world));
}

function format(pattern: string, seconds: number): string {
  return strftime(pattern, calendar(seconds));
}

/** Share of one processor since it began, in thousandths. */
export function cpuShare(record: ProcessRecord, world: World): number {
  const elapsed = elapsedOf(record, world);
  return elapsed > 0 ? Math.floor((ticksOf(record, world) * 1000) / ticksPerSecond / elapsed) : 0;
}
