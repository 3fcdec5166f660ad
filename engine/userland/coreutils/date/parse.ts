/** Dates as people write them, for date -d and touch -d (the date input formats of GNU). */
import { calendar, daysFromCivil, weekdays } from '../../lib/time';
import { zoneAt } from '../../lib/zone';
import { monthNumber, ordinals, relativeDays, unitDays, unitSeconds, zoneHours } from './date-words';

export interface Instant {
  seconds: number;
  nanosecond: number;
}

interface Reading {
  date: { year: number; month: number; day: number } | null;
  time: { hour: number; minute: number; second: number; nanosecond: number } | null;
  /** Seconds east of Greenwich. */
  zone: number | null;
  weekday: { number: number; ordinal: number } | null;
  relative: { year: number; month: number; day: number; second: number; nanosecond: number };
  isRelative: boolean;
}

/** Null when nobody can tell. `tz` is the TZ variable. */
export function parseDate(text: string, now: Instant, tz: string | undefined): Instant | null {
  const ownZone = /^\s*TZ="((?:[^"\\]|\\.)*)"/.exec(text);
  if (ownZone) return parseDate(text.slice(ownZone[0].length), now, (ownZone[1] ?? '').replace(/\\(.)/g, '$1'));
  const stamp = /^\s*@(-?\d+)(?:[.,](\d+))?\s*$/.exec(text);
  if (stamp) return fromStamp(Number(stamp[1]), stamp[2] ?? '');
  const reading = new DateReader(text.replace(/\([^)]*\)/g, ' ').toLowerCase()).read();
  return reading === null ? null : resolve(reading, now, tz);
}

function fromStamp(seconds: number, fraction: string): Instant {
  const nanosecond = Number(fraction.slice(0, 9).padEnd(9, '0'));
  return seconds < 0 && nanosecond > 0
    ? { seconds: seconds - 1, nanosecond: 1_000_000_000 - nanosecond }
    : { seconds, nanosecond };
}

