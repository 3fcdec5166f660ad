/** Bracket expressions: `[^]a-z[:digit:][=x=][.hyphen.]]` (POSIX, XBD 9.3.5). */
import { type CharSet, isClassName, RegexError } from './ast';

/** What GNU says of a bracket that is the last character. */
const atEnd = 'Invalid regular expression';
const unmatched = 'Unmatched [, [^, [:, [., or [=';

export interface BracketSyntax {
  /** awk: a backslash takes the special meaning of what follows. */
  escapes?: (source: string, at: number) => { code: number; next: number };
}

/** `at` is just behind the opening bracket; `next` just behind the closing one. */
export function parseBracket(source: string, at: number, syntax: BracketSyntax = {}): { set: CharSet; next: number } {
  const set: CharSet = { negated: false, ranges: [], classes: [] };
  let next = at;
  if (next >= source.length) throw new RegexError(atEnd);
  if (source[next] === '^') {
    set.negated = true;
    next++;
  }
  for (let first = true; ; first = false) {
    const char = source[next];
    if (char === undefined) throw new RegexError(unmatched);
    if (char === ']' && !first) return { set, next: next + 1 };
    if (char === '[' && source[next + 1] === ':') {
      next = takeClass(source, next, set);
      continue;
    }
    const start = takeElement(source, next, syntax);
    next = start.next;
    if (source[next] !== '-' || source[next + 1] === ']' || source[next + 1] === undefined) {
      set.ranges.push([start.code, start.code]);
      continue;
    }
    const end = takeElement(source, next + 1, syntax);
    if (end.code < start.code) throw new RegexError('Invalid range end');
    set.ranges.push([start.code, end.code]);
    next = end.next;
  }
}

function takeClass(source: string, at: number, set: CharSet): number {
  const end = source.indexOf(':]', at + 2);
  if (end < 0) throw new RegexError(unmatched);
  const name = source.slice(at + 2, end);
  if (!isClassName(name) || name === 'word') throw new RegexError('Invalid character class name');
  set.classes.push(name);
  return end + 2;
}

function takeElement(source: string, at: number, syntax: BracketSyntax): { code: number; next: number } {
  const kind = source[at + 1];
  if (source[at] === '[' && (kind === '.' || kind === '=')) {
    const end = source.indexOf(`${kind}]`, at + 2);
    if (end < 0) throw new RegexError(unmatched);
    const [only, ...more] = source.slice(at + 2, end);
    if (only === undefined || more.length > 0) throw new RegexError('Invalid collation character');
    return { code: only.codePointAt(0) ?? 0, next: end + 2 };
  }
  if (source[at] === '\\' && syntax.escapes && source[at + 1] !== undefined) return syntax.escapes(source, at);
  const code = source.codePointAt(at);
  if (code === undefined) throw new RegexError(unmatched);
  return { code, next: at + (code > 0xffff ? 2 : 1) };
}
