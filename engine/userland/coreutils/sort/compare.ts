/** How sort compares keys: as bytes, numbers, sizes, months, versions. */
import { compareVersions } from '../../lib/compare';
import { readFloat, toNumber } from '../../lib/float';
import { type KeyOptions, keyText, type SortKey } from './keys';

export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const unitOrder = 'KMGTPEZY';

/** Exact, whatever the length: sign, digits before the point, digits behind it. */
function compareNumbers(a: string, b: string): number {
  const [one, other] = [parseDecimal(a), parseDecimal(b)];
  if (one.sign !== other.sign) return one.sign - other.sign;
  const size =
    one.whole.length - other.whole.length ||
    compareBytes(one.whole, other.whole) ||
    compareBytes(one.fraction, other.fraction);
  return one.sign * Math.sign(size);
}

function parseDecimal(text: string): { sign: number; whole: string; fraction: string } {
  const [, minus, digits = '', behind = ''] = /^[ \t]*(-?)(\d*)(?:\.(\d*))?/.exec(text) ?? [];
  const whole = digits.replace(/^0+/, '');
  const fraction = behind.replace(/0+$/, '');
  const sign = whole === '' && fraction === '' ? 0 : minus === '-' ? -1 : 1;
  return { sign, whole, fraction };
}

function compareSizes(a: string, b: string): number {
  return unitRank(a) - unitRank(b) || compareNumbers(a, b);
}

/** Larger units are larger, whatever the number. */
function unitRank(text: string): number {
  const { sign } = parseDecimal(text);
  const unit = /^[ \t]*-?\d*(?:\.\d*)?([kKMGTPEZY]?)/.exec(text)?.[1] ?? '';
  return sign * (unit === '' ? 0 : unitOrder.indexOf(unit.toUpperCase()) + 1);
}

/** What is no number comes first, then what is not a number, then the numbers. */
function compareGeneral(a: string, b: string): number {
  const [one, other] = [readFloat(a), readFloat(b)];
  if (one.length === 0 || other.length === 0) return Number(one.length > 0) - Number(other.length > 0);
  const [x, y] = [toNumber(one.value), toNumber(other.value)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(!Number.isNaN(x)) - Number(!Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
}

function monthOf(text: string): number {
  return monthNames.indexOf(
    text
      .replace(/^[ \t]+/, '')
      .slice(0, 3)
      .toUpperCase(),
  );
}

function compareAs(kind: KeyOptions['numeric'], a: string, b: string, salt: string): number {
  switch (kind) {
    case 'number':
      return compareNumbers(a, b);
    case 'human':
      return compareSizes(a, b);
    case 'general':
      return compareGeneral(a, b);
    case 'month':
      return monthOf(a) - monthOf(b);
    case 'version':
      return compareVersions(a, b);
    case 'random':
      return scatter(a, salt) - scatter(b, salt) || compareBytes(a, b);
    default:
      return compareBytes(a, b);
  }
}

/** A number that depends on every byte (FNV-1a): equal keys stay together. */
function scatter(text: string, salt: string): number {
  let hash = 0x811c9dc5;
  for (const part of [salt, text])
    for (let at = 0; at < part.length; at++) hash = Math.imul(hash ^ part.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

export interface Ordering {
  keys: readonly SortKey[];
  separator: string | null;
  /** What breaks ties; null: nothing (-s, -u). */
  lastResort: { reverse: boolean } | null;
  salt: string;
}

export interface Sortable {
  line: string;
  keys: readonly string[];
}

export function prepare(line: string, { keys, separator }: Ordering): Sortable {
  return { line, keys: keys.map((key) => keyText(line, key, separator)) };
}

export function compareLines(a: Sortable, b: Sortable, { keys, lastResort, salt }: Ordering): number {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    if (!key) break;
    const order = compareAs(key.numeric, a.keys[at] ?? '', b.keys[at] ?? '', salt);
    if (order !== 0) return key.reverse ? -order : order;
  }
  if (lastResort === null) return 0;
  const order = compareBytes(a.line, b.line);
  return lastResort.reverse ? -order : order;
}