class DateReader {
  #rest: string;
  readonly #reading: Reading = {
    date: null,
    time: null,
    zone: null,
    weekday: null,
    relative: { year: 0, month: 0, day: 0, second: 0, nanosecond: 0 },
    isRelative: false,
  };

  constructor(text: string) {
    this.#rest = text.trim();
  }

  read(): Reading | null {
    while (this.#rest !== '') {
      if (!(this.#stamp() || this.#date() || this.#time() || this.#zone() || this.#relative() || this.#word()))
        return null;
      this.#rest = this.#rest.replace(/^[\s,]+/, '');
    }
    return this.#reading;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.#rest);
    if (match) this.#rest = this.#rest.slice(match[0].length);
    return match;
  }

  #setDate(year: number, month: number, day: number): boolean {
    if (this.#reading.date !== null || month < 1 || month > 12 || day < 1) return false;
    if (day > daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1)) return false;
    this.#reading.date = { year, month, day };
    return true;
  }

  /** `20240102T030405` and the like. */
  #stamp(): boolean {
    const match = this.#take(/^(\d{4})(\d\d)(\d\d)(?:t(\d\d)(\d\d)(\d\d)?)?(?![\d:/-])/);
    if (!match) return false;
    const [, year, month, day, hour, minute, second] = match;
    if (!this.#setDate(Number(year), Number(month), Number(day))) return false;
    return hour === undefined || this.#setTime(Number(hour), Number(minute), Number(second ?? 0), '');
  }

  #date(): boolean {
    const iso = this.#take(/^(\d{1,}|\+\d+)-(\d{1,2})-(\d{1,2})(?:t(?=\d))?(?!\d)/);
    if (iso) return this.#setDate(fullYear(iso[1] ?? ''), Number(iso[2]), Number(iso[3]));
    const slashes = this.#take(/^(\d+)\/(\d+)(?:\/(\d+))?(?!\d)/);
    if (slashes) {
      const [, a = '', b = '', c] = slashes;
      if (a.length >= 4) return this.#setDate(Number(a), Number(b), Number(c));
      return (
        this.#setDate(c === undefined ? Number.NaN : fullYear(c), Number(a), Number(b)) ||
        this.#thisYear(Number(a), Number(b), c)
      );
    }
    const named = this.#take(/^(\d{1,2})[\s-]*([a-z]{3,})\.?(?:[\s,-]+(\d{4}|\d\d(?=-|$|\s))(?![\d:]))?/);
    if (named) {
      const month = monthNumber(named[2] ?? '');
      if (month > 0) return this.#named(month, Number(named[1]), named[3]);
      this.#rest = named[0] + this.#rest;
    }
    const american = this.#take(/^([a-z]{3,})\.?[\s-]*(\d{1,2})(?!\d|:)(?:(?:\s*,\s*|[\s-]+)(\d{4})(?![\d:]))?/);
    if (american) {
      const month = monthNumber(american[1] ?? '');
      if (month > 0) return this.#named(month, Number(american[2]), american[3]);
      this.#rest = american[0] + this.#rest;
    }
    return this.#lonelyYear();
  }

  /** The year behind a time, as date itself prints it: `Fri Nov 27 00:40:32 UTC 2026`. */
  #lonelyYear(): boolean {
    const { date, time } = this.#reading;
    if (date === null || time === null) return false;
    const match = this.#take(/^(\d{4})(?![\d:])/);
    if (!match) return false;
    this.#reading.date = { ...date, year: Number(match[1]) };
    return true;
  }

  #named(month: number, day: number, year: string | undefined): boolean {
    return year === undefined ? this.#thisYear(month, day, undefined) : this.#setDate(fullYear(year), month, day);
  }

  /** Without a year it is this one, which `resolve` fills in. */
  #thisYear(month: number, day: number, year: string | undefined): boolean {
    if (year !== undefined || this.#reading.date !== null || month < 1 || month > 12 || day < 1 || day > 31)
      return false;
    this.#reading.date = { year: Number.NaN, month, day };
    return true;
  }

  #time(): boolean {
    const match =
      this.#take(/^t?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([ap]\.?m\.?)?(?![\d:])/) ??
      this.#take(/^(\d{1,2})()()()\s*([ap]\.?m\.?)(?![a-z])/);
    if (!match) return this.#bareTime();
    const [, hour, minute, second, fraction, half] = match;
    let hours = Number(hour);
    if (half) {
      if (hours < 1 || hours > 12) return false;
      hours = (hours % 12) + (half.startsWith('p') ? 12 : 0);
    }
    if (!this.#setTime(hours, Number(minute || 0), Number(second || 0), fraction ?? '')) return false;
    const offset = this.#take(/^\s*([+-])(\d{1,2}):?(\d\d)?(?!\d)/);
    return offset === null || this.#setOffset(offset);
  }

  /** `1230` is a time once there is a date. */
  #bareTime(): boolean {
    const match = this.#take(/^(\d\d?)(\d\d)?(?![\d:\s]*[a-z\d])/);
    if (!match || this.#reading.time !== null) return false;
    return this.#setTime(Number(match[1]), Number(match[2] ?? 0), 0, '');
  }

  #setTime(hour: number, minute: number, second: number, fraction: string): boolean {
    if (this.#reading.time !== null || hour > 23 || minute > 59 || second > 60) return false;
    const nanosecond = Number(fraction.slice(0, 9).padEnd(9, '0'));
    this.#reading.time = { hour, minute, second, nanosecond };
    return true;
  }

  #setOffset(match: RegExpExecArray): boolean {
    const [, sign, hours, minutes = '0'] = match;
    if (Number(hours) > 24) return false;
    this.#reading.zone = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
    return true;
  }

  #zone(): boolean {
    const match = /^([a-z]+)(?![a-z])/.exec(this.#rest);
    const hours = zoneHours(match?.[1] ?? '');
    if (!match || hours === undefined) return false;
    this.#rest = this.#rest.slice(match[0].length);
    this.#reading.zone = hours * 3600;
    const offset = this.#take(/^([+-])(\d{1,2}):?(\d\d)?(?!\d)/);
    return offset === null || this.#setOffset(offset);
  }

  /** `2 days ago`, `next week`, `-3 hours`, `tomorrow`. */
  #relative(): boolean {
    const match = this.#take(
      /^(?:([+-])?\s*(\d+)(?:\.(\d+))?\s*|(last|this|next|first|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\s+)?(year|month|fortnight|week|day|hour|minute|min|second|sec)s?(?![a-z])/,
    );
    if (match) {
      const [, sign, digits, fraction, ordinal, unit = ''] = match;
      const amount = digits === undefined ? (ordinal === undefined ? 1 : (ordinals[ordinal] ?? 0)) : Number(digits);
      const isAgo = this.#take(/^\s*ago(?![a-z])/) !== null;
      const factor = (sign === '-' ? -1 : 1) * (isAgo ? -1 : 1);
      return this.#shift(unit, factor * amount, factor * Number((fraction ?? '').slice(0, 9).padEnd(9, '0')));
    }
    const day = this.#take(/^(now|today|tomorrow|yesterday)(?![a-z])/);
    if (!day) return false;
    const word = day[1] ?? '';
    return this.#shift('day', relativeDays[word] ?? 0, 0);
  }

  #shift(unit: string, amount: number, nanosecond: number): boolean {
    const { relative } = this.#reading;
    this.#reading.isRelative = true;
    if (unit === 'year' || unit === 'month') relative[unit] += amount;
    else if (unit in unitDays) relative.day += amount * (unitDays[unit] ?? 0);
    else {
      relative.second += amount * (unitSeconds[unit] ?? 0);
      relative.nanosecond += nanosecond;
    }
    return true;
  }

  #word(): boolean {
    const match = this.#take(
      /^(?:(last|this|next|first|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\d+)\s+)?([a-z]{3,})\.?(?![a-z])/,
    );
    if (!match) return false;
    const [, ordinal, word = ''] = match;
    const number = weekdays.findIndex(
      (name) => name.toLowerCase() === word || name.slice(0, Math.min(4, word.length)).toLowerCase() === word,
    );
    if (number < 0 || word.length < 3 || this.#reading.weekday !== null) return false;
    this.#reading.weekday = { number, ordinal: ordinal === undefined ? 0 : (ordinals[ordinal] ?? Number(ordinal)) };
    return true;
  }
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 69 ? year + 2000 : year + 1900;
}

