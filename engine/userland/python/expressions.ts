/** Expressions of Python, from the loosest to the tightest. */
import { append } from '../lib/append';
import type { Argument, Expr, FPart, Generator, Parameter } from './ast';
import { NotThereError, PySyntaxError, tokenize } from './lexer';
import type { Token } from './tokens';

const binaryLevels: ReadonlyArray<readonly string[]> = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '@'],
];

export class ExpressionParser {
  #at = 0;

  constructor(protected readonly tokens: readonly Token[]) {}

  get token(): Token {
    return this.tokens[this.#at] ?? { kind: 'end', text: '', line: 1, column: 0 };
  }
  protected advance(): Token {
    const { token } = this;
    this.#at++;
    return token;
  }
  protected is(text: string): boolean {
    const { kind } = this.token;
    return (kind === 'op' || kind === 'keyword') && this.token.text === text;
  }
  protected isKind(kind: Token['kind']): boolean {
    return this.token.kind === kind;
  }
  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }
  protected expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(text === ':' ? "expected ':'" : 'invalid syntax');
  }
  protected unexpected(message = 'invalid syntax'): PySyntaxError {
    return new PySyntaxError(message, this.token.line, this.token.column);
  }
  protected name(): string {
    if (this.token.kind !== 'name') throw this.unexpected();
    return this.advance().text;
  }

  /** One or more, a tuple where there are commas. */
  expressionList(): Expr {
    const { line } = this.token;
    const first = this.starOrExpression();
    if (!this.is(',')) return first;
    const items = [first];
    while (this.take(',')) {
      if (this.#endsList()) break;
      items.push(this.starOrExpression());
    }
    return { kind: 'tuple', items, line };
  }

  #endsList(): boolean {
    const { kind, text } = this.token;
    return (
      kind === 'newline' ||
      kind === 'end' ||
      [')', ']', '}', '=', ':', ';', 'in'].includes(text) ||
      (kind === 'op' && text.endsWith('='))
    );
  }

  starOrExpression(): Expr {
    const { line } = this.token;
    return this.take('*') ? { kind: 'starred', value: this.#binary(0), line } : this.expression();
  }

  /** Targets of `for`: an `in` ends them. */
  targetList(): Expr {
    const { line } = this.token;
    const items = [this.#binary(0)];
    if (!this.is(',')) return items[0] ?? { kind: 'none', line };
    while (this.take(',')) {
      if (this.is('in')) break;
      items.push(this.#binary(0));
    }
    return { kind: 'tuple', items, line };
  }

  expression(): Expr {
    const { line } = this.token;
    if (this.is('lambda')) return this.#lambda();
    if (this.is('yield') || this.is('await')) throw new NotThereError(`does not know \`${this.token.text}'`);
    const value = this.#or();
    if (this.token.text === ':=' && value.kind === 'name') {
      this.advance();
      return { kind: 'walrus', name: value.name, value: this.expression(), line };
    }
    if (!this.take('if')) return value;
    const test = this.#or();
    if (!this.take('else')) throw this.unexpected("expected 'else' after 'if' expression");
    return { kind: 'conditional', test, yes: value, no: this.expression(), line };
  }

  #lambda(): Expr {
    const { line } = this.advance();
    const parameters = this.parameters(':');
    this.expect(':');
    return { kind: 'lambda', parameters, body: this.expression(), line };
  }

  protected parameters(end: string): Parameter[] {
    const list: Parameter[] = [];
    while (!this.is(end)) {
      const kind = this.take('**') ? 'mapping' : this.take('*') ? 'rest' : 'plain';
      const name = this.name();
      if (end === ')' && this.take(':')) this.expression();
      list.push({ name, kind, initial: this.take('=') ? this.expression() : null });
      if (!this.take(',')) break;
    }
    return list;
  }

  #or(): Expr {
    let left = this.#and();
    while (this.take('or')) left = { kind: 'or', left, right: this.#and(), line: left.line };
    return left;
  }
  #and(): Expr {
    let left = this.#not();
    while (this.take('and')) left = { kind: 'and', left, right: this.#not(), line: left.line };
    return left;
  }
  #not(): Expr {
    const { line } = this.token;
    return this.take('not') ? { kind: 'unary', operator: 'not', operand: this.#not(), line } : this.#comparison();
  }

  #comparison(): Expr {
    const first = this.#binary(0);
    const rest: Array<{ operator: string; right: Expr }> = [];
    for (let operator = this.#comparator(); operator !== null; operator = this.#comparator()) {
      rest.push({ operator, right: this.#binary(0) });
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest, line: first.line };
  }

  #comparator(): string | null {
    for (const operator of ['<=', '>=', '==', '!=', '<', '>', 'in']) if (this.take(operator)) return operator;
    if (this.take('is')) return this.take('not') ? 'is not' : 'is';
    if (this.is('not') && this.tokens[this.#at + 1]?.text === 'in') {
      this.advance();
      this.advance();
      return 'not in';
    }
    return null;
  }

  #binary(level: number): Expr {
    const operators = binaryLevels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.token.kind === 'op' && operators.includes(this.token.text)) {
      const { text: operator, line } = this.advance();
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), line };
    }
    return left;
  }

  #unary(): Expr {
    const { line } = this.token;
    for (const operator of ['-', '+', '~'])
      if (this.take(operator)) return { kind: 'unary', operator, operand: this.#unary(), line };
    const base = this.#primary();
    return this.take('**') ? { kind: 'binary', operator: '**', left: base, right: this.#unary(), line } : base;
  }

  #primary(): Expr {
    let value = this.#atom();
    for (;;) {
      const { line } = this.token;
      if (this.take('.')) value = { kind: 'attribute', object: value, name: this.name(), line };
      else if (this.take('(')) value = { kind: 'call', callee: value, args: this.#arguments(), line: value.line };
      else if (this.take('[')) {
        value = { kind: 'subscript', object: value, index: this.#index(), line };
        this.expect(']');
      } else return value;
    }
  }

  #index(): Expr {
    const { line } = this.token;
    const first = this.is(':') ? null : this.expression();
    if (!this.is(':')) {
      if (first === null || !this.is(',')) return first ?? { kind: 'none', line };
      const items = [first];
      while (this.take(',') && !this.is(']')) items.push(this.expression());
      return { kind: 'tuple', items, line };
    }
    this.advance();
    const stop = this.is(':') || this.is(']') ? null : this.expression();
    const step = this.take(':') && !this.is(']') ? this.expression() : null;
    return { kind: 'slice', start: first, stop, step, line };
  }

  #arguments(): Argument[] {
    const args: Argument[] = [];
    while (!this.is(')')) {
      if (this.take('*')) args.push({ kind: 'spread', name: '', value: this.expression() });
      else if (this.take('**')) args.push({ kind: 'mapping', name: '', value: this.expression() });
      else if (this.token.kind === 'name' && this.tokens[this.#at + 1]?.text === '=') {
        const name = this.name();
        this.advance();
        args.push({ kind: 'named', name, value: this.expression() });
      } else {
        const value = this.expression();
        const item: Expr = this.is('for')
          ? {
              kind: 'comprehension',
              result: 'generator',
              item: value,
              generators: this.#generators(),
              line: value.line,
            }
          : value;
        args.push({ kind: 'plain', name: '', value: item });
      }
      if (!this.take(',')) break;
    }
    this.expect(')');
    return args;
  }

  #generators(): Generator[] {
    const generators: Generator[] = [];
    while (this.take('for')) {
      const target = this.targetList();
      this.expect('in');
      const source = this.#or();
      const conditions: Expr[] = [];
      while (this.take('if')) conditions.push(this.#or());
      generators.push({ target, source, conditions });
    }
    return generators;
  }

  #atom(): Expr {
    const { kind, text, line } = this.token;
    if (kind === 'name') return this.#taken({ kind: 'name', name: text, line });
    if (kind === 'int') return this.#taken({ kind: 'int', value: BigInt(text), line });
    if (kind === 'float') return this.#taken({ kind: 'float', value: Number(text), line });
    if (kind === 'string' || kind === 'fstring' || kind === 'bytes') return this.#strings();
    if (this.take('None')) return { kind: 'none', line };
    if (this.take('True')) return { kind: 'true', line };
    if (this.take('False')) return { kind: 'false', line };
    if (this.take('...')) return { kind: 'ellipsis', line };
    if (this.take('(')) return this.#parenthesized(line);
    if (this.take('[')) return this.#list(line);
    if (this.take('{')) return this.#braces(line);
    throw this.unexpected();
  }
  #taken(value: Expr): Expr {
    this.advance();
    return value;
  }

  /** Literals beside each other are one. */
  #strings(): Expr {
    const { line, kind } = this.token;
    const parts: FPart[] = [];
    let isFormatted = false;
    let text = '';
    while (this.token.kind === 'string' || this.token.kind === 'fstring' || this.token.kind === 'bytes') {
      const token = this.advance();
      if (token.kind === 'fstring') {
        isFormatted = true;
        append(parts, parseFormatted(token.text, token.line));
      } else {
        text += token.text;
        parts.push({ text: token.text });
      }
    }
    if (kind === 'bytes') return { kind: 'bytes', value: text, line };
    return isFormatted ? { kind: 'fstring', parts, line } : { kind: 'str', value: text, line };
  }

  #parenthesized(line: number): Expr {
    if (this.take(')')) return { kind: 'tuple', items: [], line };
    const value = this.expressionList();
    if (this.is('for')) {
      const generators = this.#generators();
      this.expect(')');
      return { kind: 'comprehension', result: 'generator', item: value, generators, line };
    }
    this.expect(')');
    return value;
  }

  #list(line: number): Expr {
    if (this.take(']')) return { kind: 'list', items: [], line };
    const first = this.starOrExpression();
    if (this.is('for')) {
      const generators = this.#generators();
      this.expect(']');
      return { kind: 'comprehension', result: 'list', item: first, generators, line };
    }
    const items = [first];
    while (this.take(',') && !this.is(']')) items.push(this.starOrExpression());
    this.expect(']');
    return { kind: 'list', items, line };
  }

  #braces(line: number): Expr {
    if (this.take('}')) return { kind: 'dict', entries: [], line };
    const entries: Array<{ key: Expr | null; value: Expr }> = [];
    const items: Expr[] = [];
    do {
      if (this.is('}')) break;
      if (this.take('**')) {
        entries.push({ key: null, value: this.expression() });
        continue;
      }
      const key = this.starOrExpression();
      if (!this.take(':')) items.push(key);
      else entries.push({ key, value: this.expression() });
      if (this.is('for')) return this.#comprehension(line, key, entries[0]?.value ?? null);
    } while (this.take(','));
    this.expect('}');
    return items.length > 0 ? { kind: 'set', items, line } : { kind: 'dict', entries, line };
  }

  #comprehension(line: number, key: Expr, value: Expr | null): Expr {
    const generators = this.#generators();
    this.expect('}');
    return value === null
      ? { kind: 'comprehension', result: 'set', item: key, generators, line }
      : { kind: 'dictComprehension', key, value, generators, line };
  }
}

