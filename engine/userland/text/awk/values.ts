/** Values of awk: numbers, strings, and strings from the input that may count as numbers. */
import { formatDouble } from '../common/decimal';

/** A field or other input: a number when it looks like one. */
export class InputText {
  #number: number | null | undefined;

  constructor(readonly text: string) {}

  /** Null when it is no number. */
  get number(): number | null {
    if (this.#number === undefined) this.#number = looksNumeric(this.text) ? toNumberText(this.text) : null;
    return this.#number;
  }
}

/** `undefined`: never set. */
export type Value = number | string | InputText | undefined;

const numberPattern =
  /^[ \t\n\v\f\r]*([+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan))/i;

function looksNumeric(text: string): boolean {
  const match = numberPattern.exec(text);
  return match !== null && /^[ \t\n\v\f\r]*$/.test(text.slice(match[0].length));
}

/** The number a text begins with, 0 without one. */
export function toNumberText(text: string): number {
  const [, digits] = numberPattern.exec(text) ?? [];
  if (digits === undefined) return 0;
  const lower = digits.toLowerCase();
  const sign = lower.startsWith('-') ? -1 : 1;
  const plain = lower.replace(/^[+-]/, '');
  if (plain.startsWith('inf')) return sign * Number.POSITIVE_INFINITY;
  if (plain.startsWith('nan')) return Number.NaN;
  return plain.startsWith('0x') ? sign * Number.parseInt(plain, 16) : Number(lower);
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  return typeof value === 'string' ? toNumberText(value) : (value.number ?? toNumberText(value.text));
}

const maxInt = 2_147_483_647;

/** `format` is CONVFMT, or OFMT where it is printed. */
export function toText(value: Value, format: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (typeof value !== 'number') return value.text;
  if (Number.isInteger(value) && Math.abs(value) <= maxInt) return String(value === 0 ? 0 : value);
  if (Number.isNaN(value)) return '-nan';
  const spec = /^%([-+ #0]*)(\d*)(?:\.(\d+))?([efgEFG])$/.exec(format);
  const [, flags = '', width = '', precision, conversion = 'g'] = spec ?? [];
  return formatDouble(value, conversion, {
    flags,
    width: Number(width),
    precision: precision === undefined ? 6 : Number(precision),
  });
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (value === undefined) return false;
  if (typeof value === 'string') return value !== '';
  return value.number === null ? value.text !== '' : value.number !== 0;
}

/** Below zero, zero, above: as numbers when both are, else as strings. */
export function compareValues(a: Value, b: Value, format: string): number {
  const left = numeric(a);
  const right = numeric(b);
  if (left !== null && right !== null) return left < right ? -1 : left > right ? 1 : left === right ? 0 : 1;
  const [one, other] = [toText(a, format), toText(b, format)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function numeric(value: Value): number | null {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  return typeof value === 'string' ? null : value.number;
}
