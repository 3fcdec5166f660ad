/** Reads programs of bc (POSIX, bc, and the extensions of GNU). */
import { BcSyntaxError, Incomplete, type Token, tokenize, words } from './lexer';

export type Expr =
  | { kind: 'number'; text: string }
  | { kind: 'variable'; name: string }
  | { kind: 'element'; name: string; index: Expr }
  | { kind: 'call'; name: string; args: Array<Expr | { kind: 'array'; name: string }> }
  | { kind: 'unary'; operator: '-' | '!'; operand: Expr }
  | { kind: 'binary'; operator: string; left: Expr; right: Expr }
  | { kind: 'assign'; operator: string; target: Target; value: Expr }
  | { kind: 'step'; target: Target; by: 1n | -1n; prefix: boolean }
  | { kind: 'grouped'; inner: Expr };

export type Target = Extract<Expr, { kind: 'variable' | 'element' }>;

export type Stmt =
  | { kind: 'expression'; value: Expr }
  | { kind: 'string'; text: string }
  | { kind: 'print'; items: Array<Expr | { kind: 'text'; text: string }> }
  | { kind: 'block'; body: Stmt[] }
  | { kind: 'if'; test: Expr; yes: Stmt; no: Stmt | null }
  | { kind: 'while'; test: Expr; body: Stmt }
  | { kind: 'for'; start: Expr | null; test: Expr | null; step: Expr | null; body: Stmt }
  | { kind: 'break' | 'continue' | 'halt' | 'quit' | 'nothing' }
  | { kind: 'return'; value: Expr | null }
  | { kind: 'define'; name: string; parameters: string[]; autos: string[]; body: Stmt };

const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

export function parse(source: string): Stmt[] {
  return new Parser(tokenize(source)).program();
}