function resolve(reading: Reading, now: Instant, tz: string | undefined): Instant | null {
  const { offset } = zoneAt(tz, now.seconds);
  const today = calendar(now.seconds + offset);
  const { relative, weekday } = reading;
  const date = reading.date ?? today;
  const keepsTime = reading.time === null && reading.date === null && weekday === null && reading.isRelative;
  const time =
    reading.time ??
    (keepsTime ? { ...today, nanosecond: now.nanosecond } : { hour: 0, minute: 0, second: 0, nanosecond: 0 });
  const year = Number.isNaN(date.year) ? today.year : date.year;
  let days = daysFromCivil(year + relative.year, date.month + relative.month, date.day) + relative.day;
  if (weekday !== null && reading.date === null) {
    const current = (((days + 4) % 7) + 7) % 7;
    const ahead = (weekday.number - current + 7) % 7;
    days += ahead + 7 * (weekday.ordinal - (weekday.ordinal > 0 && current !== weekday.number ? 1 : 0));
  }
  const local = days * 86_400 + time.hour * 3600 + time.minute * 60 + time.second;
  const guess = reading.zone ?? zoneAt(tz, local - offset).offset;
  const nanosecond = time.nanosecond + relative.nanosecond;
  const carry = Math.floor(nanosecond / 1e9);
  return { seconds: local - guess + relative.second + carry, nanosecond: nanosecond - carry * 1e9 };
}
