/** Operators, and functions of one text or number. */
import { bare, encode } from '../../kernel/sim';
import { roomForText } from '../lib/room';
import { NotThereError } from './lexer';
import { isTrue, toNumber, toText, type Value } from './values';

export function textFunction(name: string, value: Value): Value {
  const text = toText(value);
  switch (name) {
    case 'length':
      return value === undefined ? undefined : encode(text).length;
    case 'uc':
      return text.toUpperCase();
    case 'lc':
      return text.toLowerCase();
    case 'int':
      return Math.trunc(toNumber(value));
    case 'abs':
      return Math.abs(toNumber(value));
    case 'hex':
      return Number.parseInt(text.replace(/^0?[xX]/, ''), 16) || 0;
    case 'oct':
      return (/^0?[xX]/.test(text) ? Number.parseInt(text.replace(/^0?[xX]/, ''), 16) : Number.parseInt(text, 8)) || 0;
    case 'chr':
      return String.fromCodePoint(Math.max(0, Math.trunc(toNumber(value))));
    case 'ord':
      return text.codePointAt(0) ?? 0;
    default:
      throw new NotThereError(`does not know \`${name}'`);
  }
}

export function unary(operator: string, value: Value, numeric: () => number | null): Value {
  if (operator === '!') return isTrue(value) ? '' : 1;
  if (operator === '+') return numeric() ?? value;
  if (operator === '-') return -toNumber(value);
  throw new NotThereError('does not know the operator ~');
}

export const numbers: Readonly<Record<string, (a: number, b: number) => Value>> = bare({
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '%': (a, b) => ((Math.trunc(a) % Math.trunc(b)) + Math.trunc(b)) % Math.trunc(b),
  '**': (a, b) => a ** b,
  '|': (a, b) => Number(BigInt(Math.trunc(a)) | BigInt(Math.trunc(b))),
  '&': (a, b) => Number(BigInt(Math.trunc(a)) & BigInt(Math.trunc(b))),
  '^': (a, b) => Number(BigInt(Math.trunc(a)) ^ BigInt(Math.trunc(b))),
  '<<': (a, b) => a * 2 ** b,
  '>>': (a, b) => Math.floor(a / 2 ** b),
  '==': (a, b) => (a === b ? 1 : ''),
  '!=': (a, b) => (a === b ? '' : 1),
  '<': (a, b) => (a < b ? 1 : ''),
  '>': (a, b) => (a > b ? 1 : ''),
  '<=': (a, b) => (a <= b ? 1 : ''),
  '>=': (a, b) => (a >= b ? 1 : ''),
  '<=>': (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});

export const texts: Readonly<Record<string, (a: string, b: string) => Value>> = bare({
  '.': (a, b) => a + b,
  eq: (a, b) => (a === b ? 1 : ''),
  ne: (a, b) => (a === b ? '' : 1),
  lt: (a, b) => (a < b ? 1 : ''),
  gt: (a, b) => (a > b ? 1 : ''),
  le: (a, b) => (a <= b ? 1 : ''),
  ge: (a, b) => (a >= b ? 1 : ''),
  cmp: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});

export function binary(operator: string, left: Value, right: Value): Value {
  const text = texts[operator];
  if (text) return text(toText(left), toText(right));
  if (operator === 'x') {
    const text = toText(left);
    const times = Math.max(0, Math.trunc(toNumber(right)));
    roomForText(text.length * times);
    return text.repeat(times);
  }
  if (operator === '/') {
    if (toNumber(right) === 0) throw new DivisionError();
    return toNumber(left) / toNumber(right);
  }
  const number = numbers[operator];
  if (!number) throw new NotThereError(`does not know the operator ${operator}`);
  return number(toNumber(left), toNumber(right));
}

export class DivisionError extends Error {}