class Parser {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get #token(): Token {
    return this.tokens[this.#at] ?? { kind: 'end', text: '' };
  }
  #is(text: string): boolean {
    return (this.#token.kind === 'op' || this.#token.kind === 'name') && this.#token.text === text;
  }
  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }
  #expect(text: string): void {
    if (this.#kind() === 'end') throw new Incomplete();
    if (!this.#take(text)) throw this.#error();
  }
  #kind(): Token['kind'] {
    return this.#token.kind;
  }
  #blanks(): void {
    while (this.#kind() === 'newline' || this.#is(';')) this.#at++;
  }
  #error(): BcSyntaxError {
    return new BcSyntaxError('syntax error', this.#kind() === 'newline');
  }
  #newlines(): void {
    while (this.#token.kind === 'newline') this.#at++;
  }

  program(): Stmt[] {
    const body: Stmt[] = [];
    for (;;) {
      this.#blanks();
      if (this.#kind() === 'end') return body;
      body.push(this.#statement());
      if (this.#kind() !== 'end' && this.#kind() !== 'newline' && !this.#is(';')) throw this.#error();
    }
  }

  #statement(): Stmt {
    const { kind, text } = this.#token;
    if (kind === 'string') {
      this.#at++;
      return { kind: 'string', text };
    }
    if (this.#is('{')) return this.#block();
    if (kind !== 'name' || !words.has(text)) return { kind: 'expression', value: this.#expression() };
    this.#at++;
    switch (text) {
      case 'if': {
        const test = this.#condition();
        this.#newlines();
        const yes = this.#statement();
        const back = this.#at;
        this.#blanks();
        if (this.#take('else')) {
          this.#newlines();
          return { kind: 'if', test, yes, no: this.#statement() };
        }
        this.#at = back;
        return { kind: 'if', test, yes, no: null };
      }
      case 'while': {
        const test = this.#condition();
        this.#newlines();
        return { kind: 'while', test, body: this.#body() };
      }
      case 'for':
        return this.#for();
      case 'define':
        return this.#define();
      case 'print':
        return this.#print();
      case 'return': {
        const isEmpty = this.#token.kind === 'newline' || this.#token.kind === 'end' || this.#is(';') || this.#is('}');
        return { kind: 'return', value: isEmpty ? null : this.#expression() };
      }
      case 'break':
      case 'continue':
      case 'halt':
      case 'quit':
        return { kind: text };
      default:
        throw this.#error();
    }
  }

  #body(): Stmt {
    if (this.#kind() === 'end') throw new Incomplete();
    return this.#is(';') ? { kind: 'nothing' } : this.#statement();
  }

  #condition(): Expr {
    this.#expect('(');
    const test = this.#expression();
    this.#expect(')');
    if (this.#kind() === 'end') throw new Incomplete();
    return test;
  }

  #block(): Stmt {
    this.#expect('{');
    const body: Stmt[] = [];
    for (;;) {
      this.#blanks();
      if (this.#kind() === 'end') throw new Incomplete();
      if (this.#take('}')) return { kind: 'block', body };
      body.push(this.#statement());
    }
  }

  #for(): Stmt {
    this.#expect('(');
    const part = (end: string) => {
      const value = this.#is(end) ? null : this.#expression();
      this.#expect(end);
      return value;
    };
    const start = part(';');
    const test = part(';');
    const step = part(')');
    this.#newlines();
    return { kind: 'for', start, test, step, body: this.#body() };
  }

  #print(): Stmt {
    const items: Array<Expr | { kind: 'text'; text: string }> = [];
    do {
      if (this.#token.kind === 'string') {
        items.push({ kind: 'text', text: this.#token.text });
        this.#at++;
      } else items.push(this.#expression());
    } while (this.#take(','));
    return { kind: 'print', items };
  }

  #name(): string {
    const { kind, text } = this.#token;
    if (kind === 'end') throw new Incomplete();
    if (kind !== 'name') throw this.#error();
    this.#at++;
    return text;
  }

  #nameList(end: (() => boolean) | null): string[] {
    const names: string[] = [];
    while (end === null || !end()) {
      let name = this.#name();
      if (this.#take('[')) {
        this.#expect(']');
        name += '[]';
      }
      names.push(name);
      if (!this.#take(',')) break;
    }
    return names;
  }

  #define(): Stmt {
    this.#take('void');
    const name = this.#name();
    this.#expect('(');
    const parameters = this.#nameList(() => this.#is(')'));
    this.#expect(')');
    this.#newlines();
    this.#expect('{');
    this.#blanks();
    const autos = this.#take('auto') ? this.#nameList(null) : [];
    const body: Stmt[] = [];
    for (;;) {
      this.#blanks();
      if (this.#kind() === 'end') throw new Incomplete();
      if (this.#take('}')) return { kind: 'define', name, parameters, autos, body: { kind: 'block', body } };
      body.push(this.#statement());
    }
  }

  #expression(): Expr {
    return this.#or();
  }

  #or(): Expr {
    let left = this.#and();
    while (this.#take('||')) left = { kind: 'binary', operator: '||', left, right: this.#and() };
    return left;
  }
  #and(): Expr {
    let left = this.#not();
    while (this.#take('&&')) left = { kind: 'binary', operator: '&&', left, right: this.#not() };
    return left;
  }
  #not(): Expr {
    return this.#take('!') ? { kind: 'unary', operator: '!', operand: this.#not() } : this.#relation();
  }

  #relation(): Expr {
    let left = this.#assignment();
    for (;;) {
      const operator = ['==', '!=', '<=', '>=', '<', '>'].find((text) => this.#is(text));
      if (operator === undefined) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#assignment() };
    }
  }

  #assignment(): Expr {
    const left = this.#additive();
    if (this.#token.kind !== 'op' || !assignments.has(this.#token.text)) return left;
    const operator = this.#token.text;
    if (left.kind !== 'variable' && left.kind !== 'element') throw this.#error();
    this.#at++;
    return { kind: 'assign', operator, target: left, value: this.#assignment() };
  }

  #additive(): Expr {
    let left = this.#multiplicative();
    for (;;) {
      const operator = this.#is('+') ? '+' : this.#is('-') ? '-' : null;
      if (operator === null) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#multiplicative() };
    }
  }

  #multiplicative(): Expr {
    let left = this.#power();
    for (;;) {
      const operator = ['*', '/', '%'].find((text) => this.#is(text));
      if (operator === undefined) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#power() };
    }
  }

  #power(): Expr {
    const base = this.#unary();
    return this.#take('^') ? { kind: 'binary', operator: '^', left: base, right: this.#power() } : base;
  }

  #unary(): Expr {
    if (this.#take('-')) return { kind: 'unary', operator: '-', operand: this.#unary() };
    for (const [operator, by] of [
      ['++', 1n],
      ['--', -1n],
    ] as const) {
      if (!this.#take(operator)) continue;
      const target = this.#primary();
      if (target.kind !== 'variable' && target.kind !== 'element') throw this.#error();
      return { kind: 'step', target, by, prefix: true };
    }
    const value = this.#primary();
    for (const [operator, by] of [
      ['++', 1n],
      ['--', -1n],
    ] as const) {
      if ((value.kind === 'variable' || value.kind === 'element') && this.#take(operator))
        return { kind: 'step', target: value, by, prefix: false };
    }
    return value;
  }

  #primary(): Expr {
    const { kind, text } = this.#token;
    if (kind === 'number') {
      this.#at++;
      return { kind: 'number', text };
    }
    if (this.#take('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return { kind: 'grouped', inner };
    }
    if (kind !== 'name' || words.has(text)) throw this.#error();
    this.#at++;
    if (this.#take('(')) return { kind: 'call', name: text, args: this.#arguments() };
    if (!this.#take('[')) return { kind: 'variable', name: text === '.' ? 'last' : text };
    const index = this.#expression();
    this.#expect(']');
    return { kind: 'element', name: text, index };
  }

  #arguments(): Array<Expr | { kind: 'array'; name: string }> {
    const args: Array<Expr | { kind: 'array'; name: string }> = [];
    while (!this.#is(')')) {
      const [next, bracket] = [this.tokens[this.#at + 1], this.tokens[this.#at + 2]];
      if (this.#token.kind === 'name' && next?.text === '[' && bracket?.text === ']') {
        args.push({ kind: 'array', name: this.#token.text });
        this.#at += 3;
      } else args.push(this.#expression());
      if (!this.#take(',')) break;
    }
    this.#expect(')');
    return args;
  }
}
