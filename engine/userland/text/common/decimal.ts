/** Exact decimal digits of a double, and the formats of printf(3) made from them. */
import { roomForText } from '../../lib/room';

/** All digits of a finite, positive number: 0.digits times 10^point. */
function exactDigits(value: number): { digits: string; point: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const high = view.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(view.getUint32(4));
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return { digits, point: digits.length };
  }
  // m / 2^k is m * 5^k / 10^k.
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits, point: digits.length + exponent };
}

/** Keeps `count` digits, rounding half to even as glibc does. */
function roundDigits(digits: string, point: number, count: number): { digits: string; point: number } {
  if (count < 0) return { digits: '', point };
  if (count >= digits.length) return { digits: digits.padEnd(count, '0'), point };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const isOdd = count > 0 && Number(kept.at(-1)) % 2 === 1;
  if (rest < half || (rest === half && !isOdd)) return { digits: kept, point };
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(count, '0');
  return raised.length > count
    ? { digits: count === 0 ? '1' : raised.slice(0, count), point: point + 1 }
    : { digits: raised, point };
}

function parts(value: number): { digits: string; point: number } {
  return value === 0 ? { digits: '0', point: 1 } : exactDigits(value);
}

/** %.{precision}f of a number that is not negative. */
export function fixed(value: number, precision: number): string {
  const exact = parts(value);
  const rounded = roundDigits(exact.digits, exact.point, exact.point + precision);
  const wanted = rounded.point + precision;
  const all = rounded.digits.padEnd(Math.max(0, wanted), '0');
  const whole = rounded.point > 0 ? all.slice(0, rounded.point) : '0';
  const fraction = (
    rounded.point > 0 ? all.slice(rounded.point) : '0'.repeat(Math.min(precision, -rounded.point)) + all
  ).slice(0, precision);
  return precision > 0 ? `${whole}.${fraction.padEnd(precision, '0')}` : whole;
}

/** %.{precision}e */
export function exponential(value: number, precision: number): string {
  const { digits, point } = scientificParts(value, precision);
  return `${digits[0] ?? '0'}${precision > 0 ? `.${digits.slice(1)}` : ''}${exponentText(point - 1)}`;
}

function scientificParts(value: number, precision: number): { digits: string; point: number } {
  if (value === 0) return { digits: '0'.repeat(precision + 1), point: 1 };
  const exact = exactDigits(value);
  const rounded = roundDigits(exact.digits, exact.point, precision + 1);
  return { digits: rounded.digits.padEnd(precision + 1, '0'), point: rounded.point };
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** %.{precision}g; zeros at the end stay with `keepZeros` (the flag `#`). */
export function general(value: number, precision: number, keepZeros = false): string {
  const count = Math.max(1, precision);
  const { digits, point } = scientificParts(value, count - 1);
  const exponent = point - 1;
  if (exponent < -4 || exponent >= count) {
    const fraction = keepZeros ? digits.slice(1) : digits.slice(1).replace(/0+$/, '');
    return `${digits[0] ?? '0'}${fraction === '' ? '' : `.${fraction}`}${exponentText(exponent)}`;
  }
  const text = fixed(value, count - 1 - exponent);
  return keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
}

export interface FormatSpec {
  flags: string;
  width: number;
  precision: number | null;
}

/** One conversion of a number with `e`, `f`, `g` (or their capitals), with sign, width and padding. */
export function formatDouble(value: number, conversion: string, { flags, width, precision }: FormatSpec): string {
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const size = Math.abs(value);
  roomForText(precision ?? 0);
  const kind = conversion.toLowerCase();
  let body: string;
  if (Number.isNaN(value)) body = 'nan';
  else if (!Number.isFinite(value)) body = 'inf';
  else if (kind === 'f') body = fixed(size, precision ?? 6);
  else if (kind === 'e') body = exponential(size, precision ?? 6);
  else body = general(size, precision ?? 6, flags.includes('#'));
  if (conversion !== kind) body = body.toUpperCase();
  return pad(body, sign, flags, width, flags.includes('0') && Number.isFinite(value));
}

/** An integer given by its digits. */
export function formatInteger(
  digits: string,
  negative: boolean,
  prefix: string,
  { flags, width, precision }: FormatSpec,
  signed: boolean,
): string {
  const sign = negative ? '-' : signed && flags.includes('+') ? '+' : signed && flags.includes(' ') ? ' ' : '';
  const body = precision === 0 && digits === '0' ? '' : digits.padStart(roomForText(precision ?? 0), '0');
  return pad(body, sign + prefix, flags, width, flags.includes('0') && precision === null);
}

export function pad(body: string, sign: string, flags: string, width: number, zeros = false): string {
  const missing = roomForText(Math.max(0, width - body.length - sign.length));
  if (flags.includes('-')) return sign + body + ' '.repeat(missing);
  return zeros ? sign + '0'.repeat(missing) + body : ' '.repeat(missing) + sign + body;
}
