/** Dates as -newermt takes them: the common part of what `date -d` understands. In UTC. */

import type { Nanoseconds } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { daysFromCivil } from '../../lib/time';

const units: Readonly<Record<string, number>> = bare({
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
});

/** Null when it cannot be told. */
export function parseDate(text: string, now: Nanoseconds): Nanoseconds | null {
  const trimmed = text.trim();
  const midnight = Math.floor(now / 86_400e9) * 86_400e9;
  if (trimmed === 'now' || trimmed === '') return trimmed === '' ? midnight : now;
  if (trimmed === 'today') return now;
  if (trimmed === 'yesterday') return now - 86_400e9;
  const [, seconds] = /^@(\d+(?:\.\d+)?)$/.exec(trimmed) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1e9;
  const [, count, unit = '', ago] = /^([-+]?\d+) ?([a-z]+?)s?( ago)?$/.exec(trimmed) ?? [];
  const size = units[unit];
  if (count !== undefined && size !== undefined) return now + (ago ? -1 : 1) * Number(count) * size * 1e9;
  const match = /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?)?(?: ?(?:UTC|Z))?$/.exec(trimmed);
  const [, year, month, date, hour = '0', minute = '0', second = '0'] = match ?? [];
  if (year === undefined) return null;
  const days = daysFromCivil(Number(year), Number(month), Number(date));
  return (days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1e9;
}
