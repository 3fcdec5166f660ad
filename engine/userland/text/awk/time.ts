/** strftime and mktime of mawk, in UTC: Machines have no other time zone. */
import { cStrftime } from '../../lib/time';

const latest = 2 ** 31 - 1;

/** mawk keeps times in 32 bits. */
export function formatTime(format: string, seconds: number): string {
  return cStrftime(format, Math.min(latest, Math.max(-latest - 1, Math.trunc(seconds))));
}

/** `YYYY MM DD HH MM SS`; -1 when it is no time. */
export function makeTime(text: string): number {
  const numbers = text.trim().split(/\s+/).map(Number);
  const [
    year = Number.NaN,
    month = Number.NaN,
    day = Number.NaN,
    hour = Number.NaN,
    minute = Number.NaN,
    second = Number.NaN,
  ] = numbers;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  return Number.isNaN(time) ? -1 : time / 1000;
}
