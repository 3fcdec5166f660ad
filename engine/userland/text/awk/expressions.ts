/** Expressions of awk, by precedence from the loosest. */
import { bare } from '../../../kernel/sim';
import type { Expression, Lvalue } from './ast';
import { Lexer } from './lexer';
import { AwkSyntaxError, type Token } from './tokens';

const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);
const comparisons = new Set(['<', '<=', '==', '!=', '>', '>=']);
/** How many arguments built-in functions take. */
const arity: Readonly<Record<string, readonly [least: number, most: number]>> = bare({
  length: [0, 1],
  substr: [2, 3],
  index: [2, 2],
  split: [2, 3],
  sub: [2, 3],
  gsub: [2, 3],
  match: [2, 2],
  sprintf: [1, 1000],
  sin: [1, 1],
  cos: [1, 1],
  atan2: [2, 2],
  exp: [1, 1],
  log: [1, 1],
  sqrt: [1, 1],
  int: [1, 1],
  rand: [0, 0],
  srand: [0, 1],
  tolower: [1, 1],
  toupper: [1, 1],
  system: [1, 1],
  close: [1, 1],
  fflush: [0, 1],
  systime: [0, 0],
  mktime: [1, 1],
  strftime: [0, 3],
});

export class ExpressionParser {
  readonly #lexer: Lexer;
  token: Token;
  /** Calls of functions that may be declared later. */
  readonly calls: Array<{ name: string; count: number; line: number }> = [];
  /** Among the arguments of print `>` redirects. */
  #noGreater = false;

  constructor(source: string) {
    this.#lexer = new Lexer(source);
    this.token = this.#lexer.next();
  }

  get lastLine(): number {
    return this.#lexer.line + 1;
  }

