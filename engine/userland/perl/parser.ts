/** Statements and expressions of the Perl we know. */
import { NotThereError, PerlSyntaxError, type Token, tokenize } from './lexer';

export type Expr = { line: number } & (
  | { kind: 'number'; value: number }
  | { kind: 'string'; parts: Array<{ text: string } | { variable: string }> }
  | { kind: 'variable' | 'array'; name: string }
  | { kind: 'list'; items: Expr[] }
  | { kind: 'range'; from: Expr; to: Expr }
  | { kind: 'call'; name: string; args: Expr[] }
  | { kind: 'unary' | 'binary'; operator: string; left: Expr; right: Expr | null }
  | { kind: 'logic'; operator: '&&' | '||' | '//'; left: Expr; right: Expr }
  | { kind: 'conditional'; test: Expr; yes: Expr; no: Expr }
  | { kind: 'assign'; operator: string; name: string; value: Expr }
  | { kind: 'step'; name: string; by: number; prefix: boolean }
);

export type Stmt =
  | { kind: 'expression'; value: Expr }
  | { kind: 'if'; test: Expr; negated: boolean; yes: Stmt[]; no: Stmt[] }
  | { kind: 'while'; test: Expr; negated: boolean; body: Stmt[] }
  | { kind: 'foreach'; name: string; list: Expr; body: Stmt[] }
  | { kind: 'last' | 'next' };

/** Functions, and how many arguments they take without parentheses: one (a named unary operator) or a list. */
const unaryFunctions = new Set([
  'exit',
  'sleep',
  'defined',
  'length',
  'uc',
  'lc',
  'int',
  'abs',
  'hex',
  'oct',
  'chr',
  'ord',
  'shift',
  'alarm',
  'umask',
  'chdir',
  'rmdir',
  'getpgrp',
]);
const listFunctions = new Set([
  'print',
  'say',
  'printf',
  'die',
  'warn',
  'kill',
  'join',
  'sprintf',
  'shmget',
  'semget',
  'msgget',
  'system',
  'exec',
  'unlink',
  'mkdir',
  'rename',
  'symlink',
  'setpgrp',
]);
const plainFunctions = new Set(['getppid', 'time', 'wait', 'pause']);

const levels: ReadonlyArray<readonly string[]> = [
  ['==', '!=', '<=>', 'eq', 'ne', 'cmp'],
  ['<', '>', '<=', '>=', 'lt', 'gt', 'le', 'ge'],
  ['|', '^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-', '.'],
  ['*', '/', '%', 'x'],
];

export function parse(source: string): Stmt[] {
  return new Parser(tokenize(source)).program();
}

class Parser {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  program(): Stmt[] {
    const body: Stmt[] = [];
    while (this.#token.kind !== 'end') body.push(...this.#statement());
    return body;
  }

