/** Tokens of the Perl we know. */

import { bare } from '../../kernel/sim';
export type Token =
  | { kind: 'number'; value: number; line: number }
  /** With `parts` where `$x` in it stands for a value. */
  | { kind: 'string'; parts: Array<{ text: string } | { variable: string }>; line: number }
  | { kind: 'variable'; name: string; line: number }
  | { kind: 'array'; name: string; line: number }
  | { kind: 'word'; text: string; line: number }
  | { kind: 'op'; text: string; line: number }
  | { kind: 'end'; line: number };

/** The text is no Perl: `syntax error at -e line 1, ...`. */
export class PerlSyntaxError extends Error {}
/** It may well be Perl, but not what this simulator knows. */
export class NotThereError extends Error {}

const operators = [
  '<=>',
  '**=',
  '||=',
  '&&=',
  '//=',
  '...',
  '**',
  '||',
  '&&',
  '//',
  '==',
  '!=',
  '<=',
  '>=',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '.=',
  '%=',
  '|=',
  '&=',
  '=>',
  '->',
  '..',
  '<<',
  '>>',
  '=~',
  '!~',
  '+',
  '-',
  '*',
  '/',
  '%',
  '.',
  '=',
  '<',
  '>',
  '!',
  '~',
  '|',
  '&',
  '^',
  '?',
  ':',
  ',',
  ';',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  '\\',
];
const escapes: Readonly<Record<string, string>> = bare({ n: '\n', t: '\t', r: '\r', '0': '\0', a: '\x07', e: '\x1b' });

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const [blank] = /^(?:\s+|#[^\n]*)/.exec(rest) ?? [];
    if (blank !== undefined) {
      line += blank.split('\n').length - 1;
      at += blank.length;
      continue;
    }
    const token = readToken(rest, line);
    tokens.push(token.token);
    line += rest.slice(0, token.length).split('\n').length - 1;
    at += token.length;
  }
  tokens.push({ kind: 'end', line });
  return tokens;
}

function readToken(rest: string, line: number): { token: Token; length: number } {
  const [number] = /^(?:0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.(?!\.)\d*)?(?:[eE][-+]?\d+)?)/.exec(rest) ?? [];
  if (number !== undefined)
    return { token: { kind: 'number', value: numberValue(number.replaceAll('_', '')), line }, length: number.length };
  const [variable, name = ''] = /^\$(\$(?!\w)|[A-Za-z_]\w*|\d+|[!@?0,;/\\&])/.exec(rest) ?? [];
  if (variable !== undefined) return { token: { kind: 'variable', name, line }, length: variable.length };
  const [array, arrayName = ''] = /^@([A-Za-z_]\w*)/.exec(rest) ?? [];
  if (array !== undefined) return { token: { kind: 'array', name: arrayName, line }, length: array.length };
  const quoteLike = /^(?:"|'|qq?\s*([^\w\s]))/.exec(rest);
  if (quoteLike) return readString(rest, quoteLike[0], line);
  const [word] = /^(?:x(?=\d+(?!\w))|[A-Za-z_][\w:]*)/.exec(rest) ?? [];
  if (word !== undefined) return { token: { kind: 'word', text: word, line }, length: word.length };
  const operator = operators.find((text) => rest.startsWith(text));
  if (operator === undefined) throw new NotThereError(`does not know ${JSON.stringify(rest[0])} here`);
  return { token: { kind: 'op', text: operator, line }, length: operator.length };
}

function numberValue(text: string): number {
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return Number(text);
}

const pairs: Readonly<Record<string, string>> = bare({ '(': ')', '[': ']', '{': '}', '<': '>' });

function readString(rest: string, opening: string, line: number): { token: Token; length: number } {
  const isPlain = opening.startsWith("'") || /^q[^q]/.test(opening);
  const first = opening.at(-1) ?? '"';
  const closing = pairs[first] ?? first;
  let depth = 0;
  let text = '';
  for (let at = opening.length; at < rest.length; at++) {
    const char = rest[at] ?? '';
    if (char === '\\') {
      text += rest.slice(at, at + 2);
      at++;
      continue;
    }
    if (char === closing && depth === 0) {
      const parts = isPlain ? [{ text: text.replaceAll(/\\([\\'])/g, '$1') }] : interpolate(text);
      return { token: { kind: 'string', parts, line }, length: at + 1 };
    }
    if (char === first && closing !== first) depth++;
    if (char === closing) depth--;
    text += char;
  }
  throw new PerlSyntaxError(
    `Can't find string terminator ${closing === '"' ? "'\"'" : `"${closing}"`} anywhere before EOF at -e line ${line}.`,
  );
}

function interpolate(source: string): Array<{ text: string } | { variable: string }> {
  const parts: Array<{ text: string } | { variable: string }> = [];
  let text = '';
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const variable = /^\$(?:\{(\w+)\}|(\$(?!\w)|[A-Za-z_]\w*|\d+|[!@?0]))/.exec(rest);
    const hex = /^\\x(?:\{([\da-fA-F]+)\}|([\da-fA-F]{1,2}))/.exec(rest);
    if (variable) {
      if (text !== '') parts.push({ text });
      text = '';
      parts.push({ variable: variable[1] ?? variable[2] ?? '' });
      at += variable[0].length;
    } else if (hex) {
      text += String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2] ?? '0', 16));
      at += hex[0].length;
    } else if (rest.startsWith('\\')) {
      text += escapes[rest[1] ?? ''] ?? rest[1] ?? '';
      at += 2;
    } else if (/^@[A-Za-z_]/.test(rest)) throw new NotThereError('does not know arrays inside strings');
    else {
      text += rest[0] ?? '';
      at++;
    }
  }
  return [...parts, { text }];
}
