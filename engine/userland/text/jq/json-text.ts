/** JSON as jq writes it. */

import { compareText } from './compare';
import type { Json } from './json';

const largest = Number.MAX_VALUE;

export function clamp(value: number): number {
  return value === Number.POSITIVE_INFINITY ? largest : value === Number.NEGATIVE_INFINITY ? -largest : value;
}

export function numberText(given: number): string {
  if (Number.isNaN(given)) return 'null';
  const value = clamp(given);
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  const sign = value < 0 ? '-' : '';
  if (point <= -4 || point > digits.length + 15) {
    const power = point - 1;
    const front = digits.length > 1 ? `${digits[0] ?? ''}.${digits.slice(1)}` : digits;
    return `${sign}${front}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export function stringText(text: string, ascii = false): string {
  const escaped = text.replaceAll(
    /["\\\x00-\x1f\x7f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (char) => {
      const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\b': '\\b', '\f': '\\f' }[char];
      if (short !== undefined) return short;
      return char >= '\ud800' ? '\ufffd' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
  return ascii
    ? `"${escaped.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
    : `"${escaped}"`;
}

export interface PrintOptions {
  /** Null: all on one line. */
  indent: string | null;
  color: boolean;
  sortKeys: boolean;
  ascii: boolean;
}

export const compact: PrintOptions = { indent: null, color: false, sortKeys: false, ascii: false };

const structure = '\x1b[1;39m';

const off = '\x1b[0m';

function scalarText(value: Json, { color, ascii }: PrintOptions): string {
  const plain =
    typeof value === 'string'
      ? stringText(value, ascii)
      : typeof value === 'number'
        ? numberText(value)
        : String(value);
  if (!color) return plain;
  return `${value === null ? '\x1b[1;30m' : typeof value === 'string' ? '\x1b[0;32m' : '\x1b[0;39m'}${plain}${off}`;
}

export function toJsonText(value: Json, options: PrintOptions = compact, depth = 0): string {
  const isArray = Array.isArray(value);
  if (!isArray && !(value instanceof Map)) return scalarText(value, options);
  const { color, indent } = options;
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  const entries = isArray ? value.map((item) => [null, item] as const) : [...value];
  if (!isArray && options.sortKeys) entries.sort(([a], [b]) => compareText(a ?? '', b ?? ''));
  const paint = (text: string) => (color ? structure + text : text);
  if (entries.length === 0) return color ? `${structure}${open}${close}${isArray ? '' : ''}${off}` : open + close;
  const line = indent === null ? '' : `\n${indent.repeat(depth + 1)}`;
  const last = indent === null ? '' : `\n${indent.repeat(depth)}`;
  const colon = indent === null ? ':' : ': ';
  let out = paint(open);
  for (const [at, [key, item]] of entries.entries()) {
    const comma = at === 0 ? '' : paint(',');
    out += comma + line;
    if (key !== null) {
      if (color) out += `${off}\x1b[34;1m${stringText(key, options.ascii)}${off}${structure}${colon}${off}`;
      else out += stringText(key, options.ascii) + colon;
    }
    out += toJsonText(item, options, depth + 1) + (color && key !== null ? '' : '');
  }
  return color ? `${out}${structure}${last}${structure}${close}${off}` : `${out}${last}${close}`;
}
