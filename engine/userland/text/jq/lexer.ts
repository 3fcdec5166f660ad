/** Tokens of jq. */
import { JqCompileError } from './ast';

export type Token = { start: number; end: number } & (
  | { kind: 'number'; value: number }
  | { kind: 'string'; parts: Array<string | Token[]> }
  | { kind: 'format' | 'identifier' | 'field' | 'variable' | 'keyword' | 'op'; text: string }
  | { kind: 'end' }
);

const keywords = new Set([
  'def',
  'if',
  'then',
  'elif',
  'else',
  'end',
  'as',
  'reduce',
  'foreach',
  'try',
  'catch',
  'label',
  'import',
  'include',
  'and',
  'or',
  '__loc__',
]);
const operators = [
  '?//=',
  '?//',
  '|=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '//=',
  '==',
  '!=',
  '<=',
  '>=',
  '//',
  '..',
  '?',
  '=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '|',
  ',',
  '.',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  ':',
  ';',
  '$',
];

export function tokenize(source: string): Token[] {
  const { tokens } = scan(source, 0, false);
  return tokens;
}

/** Up to the end, or to the bracket that ends an interpolation. */
function scan(source: string, from: number, isInner: boolean): { tokens: Token[]; next: number } {
  const tokens: Token[] = [];
  let depth = 0;
  let at = from;
  while (at < source.length) {
    const rest = source.slice(at, at + 300);
    const [blank] = /^(?:\s+|#[^\n]*)/.exec(rest) ?? [];
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (rest[0] === '"') {
      const read = readString(source, at);
      tokens.push({ kind: 'string', parts: read.parts, start: at, end: read.next });
      at = read.next;
      continue;
    }
    if (rest[0] === ')' && isInner && depth === 0)
      return { tokens: [...tokens, { kind: 'end', start: at, end: at }], next: at + 1 };
    const token = readToken(rest, at);
    if (token.kind === 'op' && token.text === '(') depth++;
    if (token.kind === 'op' && token.text === ')') depth--;
    tokens.push(token);
    at = token.end;
  }
  return { tokens: [...tokens, { kind: 'end', start: source.length, end: source.length }], next: at };
}

function readToken(rest: string, start: number): Token {
  const [number] = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest) ?? [];
  if (number !== undefined) return { kind: 'number', value: Number(number), start, end: start + number.length };
  const [format] = /^@[A-Za-z0-9_]+/.exec(rest) ?? [];
  if (format !== undefined) return { kind: 'format', text: format, start, end: start + format.length };
  const [variable, name = ''] = /^\$((?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)/.exec(rest) ?? [];
  if (variable !== undefined) return { kind: 'variable', text: name, start, end: start + variable.length };
  const [field, fieldName = ''] = /^\.([A-Za-z_]\w*)/.exec(rest) ?? [];
  if (field !== undefined) return { kind: 'field', text: fieldName, start, end: start + field.length };
  const [word] = /^(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/.exec(rest) ?? [];
  if (word !== undefined)
    return { kind: keywords.has(word) ? 'keyword' : 'identifier', text: word, start, end: start + word.length };
  const operator = operators.find((text) => rest.startsWith(text));
  if (operator === undefined) throw syntaxError('INVALID_CHARACTER', start);
  return { kind: 'op', text: operator, start, end: start + operator.length };
}

export function syntaxError(unexpected: string, at: number, expecting = ''): JqCompileError {
  const hint = '(Unix shell quoting issues?)';
  return new JqCompileError(
    `syntax error, unexpected ${unexpected}${expecting === '' ? '' : `, expecting ${expecting}`} ${hint}`,
    at,
  );
}

function readString(source: string, from: number): { parts: Array<string | Token[]>; next: number } {
  const parts: Array<string | Token[]> = [];
  let text = '';
  for (let at = from + 1; ; ) {
    const char = source[at];
    if (char === undefined) throw syntaxError('QQSTRING_START', from, '$end');
    if (char === '"') {
      parts.push(text);
      return { parts, next: at + 1 };
    }
    if (char !== '\\') {
      text += char;
      at++;
      continue;
    }
    const next = source[at + 1] ?? '';
    if (next === '(') {
      const inner = scan(source, at + 2, true);
      parts.push(text, inner.tokens);
      text = '';
      at = inner.next;
      continue;
    }
    const simple = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '/': '/', '\\': '\\', '"': '"' }[next];
    const hex = /^u[\da-fA-F]{4}/.exec(source.slice(at + 1, at + 6));
    if (simple !== undefined) {
      text += simple;
      at += 2;
    } else if (hex) {
      text += String.fromCharCode(Number.parseInt(hex[0].slice(1), 16));
      at += 6;
    } else throw syntaxError('INVALID_CHARACTER', at);
  }
}