  advance(): void {
    this.token = this.#lexer.next();
  }
  is(text: string): boolean {
    return this.token.kind === 'punctuation' && this.token.text === text;
  }
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }
  takeKeyword(word: string): boolean {
    if (this.token.kind !== 'keyword' || this.token.text !== word) return false;
    this.advance();
    return true;
  }
  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }
  skipNewlines(): void {
    while (this.token.kind === 'newline') this.advance();
  }

  unexpected(): AwkSyntaxError {
    const { kind, text, line } = this.token;
    if (kind === 'end') return new AwkSyntaxError(`line ${this.lastLine}: syntax error at or near end of file`);
    if (kind === 'newline') return new AwkSyntaxError(`line ${line}: syntax error at or near end of line`);
    const shown = kind === 'regex' ? `/${text}/` : kind === 'string' ? `"${text}"` : text;
    return new AwkSyntaxError(`line ${line}: syntax error at or near ${shown}`);
  }

  expression(): Expression {
    return this.#open(() => this.#assignment());
  }

  /** `>` is a redirection in it. */
  printExpression(): Expression {
    const before = this.#noGreater;
    this.#noGreater = true;
    const result = this.#assignment();
    this.#noGreater = before;
    return result;
  }

  expressionList(end: string): Expression[] {
    const list: Expression[] = [];
    this.skipNewlines();
    while (!this.is(end)) {
      list.push(this.expression());
      this.skipNewlines();
      if (!this.take(',')) break;
      this.skipNewlines();
    }
    return list;
  }

  /** Inside brackets nothing of the context outside counts. */
  #open<T>(read: () => T): T {
    const before = this.#noGreater;
    this.#noGreater = false;
    const result = read();
    this.#noGreater = before;
    return result;
  }

  #assignment(): Expression {
    const target = this.#conditional();
    if (this.token.kind !== 'punctuation' || !assignments.has(this.token.text)) return target;
    const operator = this.token.text;
    const lvalue = assignable(target);
    if (lvalue === null) throw this.unexpected();
    this.advance();
    this.skipNewlines();
    return lvalue.rebuild({ kind: 'assign', operator, target: lvalue.target, value: this.#assignment() });
  }

  #conditional(): Expression {
    const test = this.#or();
    if (!this.take('?')) return test;
    this.skipNewlines();
    const yes = this.#assignment();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return { kind: 'conditional', test, yes, no: this.#assignment() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.take('||')) {
      this.skipNewlines();
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#in();
    while (this.take('&&')) {
      this.skipNewlines();
      left = { kind: 'and', left, right: this.#in() };
    }
    return left;
  }

  #in(): Expression {
    let left = this.#match();
    while (this.takeKeyword('in')) {
      const array = this.token.text;
      if (this.token.kind !== 'name') throw this.unexpected();
      this.advance();
      left = { kind: 'in', index: left.kind === 'grouping' ? left.parts : [left], array };
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    while (this.is('~') || this.is('!~')) {
      const negated = this.is('!~');
      this.advance();
      left = { kind: 'match', negated, text: left, regex: this.#comparison() };
    }
    return left;
  }

  #comparison(): Expression {
    let left = this.#pipes(this.#concatenation());
    while (
      this.token.kind === 'punctuation' &&
      comparisons.has(this.token.text) &&
      !(this.#noGreater && this.is('>'))
    ) {
      const operator = this.token.text;
      this.advance();
      left = { kind: 'binary', operator, left, right: this.#pipes(this.#concatenation()) };
    }
    return left;
  }

  /** `command | getline`, as often as it comes. */
  #pipes(expression: Expression): Expression {
    let left = expression;
    while (this.is('|') && this.#getlineFollows()) {
      this.advance();
      this.advance();
      left = { kind: 'getline', source: 'command', from: left, target: this.#optionalLvalue() };
    }
    return left;
  }

  #getlineFollows(): boolean {
    const next = this.#lexer.peek();
    return next.kind === 'keyword' && next.text === 'getline';
  }

  #concatenation(): Expression {
    let left = this.#additive();
    if (left.kind === 'grouping' && left.parts.length > 1 && this.#startsOperand()) throw this.unexpected();
    while (this.#startsOperand()) left = { kind: 'binary', operator: 'concat', left, right: this.#additive() };
    return left;
  }

  #startsOperand(): boolean {
    const { kind, text } = this.token;
    if (kind === 'keyword') return false;
    if (kind === 'punctuation') return ['(', '$', '!', '-', '+', '++', '--'].includes(text);
    return kind !== 'newline' && kind !== 'end';
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    while (this.is('+') || this.is('-')) {
      const operator = this.token.text;
      this.advance();
      left = { kind: 'binary', operator, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.token.text;
      this.advance();
      left = { kind: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    if (this.take('!')) return { kind: 'not', operand: this.#unary() };
    if (this.take('-')) return { kind: 'negate', operand: this.#unary() };
    if (this.take('+')) return { kind: 'plus', operand: this.#unary() };
    return this.#power();
  }

  #power(): Expression {
    const left = this.#postfix();
    if (!this.take('^')) return left;
    const right = this.is('-') || this.is('+') || this.is('!') ? this.#unary() : this.#power();
    return { kind: 'binary', operator: '^', left, right };
  }

  #postfix(): Expression {
    const operand = this.#primary();
    if (!(this.is('++') || this.is('--')) || !isTarget(operand)) return operand;
    const by = this.is('++') ? 1 : -1;
    this.advance();
    return { kind: 'increment', target: operand, by, prefix: false };
  }

  #primary(): Expression {
    const { kind, text, line } = this.token;
    if (kind === 'number') return this.#taken({ kind: 'number', value: this.token.number ?? 0 });
    if (kind === 'string') return this.#taken({ kind: 'string', value: text });
    if (kind === 'regex') return this.#taken({ kind: 'regex', source: text });
    if (kind === 'name') return this.#variable();
    if (kind === 'call') {
      this.advance();
      this.advance();
      const args = this.expressionList(')');
      this.expect(')');
      this.calls.push({ name: text, count: args.length, line });
      return { kind: 'call', name: text, args, line };
    }
    if (kind === 'builtin') return this.#builtin();
    if (this.take('$')) return { kind: 'field', index: this.#fieldIndex() };
    if (this.is('++') || this.is('--')) {
      const by = this.is('++') ? 1 : -1;
      this.advance();
      const target = this.#primary();
      if (!isTarget(target)) throw this.unexpected();
      return { kind: 'increment', target, by, prefix: true };
    }
    if (this.take('(')) return this.#grouping();
    if (this.takeKeyword('getline')) return this.#getline();
    if (this.is('!') || this.is('-') || this.is('+')) return this.#unary();
    throw this.unexpected();
  }

  #taken(expression: Expression): Expression {
    this.advance();
    return expression;
  }

  #fieldIndex(): Expression {
    if (this.is('-') || this.is('+') || this.is('!')) return this.#unary();
    if (this.is('++') || this.is('--')) return this.#primary();
    return this.#primary();
  }

  #variable(): Lvalue {
    const name = this.token.text;
    this.advance();
    if (!this.take('[')) return { kind: 'variable', name };
    const index = this.expressionList(']');
    if (index.length === 0) throw this.unexpected();
    this.expect(']');
    return { kind: 'element', array: name, index };
  }

  #grouping(): Expression {
    const parts = this.expressionList(')');
    if (parts.length === 0) throw this.unexpected();
    this.expect(')');
    return { kind: 'grouping', parts };
  }

  #builtin(): Expression {
    const { text: name, line } = this.token;
    this.advance();
    let args: Expression[] = [];
    if (this.take('(')) {
      args = this.expressionList(')');
      this.expect(')');
    } else if (name !== 'length') throw this.unexpected();
    const [least, most] = arity[name] ?? [0, 0];
    if (args.length < least || args.length > most) {
      throw new AwkSyntaxError(`line ${line}: wrong number of arguments in call to ${name}`);
    }
    return { kind: 'builtin', name, args, line };
  }

  #getline(): Expression {
    const target = this.#optionalLvalue();
    if (!this.take('<')) return { kind: 'getline', source: 'main', from: null, target };
    return { kind: 'getline', source: 'file', from: this.#postfix(), target };
  }

  #optionalLvalue(): Lvalue | null {
    if (this.token.kind === 'name') return this.#variable();
    return this.take('$') ? { kind: 'field', index: this.#fieldIndex() } : null;
  }
}

function isTarget(expression: Expression): expression is Lvalue {
  return expression.kind === 'variable' || expression.kind === 'element' || expression.kind === 'field';
}

/** `!x = 1`, `a && b = 1`: the assignment belongs to the last operand. */
function assignable(expression: Expression): { target: Lvalue; rebuild: (assigned: Expression) => Expression } | null {
  if (isTarget(expression)) return { target: expression, rebuild: (assigned) => assigned };
  if (expression.kind === 'not' || expression.kind === 'negate' || expression.kind === 'plus') {
    const inner = assignable(expression.operand);
    return (
      inner && { target: inner.target, rebuild: (assigned) => ({ ...expression, operand: inner.rebuild(assigned) }) }
    );
  }
  if (expression.kind === 'binary' || expression.kind === 'and' || expression.kind === 'or') {
    const inner = assignable(expression.right);
    return (
      inner && { target: inner.target, rebuild: (assigned) => ({ ...expression, right: inner.rebuild(assigned) }) }
    );
  }
  return null;
}
