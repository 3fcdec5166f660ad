/** Times as POSIX writes them: `MMDDhhmm[[CC]YY][.ss]` of date, `[[CC]YY]MMDDhhmm[.ss]` of touch -t. */
import { calendar, daysFromCivil } from '../../lib/time';
import type { Instant } from './parse';

export function parsePosixTime(text: string, now: Instant, style: 'date' | 'touch'): Instant | null {
  const match = /^(\d{8}|\d{10}|\d{12})(?:\.(\d\d))?$/.exec(text);
  if (!match) return null;
  const [, digits = '', second = '0'] = match;
  const yearDigits = digits.length - 8;
  const year = style === 'date' ? digits.slice(8) : digits.slice(0, yearDigits);
  const rest = style === 'date' ? digits.slice(0, 8) : digits.slice(yearDigits);
  const [month = 0, day = 0, hour = 0, minute = 0] = rest.match(/../g)?.map(Number) ?? [];
  const fullYear = yearOf(year, now);
  const isValid = month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && Number(second) <= 60;
  const length = daysFromCivil(fullYear, month + 1, 1) - daysFromCivil(fullYear, month, 1);
  if (!isValid || day > length) return null;
  const seconds = daysFromCivil(fullYear, month, day) * 86_400 + hour * 3600 + minute * 60 + Number(second);
  return { seconds, nanosecond: 0 };
}

function yearOf(digits: string, now: Instant): number {
  if (digits === '') return calendar(now.seconds).year;
  if (digits.length === 4) return Number(digits);
  return Number(digits) < 69 ? 2000 + Number(digits) : 1900 + Number(digits);
}
