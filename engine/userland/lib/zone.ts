/**
 * Time zones as the TZ variable spells them out (`EST5EDT`, `CET-1CEST,M3.5.0,M10.5.0/3`; tzset(3)). Machines have no
 * zone files, so a name like Europe/Berlin is UTC under its first letters, as on the real ones.
 */
import { calendar, daysFromCivil } from './time';

export interface Zone {
  name: string;
  /** Seconds east of Greenwich. */
  offset: number;
}

interface Rule {
  month: number;
  week: number;
  weekday: number;
  /** Seconds after midnight. */
  time: number;
}

const pattern =
  /^:?(?:<([^>]+)>|([A-Za-z]{3,}))([+-]?[\d:]+)?(?:(?:<([^>]+)>|([A-Za-z]{3,}))([+-]?[\d:]+)?(?:,(.*))?)?/;
const utc: Zone = { name: 'UTC', offset: 0 };

/** What the clock shows there at that time. */
export function zoneAt(tz: string | undefined, seconds: number): Zone {
  if (tz === undefined || tz === '') return utc;
  const match = pattern.exec(tz);
  if (!match) return utc;
  const [, quoted, plain, offset, summerQuoted, summerPlain, summerOffset, rules] = match;
  const name = quoted ?? plain ?? 'UTC';
  if (offset === undefined) return { name, offset: 0 };
  const winter: Zone = { name, offset: -secondsOf(offset) };
  const summerName = summerQuoted ?? summerPlain;
  if (summerName === undefined) return winter;
  const summer: Zone = {
    name: summerName,
    offset: summerOffset === undefined ? winter.offset + 3600 : -secondsOf(summerOffset),
  };
  const [start, end] = (rules ?? 'M3.2.0,M11.1.0').split(',').map(parseRule);
  if (!start || !end) return winter;
  const { year } = calendar(seconds + winter.offset);
  const from = momentOf(start, year) - winter.offset;
  const to = momentOf(end, year) - summer.offset;
  const isSummer = from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
  return isSummer ? summer : winter;
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}

function parseRule(text: string): Rule | null {
  const match = /^M(\d+)\.(\d+)\.(\d+)(?:\/([+-]?[\d:]+))?$/.exec(text);
  if (!match) return null;
  const [, month, week, weekday, time = '2'] = match;
  return { month: Number(month), week: Number(week), weekday: Number(weekday), time: secondsOf(time) };
}

/** The fifth week is the last one. */
function momentOf({ month, week, weekday, time }: Rule, year: number): number {
  const first = daysFromCivil(year, month, 1);
  const firstWeekday = (((first + 4) % 7) + 7) % 7;
  const length = daysFromCivil(year, month + 1, 1) - first;
  let day = ((weekday - firstWeekday + 7) % 7) + (week - 1) * 7;
  while (day >= length) day -= 7;
  return (first + day) * 86_400 + time;
}

/** `+0100`, with as many colons as asked for. */
export function offsetText(offset: number, colons: number): string {
  const size = Math.abs(offset);
  const parts = [size / 3600, (size % 3600) / 60, size % 60].map((part) => String(Math.floor(part)).padStart(2, '0'));
  const [hours = '00', minutes = '00', seconds = '00'] = parts;
  const sign = offset < 0 ? '-' : '+';
  if (colons === 0) return `${sign}${hours}${minutes}`;
  if (colons === 1) return `${sign}${hours}:${minutes}`;
  if (colons === 2) return `${sign}${hours}:${minutes}:${seconds}`;
  return `${sign}${hours}${size % 3600 === 0 ? '' : `:${minutes}`}${size % 60 === 0 ? '' : `:${seconds}`}`;
}
