/**
 * JSON as the specification's documents use it: integers have 64 bits there (rlimits, masks of seccomp), and null means
 * the same as leaving a field out.
 */
import { parseJson } from '../../kernel';

/** JSON has no raw control characters inside strings, so this cannot be met by chance. */
const mark = '\u0000';

/** A string, or a number with so many digits that a double may not hold it. */
const longInteger = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;
const marked = /^\u0000-?\d+$/;

/**
 * Integers a double cannot hold become `bigint`; all other numbers stay numbers. Fields that are null are left out.
 * Errors: `SyntaxError` with the place.
 */
export function readJson(text: string): unknown {
  const kept = text.replace(longInteger, (token) => (token.startsWith('"') ? token : `"\\u0000${token}"`));
  try {
    return JSON.parse(kept, (_key, value: unknown) => {
      if (value === null) return undefined;
      return typeof value === 'string' && value.startsWith(mark) && marked.test(value)
        ? narrow(BigInt(value.slice(1)))
        : value;
    });
  } catch (error) {
    // The place it names has to be one in the text as it was written.
    parseJson(text);
    throw error;
  }
}

/** The reverse of `readJson`, indented with tabs as other runtimes print their documents. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_key, part: unknown) => (typeof part === 'bigint' ? `${mark}${part}` : part),
    '\t',
  );
  return text.replace(/"\\u0000(-?\d+)"/g, '$1');
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