/** The inside of an f-string. */
function parseFormatted(source: string, line: number): FPart[] {
  const parts: FPart[] = [];
  let text = '';
  for (let at = 0; at < source.length; ) {
    const char = source[at] ?? '';
    if ((char === '{' || char === '}') && source[at + 1] === char) {
      text += char;
      at += 2;
    } else if (char === '}') throw new PySyntaxError("f-string: single '}' is not allowed", line, 0);
    else if (char !== '{') {
      text += char;
      at++;
    } else {
      if (text !== '') parts.push({ text });
      text = '';
      const end = fieldEnd(source, at + 1, line);
      parts.push(parseField(source.slice(at + 1, end), line));
      at = end + 1;
    }
  }
  if (text !== '') parts.push({ text });
  return parts;
}

function fieldEnd(source: string, from: number, line: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < source.length; at++) {
    const char = source[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (char === '}' && depth === 0) return at;
    else if (')]}'.includes(char)) depth--;
  }
  throw new PySyntaxError("f-string: expecting '}'", line, 0);
}

function parseField(field: string, line: number): FPart {
  let depth = 0;
  let quote = '';
  let split = field.length;
  let conversionAt = -1;
  for (let at = 0; at < field.length; at++) {
    const char = field[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (depth === 0 && char === '!' && field[at + 1] !== '=') conversionAt = conversionAt < 0 ? at : conversionAt;
    else if (depth === 0 && char === ':') {
      split = at;
      break;
    }
  }
  const end = conversionAt >= 0 && conversionAt < split ? conversionAt : split;
  const isDebug = /[^=!<>]=\s*$/.test(field.slice(0, end));
  const code = isDebug ? field.slice(0, end).replace(/=\s*$/, '') : field.slice(0, end);
  if (code.trim() === '') throw new PySyntaxError('f-string: empty expression not allowed', line, 0);
  const parser = new ExpressionParser(tokenize(`(${code})`).map((token) => ({ ...token, line })));
  const value = parser.expressionList();
  const conversion =
    conversionAt >= 0 && conversionAt < split
      ? field.slice(conversionAt + 1, split)
      : isDebug && split === field.length
        ? 'r'
        : '';
  return {
    value,
    conversion,
    spec: parseFormatted(field.slice(split + 1), line),
    debug: isDebug ? field.slice(0, end) : '',
  };
}
