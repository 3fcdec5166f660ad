/** Reading the numbers of numfmt: `12`, `1.5K`, `3Gi`. */
import type { Scale } from './format';

const letters = 'KMGTPEZY';

export type ReadNumber =
  | { value: number; digits: number }
  | { problem: (quoted: string, quote: (text: string) => string) => string };

export function readNumber(text: string, scale: Scale | 'auto'): ReadNumber {
  const match = /^(-?\d+)(?:\.(\d*))?(.*)$/.exec(text);
  if (!match) {
    if (/^-?\.?\d*$/.test(text) && text !== '' && /\d/.test(text))
      return { value: Number(text), digits: text.split('.')[1]?.length ?? 0 };
    return { problem: (quoted) => `invalid number: ${quoted}` };
  }
  const [, whole = '', fraction = '', suffix = ''] = match;
  const value = Number(`${whole}.${fraction || '0'}`);
  if (suffix === '') return { value, digits: fraction.length };
  const power = letters.indexOf(suffix.slice(0, 1)) + 1;
  if (power === 0) return { problem: (quoted) => `invalid suffix in input: ${quoted}` };
  if (scale === 'none') {
    return { problem: (quoted) => `rejecting suffix in input: ${quoted} (consider using --from)` };
  }
  const tail = suffix.slice(1);
  if (scale === 'iec-i' && !tail.startsWith('i'))
    return { problem: (quoted) => `missing 'i' suffix in input: ${quoted} (e.g Ki/Mi/Gi)` };
  const isBinary = tail === 'i' && (scale === 'auto' || scale === 'iec-i');
  if (tail !== '' && !isBinary)
    return { problem: (quoted, quote) => `invalid suffix in input ${quoted}: ${quote(tail)}` };
  const base = scale === 'si' || (scale === 'auto' && !isBinary) ? 1000 : 1024;
  return { value: value * base ** power, digits: 0 };
}
