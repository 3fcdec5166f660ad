/** fnmatch(3) for --include, find -name and their like. */
import { inClass, isClassName } from '../../regex';

export interface GlobOptions {
  ignoreCase?: boolean;
  /** `*`, `?` and brackets do not take a slash (FNM_PATHNAME). */
  pathname?: boolean;
}

/** Never takes longer than the product of the lengths. */
export function globMatches(pattern: string, text: string, options: GlobOptions = {}): boolean {
  const parts = parseGlob(options.ignoreCase ? pattern.toLowerCase() : pattern);
  const subject = [...(options.ignoreCase ? text.toLowerCase() : text)];
  let [part, at, starPart, starAt] = [0, 0, -1, 0];
  while (at < subject.length) {
    const char = subject[at] ?? '';
    const test = parts[part];
    if (test === 'star') {
      starPart = part++;
      starAt = at;
    } else if (test?.(char) && !(options.pathname && char === '/' && !test.isLiteral)) {
      part++;
      at++;
    } else if (starPart >= 0 && !(options.pathname && subject[starAt] === '/')) {
      part = starPart + 1;
      at = ++starAt;
    } else return false;
  }
  while (parts[part] === 'star') part++;
  return part === parts.length;
}

type Test = ((char: string) => boolean) & { isLiteral?: boolean };

function literal(wanted: string): Test {
  return Object.assign((char: string) => char === wanted, { isLiteral: true });
}

function parseGlob(pattern: string): Array<Test | 'star'> {
  const parts: Array<Test | 'star'> = [];
  const chars = [...pattern];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === '*') parts.push('star');
    else if (char === '?') parts.push(() => true);
    else if (char === '\\' && at + 1 < chars.length) parts.push(literal(chars[++at] ?? ''));
    else if (char === '[') {
      const bracket = parseBracket(chars, at + 1);
      if (bracket === null) parts.push(literal('['));
      else {
        parts.push(bracket.test);
        at = bracket.end;
      }
    } else parts.push(literal(char));
  }
  return parts;
}

function parseBracket(chars: readonly string[], start: number): { test: Test; end: number } | null {
  let at = start;
  const negated = chars[at] === '!' || chars[at] === '^';
  if (negated) at++;
  const tests: Test[] = [];
  for (let first = true; ; first = false) {
    const char = chars[at];
    if (char === undefined) return null;
    if (char === ']' && !first) break;
    const named = char === '[' && chars[at + 1] === ':' ? /^\[:(\w+):\]/.exec(chars.slice(at).join('')) : null;
    const name = named?.[1] ?? '';
    if (named && isClassName(name)) {
      tests.push((other) => inClass(name, other.codePointAt(0) ?? 0));
      at += named[0].length;
      continue;
    }
    const low = char === '\\' ? (chars[++at] ?? '') : char;
    if (chars[at + 1] === '-' && chars[at + 2] !== ']' && chars[at + 2] !== undefined) {
      const high = chars[at + 2] ?? '';
      tests.push((other) => other >= low && other <= high);
      at += 3;
    } else {
      tests.push((other) => other === low);
      at++;
    }
  }
  return { test: (char) => tests.some((test) => test(char)) !== negated, end: at };
}
