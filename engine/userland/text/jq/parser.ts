/** Reads a filter of jq 1.6. */
import type { Definition, Filter, JqCompileError, Pattern } from './ast';
import { syntaxError, type Token, tokenize } from './lexer';

const identity: Filter = { kind: 'identity' };
const updates = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

export function parseFilter(source: string): Filter {
  const parser = new Parser(tokenize(source));
  return parser.program();
}

export function parseDefinitions(source: string): Definition[] {
  return new Parser(tokenize(source)).definitions();
}

class Parser {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get #token(): Token {
    return this.tokens[this.#at] ?? { kind: 'end', start: 0, end: 0 };
  }
  #is(text: string): boolean {
    const token = this.#token;
    return (token.kind === 'op' || token.kind === 'keyword') && token.text === text;
  }
  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }
  #expect(text: string): void {
    if (!this.#take(text)) throw this.#error();
  }

  #error(expecting = ''): JqCompileError {
    const token = this.#token;
    const names: Readonly<Record<string, string>> = {
      end: '$end',
      identifier: 'IDENT',
      number: 'LITERAL',
      string: 'QQSTRING_START',
      field: 'FIELD',
      format: 'FORMAT',
      variable: "'$'",
    };
    const shown =
      token.kind === 'op'
        ? `'${token.text}'`
        : token.kind === 'keyword'
          ? token.text
          : (names[token.kind] ?? token.kind);
    const at = token.kind === 'end' ? (this.tokens[this.#at - 1]?.start ?? 0) : token.start;
    return syntaxError(shown, at, expecting);
  }

  program(): Filter {
    const filter = this.#token.kind === 'end' ? identity : this.#pipe();
    if (this.#token.kind !== 'end') throw this.#error('$end');
    return filter;
  }

  definitions(): Definition[] {
    const list: Definition[] = [];
    while (this.#take('def')) list.push(this.#definition());
    return list;
  }

  inner(): Filter {
    const filter = this.#pipe();
    if (this.#token.kind !== 'end') throw this.#error();
    return filter;
  }

  #definition(): Definition {
    const token = this.#token;
    if (token.kind !== 'identifier' && token.kind !== 'keyword') throw this.#error();
    this.#at++;
    const parameters: string[] = [];
    if (this.#take('(')) {
      do {
        const parameter = this.#token;
        if (parameter.kind === 'variable') parameters.push(`$${parameter.text}`);
        else if (parameter.kind === 'identifier') parameters.push(parameter.text);
        else throw this.#error();
        this.#at++;
      } while (this.#take(';'));
      this.#expect(')');
    }
    this.#expect(':');
    const body = this.#pipe();
    this.#expect(';');
    return { name: token.text, parameters, body };
  }

  #pipe(): Filter {
    if (this.#take('def')) {
      const definition = this.#definition();
      const body = this.#token.kind === 'end' ? identity : this.#pipe();
      return { kind: 'def', definition, body };
    }
    const token = this.#token;
    if (token.kind === 'keyword' && token.text === 'label') {
      this.#at++;
      const name = this.#variable();
      this.#expect('|');
      return { kind: 'label', name, body: this.#pipe() };
    }
    const left = this.#comma();
    return this.#take('|') ? { kind: 'pipe', left, right: this.#pipe() } : left;
  }

  #variable(): string {
    const token = this.#token;
    if (token.kind !== 'variable') throw this.#error();
    this.#at++;
    return token.text;
  }

  #comma(): Filter {
    let left = this.#alternative();
    while (this.#take(',')) left = { kind: 'comma', left, right: this.#alternative() };
    return left;
  }

  #alternative(): Filter {
    const left = this.#update();
    return this.#take('//') ? { kind: 'alternative', left, right: this.#alternative() } : left;
  }

  #update(): Filter {
    const left = this.#or();
    const token = this.#token;
    if (token.kind !== 'op' || !updates.has(token.text)) return left;
    this.#at++;
    return { kind: 'update', operator: token.text, left, right: this.#alternative() };
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#take('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Filter {
    let left = this.#comparison();
    while (this.#take('and')) left = { kind: 'and', left, right: this.#comparison() };
    return left;
  }

  #comparison(): Filter {
    const left = this.#additive();
    const token = this.#token;
    if (token.kind !== 'op' || !comparisons.has(token.text)) return left;
    this.#at++;
    return { kind: 'binary', operator: token.text, left, right: this.#additive() };
  }

  #additive(): Filter {
    let left = this.#multiplicative();
    while (this.#is('+') || this.#is('-')) {
      const operator = this.#is('+') ? '+' : '-';
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Filter {
    let left = this.#unary();
    for (;;) {
      const operator = ['*', '/', '%'].find((text) => this.#is(text));
      if (operator === undefined) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#unary() };
    }
  }

  #unary(): Filter {
    if (this.#take('-')) return { kind: 'negate', operand: this.#unary() };
    if (this.#take('reduce')) {
      const source = this.#postfix();
      this.#expect('as');
      const pattern = this.#pattern();
      this.#expect('(');
      const init = this.#pipe();
      this.#expect(';');
      const update = this.#pipe();
      this.#expect(')');
      return this.#suffixes({ kind: 'reduce', source, pattern, init, update });
    }
    if (this.#take('foreach')) {
      const source = this.#postfix();
      this.#expect('as');
      const pattern = this.#pattern();
      this.#expect('(');
      const init = this.#pipe();
      this.#expect(';');
      const update = this.#pipe();
      const extract = this.#take(';') ? this.#pipe() : null;
      this.#expect(')');
      return this.#suffixes({ kind: 'foreach', source, pattern, init, update, extract });
    }
    if (this.#take('try')) {
      const body = this.#postfixOrTry();
      return { kind: 'try', body, handler: this.#take('catch') ? this.#postfixOrTry() : null };
    }
    const term = this.#postfix();
    if (!this.#take('as')) return term;
    const patterns = [this.#pattern()];
    while (this.#take('?//')) patterns.push(this.#pattern());
    this.#expect('|');
    return { kind: 'as', source: term, patterns, body: this.#pipe() };
  }
  #postfixOrTry(): Filter {
    return this.#is('try') || this.#is('reduce') || this.#is('foreach') || this.#is('-')
      ? this.#unary()
      : this.#postfix();
  }

  #postfix(): Filter {
    return this.#suffixes(this.#term());
  }

  #suffixes(first: Filter): Filter {
    let filter = first;
    for (;;) {
      const token = this.#token;
      if (token.kind === 'field') {
        this.#at++;
        filter = { kind: 'index', target: filter, key: { kind: 'literal', value: token.text } };
      } else if (this.#is('.') && this.tokens[this.#at + 1]?.kind === 'string') {
        this.#at++;
        filter = { kind: 'index', target: filter, key: this.#string(null) };
      } else if (this.#is('.') && this.#nextIs('[')) {
        this.#at++;
      } else if (this.#take('[')) filter = this.#bracket(filter);
      else if (this.#take('?')) filter = { kind: 'try', body: filter, handler: null };
      else return filter;
    }
  }
  #nextIs(text: string): boolean {
    const next = this.tokens[this.#at + 1];
    return next?.kind === 'op' && next.text === text;
  }

  #bracket(target: Filter): Filter {
    if (this.#take(']')) return { kind: 'iterate', target };
    if (this.#take(':')) {
      const to = this.#pipe();
      this.#expect(']');
      return { kind: 'slice', target, from: null, to };
    }
    const key = this.#pipe();
    if (this.#take(':')) {
      const to = this.#is(']') ? null : this.#pipe();
      this.#expect(']');
      return { kind: 'slice', target, from: key, to };
    }
    this.#expect(']');
    return { kind: 'index', target, key };
  }

  #term(): Filter {
    const token = this.#token;
    switch (token.kind) {
      case 'number':
        this.#at++;
        return { kind: 'literal', value: token.value };
      case 'string':
        return this.#string(null);
      case 'format': {
        this.#at++;
        return this.#token.kind === 'string' ? this.#string(token.text) : { kind: 'format', name: token.text };
      }
      case 'field':
        return identity;
      case 'variable':
        this.#at++;
        if (token.text === '__loc__') return { kind: 'location', line: 1 };
        return { kind: 'variable', name: token.text, at: token.start };
      case 'identifier':
        return this.#call(token.text);
      case 'keyword':
        return this.#keyword(token.text);
      case 'op':
        return this.#operator();
      default:
        throw this.#error();
    }
  }

  #call(name: string): Filter {
    const { start } = this.#token;
    this.#at++;
    if (name === 'break' && this.#token.kind === 'variable') return { kind: 'break', name: this.#variable() };
    const literals: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
      ['null', null],
      ['true', true],
      ['false', false],
    ]);
    const literal = literals.get(name);
    if (literal !== undefined) return { kind: 'literal', value: literal };
    const args: Filter[] = [];
    if (this.#take('(')) {
      do args.push(this.#pipe());
      while (this.#take(';'));
      this.#expect(')');
    }
    return { kind: 'call', name, args, at: start };
  }

  #keyword(text: string): Filter {
    if (text === 'if') {
      this.#at++;
      return this.#if();
    }
    if (text === 'def') return this.#pipe();
    throw this.#error();
  }

  #if(): Filter {
    const test = this.#pipe();
    this.#expect('then');
    const yes = this.#pipe();
    if (this.#take('elif')) return { kind: 'if', test, yes, no: this.#if() };
    if (!this.#take('else')) throw this.#error();
    const no = this.#pipe();
    this.#expect('end');
    return { kind: 'if', test, yes, no };
  }

  #operator(): Filter {
    if (this.#take('..')) return { kind: 'recurse' };
    if (this.#is('.')) {
      const next = this.tokens[this.#at + 1];
      if (next?.kind !== 'string') this.#at++;
      return identity;
    }
    if (this.#take('(')) {
      const filter = this.#pipe();
      this.#expect(')');
      return filter;
    }
    if (this.#take('[')) {
      if (this.#take(']')) return { kind: 'array', body: null };
      const body = this.#pipe();
      this.#expect(']');
      return { kind: 'array', body };
    }
    if (this.#take('{')) return this.#object();
    throw this.#error();
  }

  #string(format: string | null): Filter {
    const token = this.#token;
    if (token.kind !== 'string') throw this.#error();
    this.#at++;
    const parts = token.parts.map((part) => (typeof part === 'string' ? part : new Parser(part).inner()));
    const [only] = parts;
    if (typeof only === 'string' && parts.length === 1) return { kind: 'literal', value: only };
    return { kind: 'string', format, parts };
  }

  #object(): Filter {
    const entries: Array<{ key: Filter; value: Filter }> = [];
    while (!this.#is('}')) {
      entries.push(this.#entry());
      if (!this.#take(',')) break;
    }
    this.#expect('}');
    return { kind: 'object', entries };
  }

  #entry(): { key: Filter; value: Filter } {
    const token = this.#token;
    if (token.kind === 'variable') {
      this.#at++;
      const name = token.text;
      if (name === '__loc__') return { key: { kind: 'literal', value: name }, value: { kind: 'location', line: 1 } };
      return { key: { kind: 'literal', value: name }, value: { kind: 'variable', name, at: token.start } };
    }
    let key: Filter;
    if (token.kind === 'identifier' || token.kind === 'keyword') {
      this.#at++;
      key = { kind: 'literal', value: token.text };
    } else if (token.kind === 'number') {
      this.#at++;
      key = { kind: 'literal', value: token.value };
    } else if (token.kind === 'string') key = this.#string(null);
    else if (token.kind === 'format') {
      this.#at++;
      key = this.#token.kind === 'string' ? this.#string(token.text) : { kind: 'format', name: token.text };
    } else if (this.#take('(')) {
      key = this.#pipe();
      this.#expect(')');
      if (!this.#is(':')) throw this.#error();
    } else throw this.#error();
    if (!this.#take(':')) return { key, value: { kind: 'index', target: identity, key } };
    return { key, value: this.#objectValue() };
  }

  /** Values in objects end at a comma; `|` joins them. */
  #objectValue(): Filter {
    let left = this.#take('-') ? ({ kind: 'negate', operand: this.#postfix() } as const) : this.#unary();
    while (this.#take('|')) {
      const right = this.#unary();
      left = { kind: 'pipe', left, right };
    }
    return left;
  }

  #pattern(): Pattern {
    if (this.#take('[')) {
      const items = [this.#pattern()];
      while (this.#take(',')) items.push(this.#pattern());
      this.#expect(']');
      return { kind: 'array', items };
    }
    if (!this.#take('{')) return { kind: 'variable', name: this.#variable() };
    const entries: Array<{ key: Filter; variable: string | null; value: Pattern | null }> = [];
    do {
      const token = this.#token;
      if (token.kind === 'variable') {
        this.#at++;
        entries.push({
          key: { kind: 'literal', value: token.text },
          variable: token.text,
          value: this.#take(':') ? this.#pattern() : null,
        });
        continue;
      }
      let key: Filter;
      if (token.kind === 'identifier' || token.kind === 'keyword') {
        this.#at++;
        key = { kind: 'literal', value: token.text };
      } else if (token.kind === 'string') key = this.#string(null);
      else {
        this.#expect('(');
        key = this.#pipe();
        this.#expect(')');
      }
      this.#expect(':');
      entries.push({ key, variable: null, value: this.#pattern() });
    } while (this.#take(','));
    this.#expect('}');
    return { kind: 'object', entries };
  }
}
