/** Shell patterns as regular expressions (bash(1), "Pattern Matching"). A backslash quotes the next character. */
const cache = new Map<string, RegExp>();
const cacheSize = 2000;

export interface PatternOptions {
  ignoreCase?: boolean;
  /** `*` and `?` do not match a slash. */
  pathname?: boolean;
  /** `*` takes as little as it can. */
  lazy?: boolean;
}

const classes: Record<string, string> = {
  alnum: '\\p{L}\\p{Nd}',
  alpha: '\\p{L}',
  ascii: '\\x00-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e\\u{a1}-\\u{10ffff}',
  lower: '\\p{Ll}',
  print: '\\x20-\\x7e\\u{a0}-\\u{10ffff}',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\s',
  upper: '\\p{Lu}',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** Matches the whole text. */
export function matchesPattern(pattern: string, text: string, options: PatternOptions = {}): boolean {
  if (!/[*?[\\(]/.test(pattern) && !options.ignoreCase) return pattern === text;
  return patternRegExp(pattern, '^', '$', options).test(text);
}

/** The pattern between two pieces of a regular expression. */
export function patternRegExp(pattern: string, before: string, after: string, options: PatternOptions = {}): RegExp {
  const key = `${before}\0${after}\0${options.ignoreCase ? 'i' : ''}${options.pathname ? 'p' : ''}${options.lazy ? 'l' : ''}\0${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const flags = options.ignoreCase ? 'sui' : 'su';
  const compiled = new RegExp(before + translate(pattern, options, after === '$') + after, flags);
  if (cache.size >= cacheSize) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

export function hasGlob(pattern: string): boolean {
  return /(^|[^\\])(\\\\)*([*?]|\[|[+@!]\()/.test(pattern);
}

/** Takes the quoting out again. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

/** Quotes text so that it matches itself. */
export function quotePattern(text: string): string {
  return text.replace(/[^\w./ ]/gu, '\\$&');
}

function translate(pattern: string, options: PatternOptions, isAnchored: boolean): string {
  const any = options.pathname ? '[^/]' : '.';
  const star = `${any}*${options.lazy ? '?' : ''}`;
  let result = '';
  for (let at = 0; at < pattern.length; ) {
    const char = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    if (pattern[at + 1] === '(' && '?*+@!'.includes(char)) {
      const end = closingParenthesis(pattern, at + 1);
      if (end > 0) {
        const alternatives = splitAlternatives(pattern.slice(at + 2, end)).map((part) =>
          translate(part, options, false),
        );
        result += extended(char, alternatives.join('|'), any, () => {
          return translate(pattern.slice(end + 1), options, isAnchored) + (isAnchored ? '$' : '');
        });
        at = end + 1;
        continue;
      }
    }
    if (char === '*') {
      result += star;
      while (pattern[at + 1] === '*' && pattern[at + 2] !== '(') at++;
      at++;
    } else if (char === '?') {
      result += any;
      at++;
    } else if (char === '[') {
      const [text, end] = bracket(pattern, at, options);
      result += text;
      at = end;
    } else if (char === '\\' && at + 1 < pattern.length) {
      const next = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0);
      result += escaped(next);
      at += 1 + next.length;
    } else {
      result += escaped(char);
      at += char.length;
    }
  }
  return result;
}

function extended(operator: string, inner: string, any: string, rest: () => string): string {
  switch (operator) {
    case '?':
      return `(?:${inner})?`;
    case '*':
      return `(?:${inner})*`;
    case '+':
      return `(?:${inner})+`;
    case '!':
      return `(?:(?!(?:${inner})${rest()})${any}*)`;
    default:
      return `(?:${inner})`;
  }
}

function closingParenthesis(pattern: string, open: number): number {
  let depth = 0;
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '(') depth++;
    else if (pattern[at] === ')' && --depth === 0) return at;
  }
  return -1;
}

function splitAlternatives(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    else if (text[at] === '|' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** A bracket expression, or a literal `[` when it is not closed. */
function bracket(pattern: string, open: number, options: PatternOptions): [text: string, end: number] {
  let at = open + 1;
  let negated = false;
  if (pattern[at] === '!' || pattern[at] === '^') {
    negated = true;
    at++;
  }
  let inside = '';
  for (let isFirst = true; at < pattern.length; isFirst = false) {
    const char = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    if (char === ']' && !isFirst) {
      const slash = options.pathname ? '(?!/)' : '';
      if (inside === '') return [negated ? '[^]' : '[]', at + 1];
      return [`${slash}[${negated ? '^' : ''}${inside}]`, at + 1];
    }
    if (char === '/' && options.pathname) break;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at));
    if (named) {
      inside += classes[named[1] ?? ''] ?? '';
      at += named[0].length;
      continue;
    }
    const collating = /^\[([.=])(.)\1\]/su.exec(pattern.slice(at));
    if (collating) {
      inside += escaped(collating[2] ?? '');
      at += collating[0].length;
      continue;
    }
    if (char === '\\' && at + 1 < pattern.length) {
      const next = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0);
      inside += next === '-' ? '\\-' : escaped(next);
      at += 1 + next.length;
      continue;
    }
    const isRange = char === '-' && inside !== '' && pattern[at + 1] !== ']';
    if (isRange && !isAscending(inside, pattern.slice(at + 1))) {
      // A range that runs backwards matches nothing.
      inside = inside.slice(0, -1);
      at += 2;
      continue;
    }
    inside += isRange ? '-' : char === '-' ? '\\-' : escaped(char);
    at += char.length;
  }
  return ['\\[', open + 1];
}

function isAscending(before: string, after: string): boolean {
  const from = before.at(-1) ?? '';
  const to = after.startsWith('\\') ? after.charAt(1) : after.charAt(0);
  return from <= to;
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char === '-' ? '\\x2d' : char;
}
