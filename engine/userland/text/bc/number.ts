/** Decimal numbers with a scale, as bc has them: digits, of which `scale` stand behind the point. */

export interface Decimal {
  readonly value: bigint;
  readonly scale: number;
}

export class MathError extends Error {}

const powers: bigint[] = [1n];

export function tenTo(exponent: number): bigint {
  for (let at = powers.length; at <= exponent && at < 2000; at++) powers.push((powers[at - 1] ?? 1n) * 10n);
  return powers[exponent] ?? 10n ** BigInt(exponent);
}

export const zero: Decimal = { value: 0n, scale: 0 };
export const one: Decimal = { value: 1n, scale: 0 };

export function integer(value: number | bigint): Decimal {
  return { value: BigInt(value), scale: 0 };
}

/** Cuts off, or fills up with zeros. */
export function rescale({ value, scale }: Decimal, wanted: number): Decimal {
  if (wanted === scale) return { value, scale };
  return wanted > scale
    ? { value: value * tenTo(wanted - scale), scale: wanted }
    : { value: value / tenTo(scale - wanted), scale: wanted };
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [rescale(a, scale).value, rescale(b, scale).value, scale];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return { value: x + y, scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return { value: x - y, scale };
}

export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const full = { value: a.value * b.value, scale: a.scale + b.scale };
  return rescale(full, Math.min(full.scale, Math.max(scale, a.scale, b.scale)));
}

export function divide(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.value === 0n) throw new MathError('Divide by zero');
  return { value: (a.value * tenTo(scale + b.scale)) / (b.value * tenTo(a.scale)), scale };
}

export function modulo(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.value === 0n) throw new MathError('Modulo by zero');
  const quotient = divide(a, b, scale);
  const product = { value: quotient.value * b.value, scale: quotient.scale + b.scale };
  return rescale(subtract(a, product), Math.max(a.scale, b.scale + scale));
}

export function power(a: Decimal, exponent: Decimal, scale: number): Decimal {
  const times = rescale(exponent, 0).value;
  if (times > 100_000n || times < -100_000n) throw new MathError('exponent too large in raise');
  const count = Number(times < 0n ? -times : times);
  const full: Decimal = { value: a.value ** BigInt(count), scale: a.scale * count };
  if (times < 0n) return divide(one, full, scale);
  return rescale(full, Math.min(full.scale, Math.max(scale, a.scale)));
}

export function squareRoot(a: Decimal, scale: number): Decimal {
  if (a.value < 0n) throw new MathError('Square root of a negative number');
  const wanted = Math.max(scale, a.scale);
  return { value: bigRoot(rescale(a, wanted * 2).value), scale: wanted };
}

function bigRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Digits as `length()` counts them. */
export function digitCount({ value, scale }: Decimal): number {
  const digits = (value < 0n ? -value : value).toString();
  return Math.max(digits === '0' ? 1 : digits.length, scale);
}

export function parseNumber(text: string, base: number): Decimal {
  const [whole = '', fraction = ''] = text.split('.');
  // A single digit means what it says, whatever the base.
  const digit = (char: string, isOnly: boolean) => {
    const value = Number.parseInt(char, 16);
    return BigInt(isOnly ? value : Math.min(value, base - 1));
  };
  const isOnly = text.length === 1;
  let value = 0n;
  for (const char of whole) value = value * BigInt(base) + digit(char, isOnly);
  if (fraction === '') return { value, scale: 0 };
  const scale = fraction.length;
  let part = 0n;
  for (const char of fraction) part = part * BigInt(base) + digit(char, false);
  return { value: value * tenTo(scale) + (part * tenTo(scale)) / BigInt(base) ** BigInt(fraction.length), scale };
}

export function toText(number: Decimal, base: number): string {
  if (number.value === 0n) return '0';
  const sign = number.value < 0n ? '-' : '';
  const size = number.value < 0n ? -number.value : number.value;
  const whole = size / tenTo(number.scale);
  const fraction = size % tenTo(number.scale);
  if (base === 10) {
    const front = whole === 0n ? '' : whole.toString();
    return sign + front + (number.scale === 0 ? '' : `.${fraction.toString().padStart(number.scale, '0')}`);
  }
  return sign + inBase(whole, fraction, number.scale, base);
}

function inBase(whole: bigint, fraction: bigint, scale: number, base: number): string {
  const width = String(base - 1).length;
  const digit = (value: bigint) =>
    base <= 16 ? value.toString(16).toUpperCase() : ` ${value.toString().padStart(width, '0')}`;
  const digits: string[] = [];
  for (let rest = whole; rest > 0n; rest /= BigInt(base)) digits.unshift(digit(rest % BigInt(base)));
  let out = digits.join('');
  if (scale === 0) return out === '' ? '0' : out;
  out += '.';
  // As many digits as the scale is worth in that base.
  let left = fraction;
  for (let unit = 1n; unit < tenTo(scale); unit *= BigInt(base)) {
    left *= BigInt(base);
    out += digit(left / tenTo(scale));
    left %= tenTo(scale);
  }
  return out;
}