  get #token(): Token {
    return this.tokens[this.#at] ?? { kind: 'end', line: 1 };
  }
  #is(text: string): boolean {
    const token = this.#token;
    return (token.kind === 'op' || token.kind === 'word') && token.text === text;
  }
  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }
  #expect(text: string): void {
    if (!this.#take(text)) throw this.#error();
  }

  #error(): PerlSyntaxError {
    const token = this.#token;
    const rest = token.kind === 'end' ? 'at EOF' : `near "${shown(token)}"`;
    return new PerlSyntaxError(
      `syntax error at -e line ${token.line}, ${rest}\nExecution of -e aborted due to compilation errors.`,
    );
  }

  #block(): Stmt[] {
    this.#expect('{');
    const body: Stmt[] = [];
    while (!this.#take('}')) {
      if (this.#token.kind === 'end')
        throw new PerlSyntaxError(
          `Missing right curly or square bracket at -e line ${this.#token.line}, at end of line`,
        );
      body.push(...this.#statement());
    }
    return body;
  }

  #statement(): Stmt[] {
    if (this.#take(';')) return [];
    if (this.#is('{')) return this.#block();
    for (const word of ['if', 'unless']) {
      if (!this.#take(word)) continue;
      return [this.#if(word === 'unless')];
    }
    for (const word of ['while', 'until']) {
      if (!this.#take(word)) continue;
      this.#expect('(');
      const test: Expr = this.#is(')') ? { kind: 'number', value: 1, line: this.#token.line } : this.#expression();
      this.#expect(')');
      return [{ kind: 'while', test, negated: word === 'until', body: this.#block() }];
    }
    if (this.#take('for') || this.#take('foreach')) return [this.#foreach()];
    if (this.#take('use') || this.#take('no')) return this.#pragma();
    for (const word of ['sub', 'package', 'BEGIN', 'local', 'our']) {
      if (this.#is(word)) throw new NotThereError(`does not know \`${word}'`);
    }
    const statement = this.#simple();
    if (this.#token.kind !== 'end' && !this.#is('}')) this.#expect(';');
    return [statement];
  }

  #pragma(): Stmt[] {
    const token = this.#token;
    if (token.kind !== 'number' && !(token.kind === 'word' && ['strict', 'warnings', 'utf8'].includes(token.text))) {
      throw new NotThereError(`does not know the module ${token.kind === 'word' ? token.text : '?'}`);
    }
    this.#at++;
    this.#expect(';');
    return [];
  }

  #if(negated: boolean): Stmt {
    this.#expect('(');
    const test = this.#expression();
    this.#expect(')');
    const yes = this.#block();
    const no = this.#take('elsif') ? [this.#if(false)] : this.#take('else') ? this.#block() : [];
    return { kind: 'if', test, negated, yes, no };
  }

  #foreach(): Stmt {
    this.#take('my');
    const token = this.#token;
    let name = '_';
    if (token.kind === 'variable') {
      name = token.name;
      this.#at++;
    }
    this.#expect('(');
    const { line } = this.#token;
    const list: Expr = this.#is(')') ? { kind: 'list', items: [], line } : this.#expression();
    if (this.#is(';')) throw new NotThereError('does not know `for (;;)`: use while');
    this.#expect(')');
    return { kind: 'foreach', name, list, body: this.#block() };
  }

  #simple(): Stmt {
    const body: Stmt = this.#take('last')
      ? { kind: 'last' }
      : this.#take('next')
        ? { kind: 'next' }
        : { kind: 'expression', value: this.#expression() };
    for (const word of ['if', 'unless']) {
      if (this.#take(word))
        return { kind: 'if', test: this.#expression(), negated: word === 'unless', yes: [body], no: [] };
    }
    for (const word of ['while', 'until']) {
      if (this.#take(word)) return { kind: 'while', test: this.#expression(), negated: word === 'until', body: [body] };
    }
    return this.#take('for') || this.#take('foreach')
      ? { kind: 'foreach', name: '_', list: this.#expression(), body: [body] }
      : body;
  }

  /** With `or`, `and`, `not`, and lists. */
  #expression(): Expr {
    let left = this.#and();
    while (this.#take('or')) left = { kind: 'logic', operator: '||', left, right: this.#and(), line: left.line };
    return left;
  }
  #and(): Expr {
    let left = this.#not();
    while (this.#take('and')) left = { kind: 'logic', operator: '&&', left, right: this.#not(), line: left.line };
    return left;
  }
  #not(): Expr {
    const { line } = this.#token;
    return this.#take('not') ? { kind: 'unary', operator: '!', left: this.#not(), right: null, line } : this.#list();
  }

  #list(): Expr {
    const first = this.#assignment();
    if (!this.#is(',') && !this.#is('=>')) return first;
    return { kind: 'list', items: this.#more(first), line: first.line };
  }
  #more(first: Expr): Expr[] {
    const items = [first];
    while (this.#take(',') || this.#take('=>')) {
      if (this.#endsList()) break;
      items.push(this.#assignment());
    }
    return items;
  }
  #endsList(): boolean {
    const token = this.#token;
    return (
      token.kind === 'end' ||
      [')', ';', '}', 'if', 'unless', 'or', 'and', 'while', 'until', 'for', 'foreach'].some((text) => this.#is(text))
    );
  }

  #assignment(): Expr {
    this.#take('my');
    const left = this.#conditional();
    for (const operator of ['=', '+=', '-=', '*=', '/=', '.=', '%=', '**=', '||=', '&&=', '//=', '|=', '&=']) {
      if (!this.#take(operator)) continue;
      if (left.kind !== 'variable')
        throw new NotThereError('does not know assignments to anything but plain variables');
      return {
        kind: 'assign',
        operator: operator.slice(0, -1),
        name: left.name,
        value: this.#assignment(),
        line: left.line,
      };
    }
    return left;
  }

  #conditional(): Expr {
    const test = this.#range();
    if (!this.#take('?')) return test;
    const yes = this.#assignment();
    this.#expect(':');
    return { kind: 'conditional', test, yes, no: this.#assignment(), line: test.line };
  }

  #range(): Expr {
    const from = this.#or();
    return this.#take('..') ? { kind: 'range', from, to: this.#or(), line: from.line } : from;
  }

  #or(): Expr {
    let left = this.#both();
    for (;;) {
      const operator = this.#take('||') ? '||' : this.#take('//') ? '//' : null;
      if (operator === null) return left;
      left = { kind: 'logic', operator, left, right: this.#both(), line: left.line };
    }
  }
  #both(): Expr {
    let left = this.#binary(0);
    while (this.#take('&&')) left = { kind: 'logic', operator: '&&', left, right: this.#binary(0), line: left.line };
    return left;
  }

  #binary(level: number): Expr {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((text) => this.#is(text));
      if (operator === undefined) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), line: left.line };
    }
  }

  #unary(): Expr {
    const { line } = this.#token;
    for (const operator of ['!', '-', '+', '~']) {
      if (this.#take(operator)) return { kind: 'unary', operator, left: this.#unary(), right: null, line };
    }
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const) {
      if (!this.#take(operator)) continue;
      const target = this.#primary();
      if (target.kind !== 'variable') throw this.#error();
      return { kind: 'step', name: target.name, by, prefix: true, line };
    }
    const base = this.#primary();
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const) {
      if (base.kind === 'variable' && this.#take(operator))
        return { kind: 'step', name: base.name, by, prefix: false, line };
    }
    if (this.#is('=~') || this.#is('!~') || this.#is('->') || this.#is('['))
      throw new NotThereError(`does not know \`${shown(this.#token)}'`);
    return this.#take('**') ? { kind: 'binary', operator: '**', left: base, right: this.#unary(), line } : base;
  }

  #primary(): Expr {
    const token = this.#token;
    const { line } = token;
    this.#at++;
    switch (token.kind) {
      case 'number':
      case 'string':
      case 'variable':
      case 'array':
        return token;
      case 'op':
        if (token.text !== '(') break;
        if (this.#take(')')) return { kind: 'list', items: [], line };
        return this.#closed(this.#expression());
      case 'word':
        return this.#word(token.text, line);
    }
    this.#at--;
    throw this.#error();
  }

  #closed(expression: Expr): Expr {
    this.#expect(')');
    return expression;
  }

  #word(name: string, line: number): Expr {
    if (name === 'undef') {
      if (this.#take('(')) this.#expect(')');
      return { kind: 'list', items: [], line };
    }
    if (!unaryFunctions.has(name) && !listFunctions.has(name) && !plainFunctions.has(name)) {
      if (/^[A-Z]+$/.test(name)) return { kind: 'string', parts: [{ text: name }], line };
      throw new NotThereError(`does not know \`${name}'`);
    }
    if (this.#take('(')) {
      const args = this.#is(')') ? [] : this.#more(this.#assignment());
      this.#expect(')');
      return { kind: 'call', name, args, line };
    }
    if (
      plainFunctions.has(name) ||
      this.#endsList() ||
      (this.#token.kind === 'op' && ['//', '||', '&&', '?', ':', '==', '=', '.', ','].includes(this.#token.text))
    ) {
      return { kind: 'call', name, args: [], line };
    }
    return {
      kind: 'call',
      name,
      args: unaryFunctions.has(name) ? [this.#binary(2)] : this.#more(this.#assignment()),
      line,
    };
  }
}

function shown(token: Token): string {
  if (token.kind === 'op' || token.kind === 'word') return token.text;
  if (token.kind === 'number') return String(token.value);
  return token.kind === 'variable' ? `$${token.name}` : token.kind;
}
