/** The kinds of tokens of Python, its keywords and its operators. */

import { bare } from '../../kernel/sim';
export type TokenKind =
  | 'name'
  | 'keyword'
  | 'int'
  | 'float'
  | 'string'
  | 'bytes'
  | 'fstring'
  | 'op'
  | 'newline'
  | 'indent'
  | 'dedent'
  | 'end';

export interface Token {
  kind: TokenKind;
  text: string;
  line: number;
  column: number;
}

export const keywords = new Set([
  'False',
  'None',
  'True',
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
]);

export const operators = [
  '**=',
  '//=',
  '>>=',
  '<<=',
  '...',
  '!=',
  '==',
  '<=',
  '>=',
  '->',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  ':=',
  '**',
  '//',
  '<<',
  '>>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '@',
  '&',
  '|',
  '^',
  '~',
  '<',
  '>',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '.',
  ';',
  '=',
];

export const closing: Readonly<Record<string, string>> = bare({ '(': ')', '[': ']', '{': '}' });
