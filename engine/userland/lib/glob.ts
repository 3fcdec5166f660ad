/** Shell patterns on single names (fnmatch(3)): `*`, `?`, `[a-z]`, `[!x]`, `\x`. */
import { inClass, isClassName } from '../regex';

type Part = '*' | ((char: string) => boolean);

/** Never takes longer than the product of the two lengths. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = parse(pattern);
  const chars = [...name];
  let [part, at, star, starAt] = [0, 0, -1, 0];
  while (at < chars.length) {
    const test = parts[part];
    if (test === '*') {
      star = part++;
      starAt = at;
    } else if (test?.(chars[at] ?? '')) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (parts[part] === '*') part++;
  return part === parts.length;
}

function parse(pattern: string): Part[] {
  const parts: Part[] = [];
  const chars = [...pattern];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    const bracket = char === '[' ? parseBracket(chars, at + 1) : null;
    if (char === '*') parts.push('*');
    else if (char === '?') parts.push(() => true);
    else if (bracket !== null) {
      parts.push(bracket.test);
      at = bracket.end;
    } else {
      const literal = char === '\\' && at + 1 < chars.length ? chars[++at] : char;
      parts.push((other) => other === literal);
    }
  }
  return parts;
}

function parseBracket(
  chars: readonly string[],
  start: number,
): { test: (char: string) => boolean; end: number } | null {
  const isNegated = chars[start] === '!' || chars[start] === '^';
  const first = isNegated ? start + 1 : start;
  const tests: Array<(char: string) => boolean> = [];
  for (let at = first; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === ']' && at > first)
      return { test: (other) => tests.some((test) => test(other)) !== isNegated, end: at };
    const named = char === '[' ? /^\[:(\w+):\]/.exec(chars.slice(at).join('')) : null;
    const name = named?.[1] ?? '';
    if (named && isClassName(name)) {
      tests.push((other) => inClass(name, other.codePointAt(0) ?? 0));
      at += named[0].length - 1;
    } else if (chars[at + 1] === '-' && chars[at + 2] !== undefined && chars[at + 2] !== ']') {
      const high = chars[at + 2] ?? '';
      tests.push((other) => other >= char && other <= high);
      at += 2;
    } else tests.push((other) => other === char);
  }
  return null;
}
