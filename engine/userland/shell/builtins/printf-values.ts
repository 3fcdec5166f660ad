/** Single values of printf: padding, integers, floating point. */
import { decode, encode } from '../../../kernel/sim';

interface Spec {
  flags: string;
  width: number;
  precision: number;
}

export function cut(text: string, precision: number): string {
  // Bytes are counted, as printf(3) does it.
  return precision < 0 || text.length <= precision / 4 ? text : decode(encode(text).subarray(0, precision));
}

export function padded(text: string, { flags, width }: Spec): string {
  const missing = width - encode(text).length;
  if (missing <= 0) return text;
  return flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

export function integer(value: bigint, base: number, spec: Spec, signed: boolean, prefix = ''): string {
  const isNegative = value < 0n;
  let digits = (isNegative ? -value : value).toString(base);
  if (spec.precision >= 0) digits = spec.precision === 0 && value === 0n ? '' : digits.padStart(spec.precision, '0');
  const sign = isNegative
    ? '-'
    : signed && spec.flags.includes('+')
      ? '+'
      : signed && spec.flags.includes(' ')
        ? ' '
        : '';
  const lead = sign + (value === 0n && base === 16 ? '' : prefix);
  if (spec.flags.includes('0') && !spec.flags.includes('-') && spec.precision < 0) {
    return lead + digits.padStart(spec.width - lead.length, '0');
  }
  return padded(lead + digits, spec);
}

export function float(value: number, conversion: string, spec: Spec): string {
  const precision = spec.precision < 0 ? 6 : spec.precision;
  const magnitude = Math.abs(value);
  let digits: string;
  if (!Number.isFinite(value)) digits = Number.isNaN(value) ? 'nan' : 'inf';
  else if (/f/i.test(conversion)) digits = magnitude.toFixed(Math.min(100, precision));
  else if (/e/i.test(conversion)) digits = exponential(magnitude, precision);
  else if (/g/i.test(conversion))
    digits = general(magnitude, precision === 0 ? 1 : precision, spec.flags.includes('#'));
  else digits = `0x${magnitude.toString(16)}p+0`;
  if (/[A-Z]/.test(conversion)) digits = digits.toUpperCase();
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? '-' : spec.flags.includes('+') ? '+' : spec.flags.includes(' ') ? ' ' : '';
  if (spec.flags.includes('0') && !spec.flags.includes('-') && Number.isFinite(value)) {
    return sign + digits.padStart(spec.width - sign.length, '0');
  }
  return padded(sign + digits, spec);
}

function exponential(value: number, precision: number): string {
  return value.toExponential(Math.min(100, precision)).replace(/e([-+])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, keepsZeros: boolean): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Number(value.toPrecision(precision))));
  const text =
    exponent < -4 || exponent >= precision
      ? exponential(value, precision - 1)
      : value.toFixed(Math.max(0, precision - 1 - exponent));
  if (keepsZeros || !text.includes('.')) return text;
  return text.replace(/\.?0+(e|$)/, '$1');
}
