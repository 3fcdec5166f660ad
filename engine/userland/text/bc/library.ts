/** The functions of -l: s, c, a, l, e, j; exact to the last place of the scale, the rest cut off. */
import {
  add,
  type Decimal,
  divide,
  integer,
  multiply,
  one,
  rescale,
  squareRoot,
  subtract,
  tenTo,
  zero,
} from './number';

const guard = 12;

function fixed(x: Decimal, scale: number): bigint {
  return rescale(x, scale).value;
}

/** e^x for a fixed-point number, by halving until it is small. */
function exponential(x: bigint, scale: number): bigint {
  const unit = tenTo(scale);
  if (x < 0n) return (unit * unit) / exponential(-x, scale);
  let halvings = 0;
  let small = x;
  while (small > unit / 8n) {
    small /= 2n;
    halvings++;
  }
  let term = unit;
  let sum = unit;
  for (let n = 1n; term !== 0n; n++) {
    term = (term * small) / (unit * n);
    sum += term;
  }
  for (; halvings > 0; halvings--) sum = (sum * sum) / unit;
  return sum;
}

function arctangent(x: bigint, scale: number): bigint {
  const unit = tenTo(scale);
  if (x < 0n) return -arctangent(-x, scale);
  let halvings = 0;
  let small = x;
  // atan x = 2 atan(x / (1 + sqrt(1 + x^2)))
  while (small > unit / 5n) {
    const root = squareRoot({ value: unit + (small * small) / unit, scale }, scale).value;
    small = (small * unit) / (unit + root);
    halvings++;
  }
  const square = (small * small) / unit;
  let term = small;
  let sum = small;
  for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
    term = (term * square) / unit;
    sum += (sign * term) / n;
  }
  return sum * 2n ** BigInt(halvings);
}

function pi(scale: number): bigint {
  return arctangent(tenTo(scale), scale) * 4n;
}

function sine(x: bigint, scale: number): bigint {
  const unit = tenTo(scale);
  const circle = pi(scale) * 2n;
  let small = x % circle;
  if (small > circle / 2n) small -= circle;
  if (small < -circle / 2n) small += circle;
  const square = (small * small) / unit;
  let term = small;
  let sum = small;
  for (let n = 2n; term !== 0n; n += 2n) {
    term = -(term * square) / (unit * n * (n + 1n));
    sum += term;
  }
  return sum;
}

function logarithm(x: bigint, scale: number): bigint {
  const unit = tenTo(scale);
  // Roots until it is near one; then the series of atanh.
  let doublings = 0;
  let near = x;
  while (near > unit + unit / 10n || near < unit - unit / 10n) {
    near = squareRoot({ value: near, scale }, scale).value;
    doublings++;
  }
  const ratio = ((near - unit) * unit) / (near + unit);
  const square = (ratio * ratio) / unit;
  let term = ratio;
  let sum = ratio;
  for (let n = 3n; term !== 0n; n += 2n) {
    term = (term * square) / unit;
    sum += term / n;
  }
  return sum * 2n ** BigInt(doublings + 1);
}

function bessel(order: number, x: Decimal, scale: number): Decimal {
  const inner = scale + guard;
  const half = divide(x, integer(2), inner);
  let term: Decimal = one;
  for (let n = 1; n <= Math.abs(order); n++) term = divide(multiply(term, half, inner), integer(n), inner);
  let sum = rescale(term, inner);
  const square = rescale({ value: half.value * half.value, scale: half.scale * 2 }, inner);
  for (let k = 1; term.value !== 0n && k < 1000; k++) {
    term = divide(
      multiply(rescale(term, inner), subtract(zero, square), inner),
      integer(k * (k + Math.abs(order))),
      inner,
    );
    sum = add(sum, term);
  }
  return rescale(order < 0 && order % 2 !== 0 ? subtract(zero, sum) : sum, scale);
}

export function libraryFunction(name: string, args: readonly Decimal[], scale: number): Decimal | null {
  const [x = zero, y = zero] = args;
  // Large results need more places while they are computed.
  const inner = scale + guard + Math.max(0, x.value.toString().length - x.scale) * 2;
  const result = (value: bigint) => rescale({ value, scale: inner }, scale);
  switch (name) {
    case 'e':
      return result(exponential(fixed(x, inner), inner));
    case 'a':
      return result(arctangent(fixed(x, inner), inner));
    case 's':
      return result(sine(fixed(x, inner), inner));
    case 'c':
      return result(sine(fixed(x, inner) + pi(inner) / 2n, inner));
    case 'l':
      if (x.value <= 0n) return { value: ((1n - tenTo(scale)) * tenTo(scale)) / tenTo(scale), scale: 0 };
      return result(logarithm(fixed(x, inner), inner));
    case 'j':
      return bessel(Number(rescale(x, 0).value), y, scale);
    default:
      return null;
  }
}
