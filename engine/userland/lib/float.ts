/**
 * Floating-point numbers as printf writes them: `%f %e %g %a`, correctly rounded. A value is a whole number times a power
 * of two, so nothing is lost on the way; texts are read to the 64 bits of the x86 long double that printf and seq have.
 */

export interface BinaryFloat {
  isNegative: boolean;
  kind: 'finite' | 'infinite' | 'nan';
  mantissa: bigint;
  /** Of two. */
  exponent: number;
}

const special = (kind: 'infinite' | 'nan', isNegative: boolean): BinaryFloat => ({
  isNegative,
  kind,
  mantissa: 0n,
  exponent: 0,
});

export function floatOf(value: number): BinaryFloat {
  if (Number.isNaN(value)) return special('nan', false);
  const isNegative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value)) return special('infinite', isNegative);
  let [scaled, exponent] = [Math.abs(value), 0];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent--;
  }
  return { isNegative, kind: 'finite', mantissa: BigInt(scaled), exponent };
}

export interface ReadFloat {
  value: BinaryFloat;
  /** How many characters were part of the number; 0 when there was none. */
  length: number;
}

const decimalPattern = /^[ \t\n\v\f\r]*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?/;
const hexPattern = /^[ \t\n\v\f\r]*([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?/;
const wordPattern = /^[ \t\n\v\f\r]*([+-]?)(?:(inf(?:inity)?)|nan(?:\(\w*\))?)/i;

/** strtold(3): as much of the beginning as is a number. */
export function readFloat(text: string): ReadFloat {
  const word = wordPattern.exec(text);
  if (word) return { value: special(word[2] ? 'infinite' : 'nan', word[1] === '-'), length: word[0].length };
  const hex = hexPattern.exec(text);
  if (hex && `${hex[2] ?? ''}${hex[3] ?? ''}` !== '') {
    const [all, sign, whole = '', fraction = '', power = '0'] = hex;
    const mantissa = BigInt(`0x${whole}${fraction}`);
    return { value: rounded(sign === '-', mantissa, 1n, Number(power) - 4 * fraction.length), length: all.length };
  }
  const decimal = decimalPattern.exec(text);
  const [all = '', sign, whole = '', fraction = '', power = '0'] = decimal ?? [];
  if (whole + fraction === '') return { value: floatOf(0), length: 0 };
  const tens = Math.max(-20_000, Math.min(20_000, Number(power))) - fraction.length;
  const digits = BigInt(whole + fraction);
  const [numerator, denominator] = tens >= 0 ? [digits * 10n ** BigInt(tens), 1n] : [digits, 10n ** BigInt(-tens)];
  return { value: rounded(sign === '-', numerator, denominator, 0), length: all.length };
}

const precisionBits = 64;

/** The nearest value with 64 bits to numerator/denominator times a power of two. */
function rounded(isNegative: boolean, numerator: bigint, denominator: bigint, exponent: number): BinaryFloat {
  if (numerator === 0n) return { isNegative, kind: 'finite', mantissa: 0n, exponent: 0 };
  const shift = precisionBits - (bitLength(numerator) - bitLength(denominator));
  const scaled = shift >= 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  let mantissa = divideRounding(scaled, divisor);
  let power = exponent - shift;
  const excess = bitLength(mantissa) - precisionBits;
  if (excess > 0) {
    mantissa = divideRounding(mantissa, 1n << BigInt(excess));
    power += excess;
  }
  return { isNegative, kind: 'finite', mantissa, exponent: power };
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** To the nearest, ties to even. */
function divideRounding(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

export function toNumber({ isNegative, kind, mantissa, exponent }: BinaryFloat): number {
  if (kind === 'nan') return Number.NaN;
  const size = kind === 'infinite' ? Number.POSITIVE_INFINITY : Number(mantissa) * 2 ** exponent;
  return isNegative ? -size : size;
}

export interface NumberFormat {
  /** Any of `-+ #0'`. */
  flags: string;
  width: number;
  /** Null when none was given. */
  precision: number | null;
}

/** `conversion`: one of `eEfFgGaA`. */
export function formatFloat(value: BinaryFloat, conversion: string, format: NumberFormat): string {
  const upper = conversion === conversion.toUpperCase();
  const isPlain = value.kind === 'finite';
  const body = isPlain ? digitsOf(value, conversion.toLowerCase(), format) : value.kind === 'nan' ? 'nan' : 'inf';
  const prefix = isPlain && conversion.toLowerCase() === 'a' ? '0x' : '';
  const flags = isPlain ? format.flags : format.flags.replaceAll('0', '');
  const text = padNumber(value.isNegative, prefix, body, { ...format, flags });
  return upper ? text.toUpperCase() : text;
}

/** Sign, prefix and padding around digits. */
export function padNumber(isNegative: boolean, prefix: string, body: string, { flags, width }: NumberFormat): string {
  const sign = isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const head = sign + prefix;
  if (flags.includes('-')) return (head + body).padEnd(width);
  if (flags.includes('0')) return head + body.padStart(width - head.length, '0');
  return (head + body).padStart(width);
}

function digitsOf(value: BinaryFloat, conversion: string, { flags, precision }: NumberFormat): string {
  const keepsPoint = flags.includes('#');
  switch (conversion) {
    case 'f':
      return fixed(value, precision ?? 6, keepsPoint);
    case 'e':
      return exponential(value, precision ?? 6, keepsPoint);
    case 'a':
      return hexadecimal(value, precision, keepsPoint);
    default:
      return general(value, precision === 0 ? 1 : (precision ?? 6), keepsPoint);
  }
}

/** The value times 10^tens, rounded to a whole number. */
function scaledBy({ mantissa, exponent }: BinaryFloat, tens: number): bigint {
  let [numerator, denominator] = [mantissa, 1n];
  if (tens >= 0) numerator *= 10n ** BigInt(tens);
  else denominator *= 10n ** BigInt(-tens);
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  return divideRounding(numerator, denominator);
}

function fixed(value: BinaryFloat, precision: number, keepsPoint: boolean): string {
  const digits = scaledBy(value, precision)
    .toString()
    .padStart(precision + 1, '0');
  const whole = digits.slice(0, digits.length - precision);
  const fraction = digits.slice(digits.length - precision);
  return fraction === '' ? whole + (keepsPoint ? '.' : '') : `${whole}.${fraction}`;
}

/** `precision + 1` digits, and the power of ten of the first. */
function scientific(value: BinaryFloat, precision: number): [digits: string, power: number] {
  if (value.mantissa === 0n) return ['0'.repeat(precision + 1), 0];
  const bits = bitLength(value.mantissa) + value.exponent;
  let power = Math.floor((bits - 1) * Math.log10(2));
  for (;;) {
    const digits = scaledBy(value, precision - power).toString();
    if (digits.length === precision + 1) return [digits, power];
    power += digits.length - (precision + 1);
  }
}

function exponential(value: BinaryFloat, precision: number, keepsPoint: boolean): string {
  const [digits, power] = scientific(value, precision);
  const fraction = digits.slice(1);
  const point = fraction !== '' || keepsPoint ? '.' : '';
  const sign = power < 0 ? '-' : '+';
  return `${digits.slice(0, 1)}${point}${fraction}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

function general(value: BinaryFloat, precision: number, keepsZeros: boolean): string {
  const [, power] = scientific(value, precision - 1);
  const isFixed = power >= -4 && power < precision;
  const text = isFixed
    ? fixed(value, precision - 1 - power, keepsZeros)
    : exponential(value, precision - 1, keepsZeros);
  if (keepsZeros) return text;
  return isFixed
    ? text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
    : text.replace(/(\.\d*?)0+e/, '$1e').replace('.e', 'e');
}

/** As glibc writes long doubles: four bits before the point. */
function hexadecimal({ mantissa, exponent }: BinaryFloat, precision: number | null, keepsPoint: boolean): string {
  if (mantissa === 0n) return `0${precision ? `.${'0'.repeat(precision)}` : ''}p+0`;
  const shift = precisionBits - bitLength(mantissa);
  let bits = mantissa << BigInt(Math.max(0, shift));
  let power = exponent - shift + precisionBits - 4;
  if (precision !== null && precision < 15) {
    bits = divideRounding(bits, 1n << BigInt(60 - 4 * precision)) << BigInt(60 - 4 * precision);
    if (bitLength(bits) > precisionBits) {
      bits >>= 4n;
      power += 4;
    }
  }
  const digits = bits.toString(16);
  const fraction =
    precision === null
      ? digits.slice(1).replace(/0+$/, '')
      : digits.slice(1).padEnd(precision, '0').slice(0, precision);
  const point = fraction !== '' || keepsPoint ? '.' : '';
  return `${digits.slice(0, 1)}${point}${fraction}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}
