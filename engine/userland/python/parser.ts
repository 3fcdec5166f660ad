/** Statements of Python. */
import { append } from '../lib/append';
import type { Expr, Handler, Stmt } from './ast';
import { ExpressionParser } from './expressions';
import { NotThereError, PySyntaxError, tokenize } from './lexer';

export function parseModule(source: string): Stmt[] {
  return new Parser(tokenize(source)).module();
}

class Parser extends ExpressionParser {
  module(): Stmt[] {
    const body: Stmt[] = [];
    while (this.token.kind !== 'end') {
      const { kind } = this.token;
      if (kind === 'newline') this.advance();
      else if (kind === 'indent')
        throw new PySyntaxError('unexpected indent', this.token.line, this.token.column, 'IndentationError');
      else append(body, this.#statement());
    }
    return body;
  }

  #block(what: string, line: number): Stmt[] {
    this.expect(':');
    if (this.token.kind !== 'newline') return this.#simpleLine();
    this.advance();
    if (!this.isKind('indent')) {
      throw new PySyntaxError(
        `expected an indented block after ${what} on line ${line}`,
        this.token.line,
        this.token.column,
        'IndentationError',
      );
    }
    this.advance();
    const body: Stmt[] = [];
    while (!this.isKind('dedent') && !this.isKind('end')) body.push(...this.#statement());
    this.advance();
    return body;
  }

  #statement(): Stmt[] {
    const { text, line, kind } = this.token;
    if (kind !== 'keyword') return this.token.text === '@' ? this.#refuse('decorators') : this.#simpleLine();
    switch (text) {
      case 'if':
        return [this.#if(line)];
      case 'while': {
        this.advance();
        const test = this.expression();
        const body = this.#block("'while' statement", line);
        return [{ kind: 'while', test, body, otherwise: this.#else(), line }];
      }
      case 'for': {
        this.advance();
        const target = this.targetList();
        this.expect('in');
        const source = this.expressionList();
        const body = this.#block("'for' statement", line);
        return [{ kind: 'for', target, source, body, otherwise: this.#else(), line }];
      }
      case 'def': {
        this.advance();
        const name = this.name();
        this.expect('(');
        const parameters = this.parameters(')');
        this.expect(')');
        if (this.take('->')) this.expression();
        return [{ kind: 'def', name, parameters, body: this.#block('function definition', line), line }];
      }
      case 'try':
        return [this.#try(line)];
      case 'with': {
        this.advance();
        const value = this.expression();
        const target = this.take('as') ? this.targetList() : null;
        return [{ kind: 'with', value, target, body: this.#block("'with' statement", line), line }];
      }
      case 'class':
      case 'async':
      case 'yield':
      case 'await':
      case 'nonlocal':
        return this.#refuse(`\`${text}'`);
      default:
        return this.#simpleLine();
    }
  }

  #refuse(what: string): never {
    throw new NotThereError(`does not know ${what}`);
  }

  #else(): Stmt[] {
    const { line } = this.token;
    return this.take('else') ? this.#block("'else' statement", line) : [];
  }

  #if(line: number): Stmt {
    const { text } = this.advance();
    const test = this.expression();
    const yes = this.#block(`'${text}' statement`, line);
    const no = this.is('elif') ? [this.#if(this.token.line)] : this.#else();
    return { kind: 'if', test, yes, no, line };
  }

  #try(line: number): Stmt {
    this.advance();
    const body = this.#block("'try' statement", line);
    const handlers: Handler[] = [];
    while (this.is('except')) {
      const { line: at } = this.advance();
      const type = this.is(':') ? null : this.expression();
      const name = this.take('as') ? this.name() : null;
      handlers.push({ type, name, body: this.#block("'except' statement", at) });
    }
    const otherwise = this.#else();
    const { line: at } = this.token;
    const last = this.take('finally') ? this.#block("'finally' statement", at) : [];
    if (handlers.length === 0 && last.length === 0) throw this.unexpected("expected 'except' or 'finally' block");
    return { kind: 'try', body, handlers, otherwise, last, line };
  }

  /** Statements with `;` between them, up to the end of the line. */
  #simpleLine(): Stmt[] {
    const list = [this.#simple()];
    while (this.take(';')) {
      if (this.token.kind === 'newline' || this.token.kind === 'end') break;
      list.push(this.#simple());
    }
    if (this.token.kind === 'newline') this.advance();
    else if (this.token.kind !== 'end') throw this.unexpected();
    return list;
  }

  #simple(): Stmt {
    const { line, text, kind } = this.token;
    if (kind !== 'keyword') return this.#assignment(line);
    switch (text) {
      case 'pass':
      case 'break':
      case 'continue':
        this.advance();
        return { kind: text, line };
      case 'return':
      case 'raise': {
        this.advance();
        const value = this.#endsStatement() ? null : this.expressionList();
        if (text === 'raise' && this.take('from')) this.expression();
        return { kind: text, value, line };
      }
      case 'global':
        this.advance();
        return { kind: 'global', names: this.#names(), line };
      case 'del': {
        this.advance();
        const value = this.expressionList();
        return { kind: 'delete', targets: value.kind === 'tuple' ? value.items : [value], line };
      }
      case 'assert': {
        this.advance();
        const test = this.expression();
        return { kind: 'assert', test, message: this.take(',') ? this.expression() : null, line };
      }
      case 'import':
        return this.#import(line);
      case 'from':
        return this.#importFrom(line);
      default:
        return this.#assignment(line);
    }
  }

  #endsStatement(): boolean {
    return this.token.kind === 'newline' || this.token.kind === 'end' || this.is(';');
  }

  #names(): string[] {
    const names = [this.name()];
    while (this.take(',')) names.push(this.name());
    return names;
  }

  #dotted(): string {
    let name = this.name();
    while (this.take('.')) name += `.${this.name()}`;
    return name;
  }

  #import(line: number): Stmt {
    this.advance();
    const imports: Stmt[] = [];
    do {
      const name = this.#dotted();
      imports.push({ kind: 'import', name, as: this.take('as') ? this.name() : null, line });
    } while (this.take(','));
    const [only] = imports;
    return only !== undefined && imports.length === 1
      ? only
      : { kind: 'if', test: { kind: 'true', line }, yes: imports, no: [], line };
  }

  #importFrom(line: number): Stmt {
    this.advance();
    const module = this.#dotted();
    if (!this.take('import')) throw this.unexpected();
    const hasBrackets = this.take('(');
    const names: Array<{ name: string; as: string | null }> = [];
    do {
      const name = this.take('*') ? '*' : this.name();
      names.push({ name, as: this.take('as') ? this.name() : null });
    } while (this.take(',') && !this.is(')'));
    if (hasBrackets) this.expect(')');
    return { kind: 'importFrom', module, names, line };
  }

  #assignment(line: number): Stmt {
    const first = this.expressionList();
    const { text, kind } = this.token;
    if (kind === 'op' && /^(\*\*|\/\/|>>|<<|[-+*/%&|^])=$/.test(text)) {
      this.advance();
      return { kind: 'augmented', target: first, operator: text.slice(0, -1), value: this.expressionList(), line };
    }
    if (this.take(':')) {
      this.expression();
      if (!this.is('=')) return { kind: 'pass', line };
    }
    if (!this.is('=')) return { kind: 'expression', value: first, line };
    const targets: Expr[] = [first];
    let value = first;
    while (this.take('=')) {
      value = this.expressionList();
      targets.push(value);
    }
    targets.pop();
    for (const target of targets) this.#checkTarget(target);
    return { kind: 'assign', targets, value, line };
  }

  #checkTarget(target: Expr): void {
    if (target.kind === 'tuple' || target.kind === 'list') {
      for (const item of target.items) this.#checkTarget(item);
    } else if (!['name', 'attribute', 'subscript', 'starred'].includes(target.kind)) {
      throw new PySyntaxError(
        `cannot assign to ${target.kind === 'call' ? 'function call' : 'expression'} here. Maybe you meant '==' instead of '='?`,
        target.line,
        0,
      );
    }
  }
}
