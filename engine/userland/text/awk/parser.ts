/** Reads a program of awk (POSIX, awk, "Grammar"): items, statements. */
import type { AwkProgram, Expression, Lvalue, Redirection, Rule, Statement, UserFunction } from './ast';
import { ExpressionParser } from './expressions';
import { AwkSyntaxError } from './tokens';

export function parseProgram(source: string): AwkProgram {
  return new ProgramParser(source).program();
}

class ProgramParser extends ExpressionParser {
  #functionDepth = 0;
  #loopDepth = 0;
  #inSpecial = false;

  program(): AwkProgram {
    const program: AwkProgram = { begin: [], rules: [], end: [], functions: new Map() };
    this.#skipEnds();
    while (this.token.kind !== 'end') {
      this.#item(program);
      this.#skipEnds();
    }
    this.#checkCalls(program);
    return program;
  }

  #checkCalls(program: AwkProgram): void {
    for (const { name, count, line } of this.calls) {
      const called = program.functions.get(name);
      if (called === undefined) throw new AwkSyntaxError(`line ${this.lastLine}: function ${name} never defined`);
      if (count > called.parameters.length)
        throw new AwkSyntaxError(`line ${line}: too many arguments in call to ${name}`);
    }
  }

  #item(program: AwkProgram): void {
    if (this.takeKeyword('function')) {
      const declared = this.#function();
      if (program.functions.has(declared.name))
        throw new AwkSyntaxError(`line ${this.token.line}: redefinition of function ${declared.name}`);
      program.functions.set(declared.name, declared);
      return;
    }
    for (const [word, list] of [
      ['BEGIN', program.begin],
      ['END', program.end],
    ] as const) {
      if (!this.takeKeyword(word)) continue;
      this.#inSpecial = true;
      if (!this.is('{')) throw this.unexpected();
      list.push(this.#block());
      this.#inSpecial = false;
      return;
    }
    if (this.is('}')) throw new AwkSyntaxError(`line ${this.token.line}: extra '}'`);
    program.rules.push(this.#rule());
  }

  #rule(): Rule {
    if (this.is('{')) return { pattern: { kind: 'always' }, action: this.#block() };
    const first = this.expression();
    let pattern: Rule['pattern'] = { kind: 'test', test: first };
    if (this.take(',')) {
      this.skipNewlines();
      pattern = { kind: 'range', first, last: this.expression() };
    }
    return { pattern, action: this.is('{') ? this.#block() : null };
  }

  #function(): UserFunction {
    const name = this.token.text;
    if (this.token.kind !== 'name' && this.token.kind !== 'call') throw this.unexpected();
    this.advance();
    this.expect('(');
    const parameters: string[] = [];
    while (!this.is(')')) {
      if (this.token.kind !== 'name') throw this.unexpected();
      parameters.push(this.token.text);
      this.advance();
      if (!this.take(',')) break;
      this.skipNewlines();
    }
    this.expect(')');
    this.skipNewlines();
    this.#functionDepth++;
    const body = this.#block();
    this.#functionDepth--;
    return { name, parameters, body };
  }

  #block(): Statement {
    this.expect('{');
    const body: Statement[] = [];
    this.#skipEnds();
    while (!this.is('}')) {
      if (this.token.kind === 'end') throw new AwkSyntaxError(`line ${this.lastLine}: missing } near end of file`);
      body.push(this.#statement());
      this.#skipEnds();
    }
    this.advance();
    return { kind: 'block', body };
  }

  #skipEnds(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.advance();
  }

  #endOfStatement(): void {
    if (this.token.kind === 'newline' || this.is(';')) this.#skipOneEnd();
    else if (!this.is('}') && this.token.kind !== 'end') throw this.unexpected();
  }
  #skipOneEnd(): void {
    this.advance();
    this.skipNewlines();
  }

  #statement(): Statement {
    if (this.is('{')) return this.#block();
    if (this.takeKeyword('if')) return this.#if();
    if (this.takeKeyword('while')) return this.#while();
    if (this.takeKeyword('for')) return this.#for();
    if (this.takeKeyword('do')) return this.#do();
    const simple = this.#simple();
    this.#endOfStatement();
    return simple;
  }

  /** The body of `if` or a loop; `;` alone is an empty one. */
  #body(): Statement {
    this.skipNewlines();
    if (!this.is(';')) return this.#statement();
    this.#skipOneEnd();
    return { kind: 'block', body: [] };
  }
  #loopBody(): Statement {
    this.#loopDepth++;
    const body = this.#body();
    this.#loopDepth--;
    return body;
  }

  #if(): Statement {
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    const yes = this.#body();
    this.#skipEnds();
    return { kind: 'if', test, yes, no: this.takeKeyword('else') ? this.#body() : null };
  }

  #while(): Statement {
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    return { kind: 'while', test, body: this.#loopBody() };
  }

  #do(): Statement {
    const body = this.#loopBody();
    this.#skipEnds();
    if (!this.takeKeyword('while')) throw this.unexpected();
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    this.#endOfStatement();
    return { kind: 'do', body, test };
  }

  #for(): Statement {
    this.expect('(');
    const start = this.is(';') ? null : this.#simple();
    if (this.is(')') && start?.kind === 'expression' && start.expression.kind === 'in') {
      const { index, array } = start.expression;
      const [variable] = index;
      this.advance();
      if (variable === undefined || !isLvalue(variable)) throw this.unexpected();
      return { kind: 'forIn', variable, array, body: this.#loopBody() };
    }
    this.expect(';');
    this.skipNewlines();
    const test = this.is(';') ? null : this.expression();
    this.expect(';');
    this.skipNewlines();
    const step = this.is(')') ? null : this.#simple();
    this.expect(')');
    return { kind: 'for', start, test, step, body: this.#loopBody() };
  }

  #simple(): Statement {
    const { line } = this.token;
    if (this.takeKeyword('print')) return this.#print('print');
    if (this.takeKeyword('printf')) return this.#print('printf');
    for (const kind of ['next', 'nextfile'] as const) {
      if (!this.takeKeyword(kind)) continue;
      if (this.#inSpecial) throw new AwkSyntaxError(`line ${line}: improper use of next`);
      return { kind };
    }
    for (const kind of ['break', 'continue'] as const) {
      if (!this.takeKeyword(kind)) continue;
      if (this.#loopDepth === 0) throw new AwkSyntaxError(`line ${line}: ${kind} statement outside of loop`);
      return { kind };
    }
    if (this.takeKeyword('exit')) return { kind: 'exit', value: this.#optionalExpression() };
    if (this.takeKeyword('return')) {
      if (this.#functionDepth === 0) throw new AwkSyntaxError(`line ${line}: return outside function body`);
      return { kind: 'return', value: this.#optionalExpression() };
    }
    if (this.takeKeyword('delete')) return this.#delete();
    return { kind: 'expression', expression: this.expression() };
  }

  #optionalExpression(): Expression | null {
    return this.token.kind === 'newline' || this.token.kind === 'end' || this.is(';') || this.is('}')
      ? null
      : this.expression();
  }

  #delete(): Statement {
    const array = this.token.text;
    if (this.token.kind !== 'name') throw this.unexpected();
    this.advance();
    if (!this.take('[')) return { kind: 'delete', array, index: null };
    const index = this.expressionList(']');
    this.expect(']');
    return { kind: 'delete', array, index };
  }

  #print(kind: 'print' | 'printf'): Statement {
    const args = this.#printArguments();
    const redirection = this.#redirection();
    const [only] = args;
    // `print (a, b)` prints two, `print (a)(b)` one.
    const list = args.length === 1 && only?.kind === 'grouping' ? only.parts : args;
    if (kind === 'printf' && list.length === 0) throw this.unexpected();
    return { kind, args: list, redirection };
  }

  #printArguments(): Expression[] {
    const args: Expression[] = [];
    if (
      this.token.kind === 'newline' ||
      this.token.kind === 'end' ||
      ['>', '>>', '|', ';', '}'].some((text) => this.is(text))
    )
      return args;
    do {
      if (args.length > 0) this.skipNewlines();
      args.push(this.printExpression());
    } while (this.take(','));
    return args;
  }

  #redirection(): Redirection | null {
    for (const kind of ['>>', '>', '|'] as const) {
      if (this.take(kind)) return { kind, to: this.printExpression() };
    }
    return null;
  }
}

export function isLvalue(expression: Expression): expression is Lvalue {
  return expression.kind === 'variable' || expression.kind === 'element' || expression.kind === 'field';
}
