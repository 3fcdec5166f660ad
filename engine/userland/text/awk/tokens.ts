/** The kinds of tokens of awk, its keywords, functions and operators. */

export type TokenKind =
  | 'number'
  | 'string'
  | 'regex'
  | 'name'
  | 'call'
  | 'builtin'
  | 'keyword'
  | 'newline'
  | 'end'
  | 'punctuation';

export interface Token {
  kind: TokenKind;
  text: string;
  line: number;
  number?: number;
}

/** `line N: ...`, without the program's name. */
export class AwkSyntaxError extends Error {}

export const keywords = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);

export const builtins = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'match',
  'sprintf',
  'sin',
  'cos',
  'atan2',
  'exp',
  'log',
  'sqrt',
  'int',
  'rand',
  'srand',
  'tolower',
  'toupper',
  'system',
  'close',
  'fflush',
  'systime',
  'mktime',
  'strftime',
]);

export const operators = [
  '<<=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '>>',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '!~',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '~',
  '<',
  '>',
  '=',
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
  '$',
  '|',
];
