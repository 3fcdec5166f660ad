/** printf and sprintf of Perl. */
import { roomForText } from '../lib/room';
import { toNumber, toText, type Value } from './values';

export function formatText(format: string, values: readonly Value[]): string {
  let next = 0;
  return format.replaceAll(
    /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (whole, flags: string, width: string | undefined, precision: string | undefined, type: string) => {
      if (type === '%') return '%';
      const value = values[next++];
      const text = formatOne(type, value, precision === undefined ? null : Number(precision), flags);
      if (text === null) return whole;
      const size = Number(width ?? 0);
      roomForText(size);
      if (flags.includes('-')) return text.padEnd(size);
      return text.padStart(size, flags.includes('0') && type !== 's' ? '0' : ' ');
    },
  );
}

function formatOne(type: string, value: Value, precision: number | null, flags: string): string | null {
  const number = toNumber(value);
  const whole = Math.trunc(number);
  switch (type) {
    case 's':
      return precision === null ? toText(value) : toText(value).slice(0, precision);
    case 'd':
    case 'i':
    case 'u':
      return `${flags.includes('+') && whole >= 0 ? '+' : ''}${whole}`;
    case 'x':
      return `${flags.includes('#') ? '0x' : ''}${whole.toString(16)}`;
    case 'X':
      return whole.toString(16).toUpperCase();
    case 'o':
      return `${flags.includes('#') ? '0' : ''}${whole.toString(8)}`;
    case 'b':
      return whole.toString(2);
    case 'c':
      return String.fromCodePoint(Math.max(0, whole));
    case 'f':
      return number.toFixed(precision ?? 6);
    case 'e':
      return number.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, 'e$10$2');
    default:
      return null;
  }
}
