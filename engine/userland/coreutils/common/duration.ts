/** Durations of sleep and timeout: `1.5`, `2m`, `infinity`. */
import { bare } from '../../../kernel/sim';
import { parseFloatText } from '../../lib/numbers';

const factors: Readonly<Record<string, number>> = bare({ s: 1, m: 60, h: 3600, d: 86_400 });

/** In seconds; null when it is none. */
export function parseDuration(text: string): number | null {
  const whole = parseFloatText(text);
  if (whole !== null) return isDuration(whole) ? whole : null;
  const factor = factors[text.slice(-1)];
  const number = parseFloatText(text.slice(0, -1));
  if (factor === undefined || number === null || !isDuration(number)) return null;
  return number * factor;
}

function isDuration(seconds: number): boolean {
  return seconds >= 0;
}

/** For calls that take a time: what is too long is as long as can be. */
export function toNanoseconds(seconds: number): number {
  return Math.min(Math.ceil(seconds * 1e9), Number.MAX_SAFE_INTEGER);
}
