/** Points in time as text: strftime(3) with the flags of GNU date, in English. */
import type { Nanoseconds } from '../../kernel/sim';

export interface Calendar {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  /** 0 is Sunday. */
  weekday: number;
  /** 1 to 366. */
  yearDay: number;
  /** Whole seconds since 1970. */
  epoch: number;
}

export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const daySeconds = 86_400;

/** Days from 1970-01-01 to a day of the Gregorian calendar. Months may be out of range. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = year + Math.floor((month - 1) / 12);
  const m = ((((month - 1) % 12) + 12) % 12) + 1;
  const shifted = m <= 2 ? y - 1 : y;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function calendar(seconds: number, nanosecond = 0): Calendar {
  const days = Math.floor(seconds / daySeconds);
  const rest = seconds - days * daySeconds;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: Math.floor(rest % 60),
    nanosecond,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysFromCivil(year, 1, 1) + 1,
    epoch: seconds,
  };
}

/** Nanoseconds since 1970 taken apart; exact as far as the number is. */
export function calendarOf(time: Nanoseconds): Calendar {
  const seconds = Math.floor(time / 1e9);
  return calendar(seconds, Math.min(999_999_999, Math.max(0, Math.round(time - seconds * 1e9))));
}

type Flag = '_' | '-' | '0' | '+' | '^' | '#';

interface Directive {
  flags: Flag[];
  width: number | null;
  colons: number;
}

/** How the zone is shown: its name, and the offset with so many colons. */
export interface ShownZone {
  name: string;
  offset(colons: number): string;
}

const utc: ShownZone = {
  name: 'UTC',
  offset: (colons) => ['+0000', '+00:00', '+00:00:00', '+00'][colons] ?? '',
};

