/** Sizes for people, as ls, du and df show them (GNU's human.c: always rounded up). */
import { suffixFactor } from './numbers';

export interface SizeFormat {
  /** A fixed unit in bytes, or powers of 1024 or 1000 as they fit. */
  unit: number | 'human' | 'si';
  /** Written after a fixed unit: `M` of `--block-size=M`. */
  suffix?: string;
}

const letters = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

export function formatSize(bytes: number, format: SizeFormat): string {
  if (typeof format.unit === 'number') return `${Math.ceil(bytes / format.unit)}${format.suffix ?? ''}`;
  return humanSize(bytes, format.unit === 'human' ? 1024 : 1000);
}

/** `0`, `999`, `1.0K`, `12M`; 1000s are written with a small k. */
export function humanSize(bytes: number, base: 1024 | 1000 = 1024): string {
  if (bytes < base) return String(Math.ceil(bytes));
  let power = 0;
  let amount = bytes;
  while (amount >= base && power < letters.length - 1) {
    amount /= base;
    power++;
  }
  const tenths = Math.ceil(amount * 10);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)}${unitLetter(power, base)}`;
  const whole = Math.ceil(amount);
  if (whole < base) return `${whole}${unitLetter(power, base)}`;
  return `1.0${unitLetter(power + 1, base)}`;
}

function unitLetter(power: number, base: number): string {
  const letter = letters[power] ?? '';
  return base === 1000 && letter === 'K' ? 'k' : letter;
}

/** `--block-size=SPEC`: null when it is wrong. */
export function parseBlockSize(spec: string): SizeFormat | null {
  const text = spec.replace(/^'/, '');
  if (text === 'human-readable') return { unit: 'human' };
  if (text === 'si') return { unit: 'si' };
  const match = /^(\d*)([A-Za-z]*)$/.exec(text);
  if (!match) return null;
  const [, digits = '', suffix = ''] = match;
  const factor = suffix === '' ? 1 : suffixFactor(suffix, 'eEgGkKmMpPtTyYzZ0');
  if (factor === null || (digits === '' && suffix === '')) return null;
  const unit = (digits === '' ? 1 : Number(digits)) * factor;
  if (unit === 0) return null;
  if (digits !== '') return { unit };
  return { unit, suffix: shownSuffix(suffix) };
}

function shownSuffix(suffix: string): string {
  const letter = suffix.slice(0, 1).toUpperCase();
  if (suffix.length === 1) return letter;
  if (suffix.endsWith('iB')) return `${letter}iB`;
  return `${letter === 'K' ? 'k' : letter}B`;
}
