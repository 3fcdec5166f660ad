/** Shell patterns taken apart (bash(1), "Pattern Matching"). A backslash quotes the next character. */

import { bare } from '../../../kernel/sim';
export type Operator = '?' | '*' | '+' | '@' | '!';

export type PatternNode =
  | { kind: 'literal'; char: string }
  | { kind: 'one'; test: (char: string) => boolean }
  | { kind: 'star' }
  | { kind: 'group'; operator: Operator; alternatives: PatternNode[][] };

const operators: Readonly<Record<string, Operator>> = bare({ '?': '?', '*': '*', '+': '+', '@': '@', '!': '!' });

export function parsePattern(pattern: string): PatternNode[] {
  const nodes: PatternNode[] = [];
  for (let at = 0; at < pattern.length; ) {
    const char = characterAt(pattern, at);
    const operator = Object.hasOwn(operators, char) ? operators[char] : undefined;
    const end = operator !== undefined && pattern[at + 1] === '(' ? closingParenthesis(pattern, at + 1) : -1;
    if (operator !== undefined && end > 0) {
      const alternatives = splitAlternatives(pattern.slice(at + 2, end)).map(parsePattern);
      nodes.push({ kind: 'group', operator, alternatives });
      at = end + 1;
    } else if (char === '*') {
      if (nodes.at(-1)?.kind !== 'star') nodes.push({ kind: 'star' });
      at++;
    } else if (char === '?') {
      nodes.push({ kind: 'one', test: () => true });
      at++;
    } else if (char === '[') {
      const bracket = parseBracket(pattern, at);
      nodes.push(bracket ? { kind: 'one', test: bracket.test } : { kind: 'literal', char });
      at = bracket?.end ?? at + 1;
    } else {
      const isQuoted = char === '\\' && at + 1 < pattern.length;
      const meant = isQuoted ? characterAt(pattern, at + 1) : char;
      nodes.push({ kind: 'literal', char: meant });
      at += meant.length + (isQuoted ? 1 : 0);
    }
  }
  return nodes;
}

/** The same pattern for texts that are read from their ends. */
export function reversed(nodes: readonly PatternNode[]): PatternNode[] {
  return nodes.toReversed().map((node) => {
    return node.kind === 'group' ? { ...node, alternatives: node.alternatives.map(reversed) } : node;
  });
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
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

const classes: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /^[\p{L}\p{Nd}]$/u],
  ['alpha', /^\p{L}$/u],
  ['ascii', /^[\x00-\x7f]$/u],
  ['blank', /^[ \t]$/u],
  ['cntrl', /^[\x00-\x1f\x7f]$/u],
  ['digit', /^[0-9]$/u],
  ['graph', /^[\x21-\x7e\u{a1}-\u{10ffff}]$/u],
  ['lower', /^\p{Ll}$/u],
  ['print', /^[\x20-\x7e\u{a0}-\u{10ffff}]$/u],
  ['punct', /^[!-/:-@[-`{-~]$/u],
  ['space', /^\s$/u],
  ['upper', /^\p{Lu}$/u],
  ['word', /^\w$/u],
  ['xdigit', /^[0-9A-Fa-f]$/u],
]);

interface Bracket {
  test: (char: string) => boolean;
  end: number;
}

/** A bracket expression; null when it is not closed. A range that runs backwards matches nothing. */
function parseBracket(pattern: string, open: number): Bracket | null {
  const isNegated = pattern[open + 1] === '!' || pattern[open + 1] === '^';
  const first = open + (isNegated ? 2 : 1);
  const tests: Array<(char: string) => boolean> = [];
  for (let at = first; at < pattern.length; ) {
    if (pattern[at] === ']' && at > first) {
      return { test: (char) => tests.some((test) => test(char)) !== isNegated, end: at + 1 };
    }
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at, at + 12));
    if (named) {
      const known = classes.get(named[1] ?? '');
      if (known) tests.push((char) => known.test(char));
      at += named[0].length;
      continue;
    }
    const low = element(pattern, at);
    const isRange = pattern[low.end] === '-' && pattern[low.end + 1] !== ']' && low.end + 1 < pattern.length;
    const high = isRange ? element(pattern, low.end + 1) : low;
    const [from, to] = [low.char.codePointAt(0) ?? 0, high.char.codePointAt(0) ?? 0];
    tests.push((char) => {
      const code = char.codePointAt(0) ?? 0;
      return code >= from && code <= to;
    });
    at = high.end;
  }
  return null;
}

/** One character of a bracket expression: itself, quoted, `[.x.]` or `[=x=]`. */
function element(pattern: string, at: number): { char: string; end: number } {
  const collating = /^\[([.=])(.)\1\]/su.exec(pattern.slice(at, at + 7));
  if (collating) return { char: collating[2] ?? '', end: at + collating[0].length };
  const isQuoted = pattern[at] === '\\' && at + 1 < pattern.length;
  const char = characterAt(pattern, isQuoted ? at + 1 : at);
  return { char, end: at + char.length + (isQuoted ? 1 : 0) };
}
