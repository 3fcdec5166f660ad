/** Numbers of a command line, with the suffixes of GNU programs (`10`, `4K`, `1MB`, `2GiB`). */
export type ParsedNumber = { ok: true; value: number } | { ok: false; reason: 'invalid' | 'overflow' };

const invalid: ParsedNumber = { ok: false, reason: 'invalid' };
const overflow: ParsedNumber = { ok: false, reason: 'overflow' };
const powers = 'KMGTPEZY';

/** The usual set of suffixes; a `0` in it allows `B` (powers of 1000) and `iB` after a letter. */
export const sizeSuffixes = 'bkKmMGTPEZY0';

/** A whole number that is not negative (xstrtoumax). `max` is the largest that fits: 2^64-1 when left out. */
export function parseNumber(text: string, suffixes = '', max = 2 ** 64): ParsedNumber {
  const match = /^\s*\+?(\d*)(.*)$/s.exec(text);
  const [, digits = '', suffix = ''] = match ?? [];
  if (!match || (digits === '' && suffix === '')) return invalid;
  const factor = suffix === '' ? 1 : suffixFactor(suffix, suffixes);
  if (factor === null) return invalid;
  const value = (digits === '' ? 1 : Number(digits)) * factor;
  return value >= max && value > Number.MAX_SAFE_INTEGER ? overflow : { ok: true, value };
}

/** With a sign. */
export function parseSigned(text: string, suffixes = ''): ParsedNumber {
  const match = /^\s*-(?=\d)(.*)$/s.exec(text);
  const parsed = parseNumber(match?.[1] ?? text, suffixes, 2 ** 63);
  if (!match || !parsed.ok) return parsed;
  return { ok: true, value: -parsed.value };
}

/** Null for a suffix that is not among `allowed`. */
export function suffixFactor(suffix: string, allowed: string): number | null {
  const letter = suffix[0] ?? '';
  const tail = suffix.slice(1);
  if (!allowed.includes(letter) || letter === '0') return null;
  const base =
    allowed.includes('0') && tail !== '' ? (tail === 'iB' ? 1024 : tail === 'B' || tail === 'D' ? 1000 : null) : 1024;
  if (base === null || (tail !== '' && !allowed.includes('0'))) return null;
  const power = powers.indexOf(letter.toUpperCase()) + 1;
  if (power > 0 && letter !== 'b') return base ** power;
  if (tail !== '') return null;
  return { b: 512, B: 1024, c: 1, w: 2 }[letter] ?? null;
}

/** A decimal fraction as strtold(3) reads it, hexadecimal too; null when it is none. */
export function parseFloatText(text: string): number | null {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+/, '');
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special) {
    const value = special[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return special[1] === '-' ? -value : value;
  }
  const hex = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/i.exec(trimmed);
  if (!hex || `${hex[2]}${hex[3]}` === '') return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex;
  const mantissa = Number.parseInt(`${whole}${fraction}`, 16) / 16 ** fraction.length;
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** Number(exponent);
}