/** `time` is what the clock shows in that zone; `epoch` in it stays the number of seconds since 1970. */
export function strftime(format: string, time: Calendar, zone: ShownZone = utc): string {
  return format.replace(
    /%([-_0+^#]*)(\d*)(:{0,3})[EO]?([a-zA-Z%+])/g,
    (whole: string, flags: string, width: string, colons: string, letter: string) => {
      const directive = {
        flags: [...flags].filter(isFlag),
        width: width === '' ? null : Number(width),
        colons: colons.length,
      };
      return expand(letter, directive, time, zone) ?? whole;
    },
  );
}

/** strftime(3) of the C library, in UTC: what bash and mawk format with. It lacks what date adds: `%N`, `%q`, `+` and colons. */
export function cStrftime(format: string, seconds: number): string {
  const ownOfDate = /%(?:%|[-_0^#]*\+[-_0+^#]*|[-_0^#]*\d*(?::+[a-zA-Z]|[EO]?[Nq]))/g;
  const known = format.replace(ownOfDate, (whole) => (whole === '%%' ? whole : `%${whole}`));
  return strftime(known, calendar(Math.floor(seconds)));
}

function isFlag(char: string): char is Flag {
  return '_-0+^#'.includes(char);
}

function expand(letter: string, directive: Directive, t: Calendar, zone: ShownZone): string | null {
  const number = (value: number, digits: number, fill: '0' | '_' = '0') => padNumber(value, digits, fill, directive);
  const text = (value: string, swapped = value.toUpperCase()) => padText(value, swapped, directive);
  const nested = (format: string) => text(strftime(format, t, zone));
  const twelve = t.hour % 12 === 0 ? 12 : t.hour % 12;
  switch (letter) {
    case '%':
      return '%';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'a':
      return text((weekdays[t.weekday] ?? '').slice(0, 3));
    case 'A':
      return text(weekdays[t.weekday] ?? '');
    case 'b':
    case 'h':
      return text((months[t.month - 1] ?? '').slice(0, 3));
    case 'B':
      return text(months[t.month - 1] ?? '');
    case 'c':
      return nested('%a %b %e %H:%M:%S %Y');
    case 'C':
      return number(Math.floor(t.year / 100), 2);
    case 'd':
      return number(t.day, 2);
    case 'D':
    case 'x':
      return nested('%m/%d/%y');
    case 'e':
      return number(t.day, 2, '_');
    case 'F':
      return nested(directive.flags.includes('+') ? '%+4Y-%m-%d' : '%Y-%m-%d');
    case 'g':
      return number(isoWeek(t).year % 100, 2);
    case 'G':
      return number(isoWeek(t).year, 4);
    case 'H':
      return number(t.hour, 2);
    case 'I':
      return number(twelve, 2);
    case 'j':
      return number(t.yearDay, 3);
    case 'k':
      return number(t.hour, 2, '_');
    case 'l':
      return number(twelve, 2, '_');
    case 'm':
      return number(t.month, 2);
    case 'M':
      return number(t.minute, 2);
    case 'N':
      return nanoseconds(t.nanosecond, directive);
    case 'p':
      return text(t.hour < 12 ? 'AM' : 'PM', t.hour < 12 ? 'am' : 'pm');
    case 'P':
      return text(t.hour < 12 ? 'am' : 'pm');
    case 'q':
      return number(Math.ceil(t.month / 3), 1);
    case 'r':
      return nested('%I:%M:%S %p');
    case 'R':
      return nested('%H:%M');
    case 's':
      return number(t.epoch, 1);
    case 'S':
      return number(t.second, 2);
    case 'T':
    case 'X':
      return nested('%H:%M:%S');
    case 'u':
      return number(t.weekday === 0 ? 7 : t.weekday, 1);
    case 'U':
      return number(Math.floor((t.yearDay - 1 - t.weekday + 7) / 7), 2);
    case 'V':
      return number(isoWeek(t).week, 2);
    case 'w':
      return number(t.weekday, 1);
    case 'W':
      return number(Math.floor((t.yearDay - 1 - ((t.weekday + 6) % 7) + 7) / 7), 2);
    case 'y':
      return number(((t.year % 100) + 100) % 100, 2);
    case 'Y':
      return number(t.year, t.year > 9999 ? 5 : 4);
    case 'z':
      return zone.offset(directive.colons);
    case 'Z':
      return text(zone.name, zone.name.toLowerCase());
    default:
      return null;
  }
}

function padNumber(value: number, digits: number, fill: '0' | '_', { flags, width }: Directive): string {
  const mode = flags.findLast((flag) => flag === '-' || flag === '_' || flag === '0' || flag === '+') ?? fill;
  const body = String(Math.abs(value));
  const sign = value < 0 ? '-' : mode === '+' && body.length > digits ? '+' : '';
  if (mode === '-') return sign + body;
  const size = Math.max(width ?? 0, digits) - sign.length;
  return mode === '_' ? (sign + body).padStart(size + sign.length) : sign + body.padStart(size, '0');
}

function padText(value: string, swapped: string, { flags, width }: Directive): string {
  let text = value;
  if (flags.includes('^')) text = value.toUpperCase();
  else if (flags.includes('#')) text = swapped;
  return flags.includes('-') ? text : text.padStart(width ?? 0, flags.includes('0') ? '0' : ' ');
}

/** Digits after the point: `%3N` is milliseconds. */
function nanoseconds(value: number, { flags, width }: Directive): string {
  const digits = String(value).padStart(9, '0');
  const cut = digits.slice(0, width === null ? 9 : Math.min(9, width));
  if (flags.includes('_')) return cut.replace(/(?!^)0+$/, (zeros) => ' '.repeat(zeros.length));
  return cut.padEnd(width ?? 9, '0');
}

/** The week of ISO 8601: it begins on Monday, and the first holds January 4. */
function isoWeek(t: Calendar): { year: number; week: number } {
  const weekday = (t.weekday + 6) % 7;
  const thursday = calendar(t.epoch + (3 - weekday) * daySeconds);
  return { year: thursday.year, week: Math.floor((thursday.yearDay - 1) / 7) + 1 };
}
