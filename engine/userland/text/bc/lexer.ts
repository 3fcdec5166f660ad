/** Tokens of bc. */

/** The text ends too early: more lines are wanted. */
export class Incomplete extends Error {}

export class BcSyntaxError extends Error {
  constructor(
    message: string,
    /** Something was missing at the end of the line: it is the next line's mistake. */
    readonly isAtEnd = false,
  ) {
    super(message);
  }
}

export type Token = { kind: 'number' | 'name' | 'string' | 'op' | 'newline' | 'end'; text: string };

const operators = [
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '=',
  '<',
  '>',
  '!',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  ';',
];

export const words = new Set([
  'if',
  'else',
  'while',
  'for',
  'break',
  'continue',
  'halt',
  'quit',
  'return',
  'define',
  'auto',
  'print',
  'void',
]);

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const comment = /^\/\*[\s\S]*?\*\//.exec(rest);
    if (rest.startsWith('/*') && !comment) throw new Incomplete();
    const skipped = comment ?? /^(?:[ \t\r]+|\\\n|#[^\n]*)/.exec(rest);
    if (skipped) {
      at += skipped[0].length;
      continue;
    }
    if (rest[0] === '\n') {
      tokens.push({ kind: 'newline', text: '\n' });
      at++;
      continue;
    }
    if (rest[0] === '"') {
      const end = rest.indexOf('"', 1);
      if (end < 0) throw new Incomplete();
      tokens.push({ kind: 'string', text: rest.slice(1, end) });
      at += end + 1;
      continue;
    }
    const [number] = /^(?:[0-9A-F]+\.?[0-9A-F]*|\.[0-9A-F]+)(?:\\\n[0-9A-F]+)*/.exec(rest) ?? [];
    const [name] = /^[a-z][a-z0-9_]*|^\./.exec(rest) ?? [];
    const operator = operators.find((text) => rest.startsWith(text));
    const text = number ?? name ?? operator;
    if (text === undefined) throw new BcSyntaxError('illegal character');
    tokens.push({
      kind: number !== undefined ? 'number' : name !== undefined ? 'name' : 'op',
      text: text.replaceAll('\\\n', ''),
    });
    at += text.length;
  }
  return [...tokens, { kind: 'end', text: '' }];
}
