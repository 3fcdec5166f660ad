/** The words of dates: ordinals, zones, units. */
import { bare } from '../../../kernel/sim';
import { months } from '../../lib/time';

export const ordinals: Readonly<Record<string, number>> = bare({
  last: -1,
  this: 0,
  next: 1,
  first: 1,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
  eleventh: 11,
  twelfth: 12,
});

const zones: Readonly<Record<string, number>> = bare({
  z: 0,
  utc: 0,
  gmt: 0,
  ut: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  met: 1,
  cest: 2,
  mest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  jst: 9,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
});

export const unitSeconds: Readonly<Record<string, number>> = bare({
  hour: 3600,
  minute: 60,
  min: 60,
  second: 1,
  sec: 1,
});

export const unitDays: Readonly<Record<string, number>> = bare({ day: 1, week: 7, fortnight: 14 });

export const relativeDays: Readonly<Record<string, number>> = bare({ now: 0, today: 0, tomorrow: 1, yesterday: -1 });

/** Single letters are the military zones; J is none, and T stands before times. */
export function zoneHours(word: string): number | undefined {
  const west = 'nopqrs_uvwxy'.indexOf(word);
  const east = 'abcdefghiklm'.indexOf(word);
  if (word.length === 1 && east >= 0) return east + 1;
  if (word.length === 1 && west >= 0) return -west - 1;
  return zones[word];
}

export function monthNumber(word: string): number {
  return (
    months.findIndex((name) => {
      const lower = name.toLowerCase();
      return lower === word || lower.slice(0, 3) === word || (word === 'sept' && lower === 'september');
    }) + 1
  );
}
