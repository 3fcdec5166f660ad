/** What tests of find are told: numbers to compare with, files to compare with. */
import { isSysError, type Stat, strerror } from '../../../kernel/sim';
import type { Making } from './parser';
import { FindUsageError } from './types';

/** `+5`, `-5`, `5`; null when it is no number. */
export function parseComparison(text: string): ((value: number) => boolean) | null {
  const [, sign = '', digits] = /^([-+]?)(\d+(?:\.\d*)?)$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const wanted = Number(digits);
  if (sign === '+') return (value) => value > wanted;
  return sign === '-' ? (value) => value < wanted : (value) => value === wanted;
}

export function statOf({ context, options }: Making, path: string): Stat {
  try {
    return options.follow === 'never' ? context.sys.lstat(path) : context.sys.stat(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new FindUsageError(`‘${path}’: ${strerror(error.errno)}`);
  }
}
