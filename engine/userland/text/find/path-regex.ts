/** -regex: the whole path has to match; the default syntax is that of Emacs. */
import { compile, RegexError } from '../../regex';
import { FindUsageError, type Found } from './types';

const extendedTypes = new Set(['posix-extended', 'posix-egrep', 'egrep', 'awk', 'gnu-awk', 'posix-awk']);
const emacsTypes = new Set(['findutils-default', 'emacs']);

export function pathRegex(pattern: string, type: string, ignoreCase: boolean): (file: Found) => boolean {
  const source = emacsTypes.has(type) ? fromEmacs(pattern) : pattern;
  try {
    const regex = compile(source, { extended: extendedTypes.has(type), ignoreCase, lenient: true });
    return ({ path }) => {
      const match = regex.exec(path);
      return match !== null && match.index === 0 && match.end === path.length;
    };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new FindUsageError(`failed to compile regular expression '${pattern}': ${error.message}`);
  }
}

/** `+` and `?` are operators there as they stand, and literal behind a backslash. */
function fromEmacs(pattern: string): string {
  return pattern.replaceAll(/\[\^?\]?[^\]]*\]|\\.|[+?]/g, (part) => {
    if (part === '+' || part === '?') return `\\${part}`;
    return part === '\\+' || part === '\\?' ? part.slice(1) : part;
  });
}
