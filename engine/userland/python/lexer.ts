/** Tokens of Python, with indentation (The Python Language Reference, chapter 2). */
import { bare } from '../../kernel/sim';
import { closing, keywords, operators, type Token, type TokenKind } from './tokens';

export class PySyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
    readonly type = 'SyntaxError',
  ) {
    super(message);
  }
}

/** What the language has and this simulator has not. */
export class NotThereError extends Error {}

export function tokenize(source: string): Token[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #tokens: Token[] = [];
  readonly #indents = [0];
  readonly #open: Token[] = [];
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(private readonly source: string) {}

  run(): Token[] {
    let atLineStart = true;
    while (this.#at < this.source.length) {
      if (atLineStart && this.#open.length === 0) {
        if (this.#indentation()) continue;
        atLineStart = false;
      }
      atLineStart = this.#one();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed) throw new PySyntaxError(`'${unclosed.text}' was never closed`, unclosed.line, unclosed.column);
    if (this.#tokens.length > 0 && this.#tokens.at(-1)?.kind !== 'newline') this.#push('newline', '\n');
    while (this.#indents.length > 1) {
      this.#indents.pop();
      this.#push('dedent', '');
    }
    this.#push('end', '');
    return this.#tokens;
  }

  #push(kind: TokenKind, text: string, at = this.#at): void {
    this.#tokens.push({ kind, text, line: this.#line, column: at - this.#lineStart });
  }

  #nextLine(): void {
    this.#at++;
    this.#line++;
    this.#lineStart = this.#at;
  }

  /** True for a line that says nothing. */
  #indentation(): boolean {
    let width = 0;
    let at = this.#at;
    for (; this.source[at] === ' ' || this.source[at] === '\t'; at++)
      width += this.source[at] === '\t' ? 8 - (width % 8) : 1;
    const char = this.source[at];
    if (char === '\n' || char === '#' || char === undefined || char === '\r') {
      while (this.#at < this.source.length && this.source[this.#at] !== '\n') this.#at++;
      if (this.#at < this.source.length) this.#nextLine();
      return true;
    }
    this.#at = at;
    if (width > (this.#indents.at(-1) ?? 0)) {
      this.#indents.push(width);
      this.#push('indent', '');
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      this.#push('dedent', '');
      if (width > (this.#indents.at(-1) ?? 0)) {
        throw new PySyntaxError(
          'unindent does not match any outer indentation level',
          this.#line,
          width,
          'IndentationError',
        );
      }
    }
    return false;
  }

  /** One token; true when a line ended. */
  #one(): boolean {
    const { source } = this;
    const char = source[this.#at] ?? '';
    if (char === ' ' || char === '\t' || char === '\r') this.#at++;
    else if (char === '\\' && source[this.#at + 1] === '\n') {
      this.#at++;
      this.#nextLine();
    } else if (char === '#') while (this.#at < source.length && source[this.#at] !== '\n') this.#at++;
    else if (char === '\n') {
      if (this.#open.length === 0) this.#push('newline', '\n');
      this.#nextLine();
      return this.#open.length === 0;
    } else this.#word();
    return false;
  }

  #word(): void {
    const rest = this.source.slice(this.#at, this.#at + 200);
    const [prefix] = /^(?:[rR]?[bBfF]|[bBfF]?[rR]|[uU])?(?="|')/.exec(rest) ?? [];
    if (prefix !== undefined) return this.#string(prefix.toLowerCase());
    const [number] =
      /^(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?)/.exec(rest) ??
      [];
    if (number !== undefined) {
      const isFloat = !/^0[xXoObB]/.test(number) && /[.eE]/.test(number);
      this.#push(isFloat ? 'float' : 'int', number.replaceAll('_', ''));
      this.#at += number.length;
      return;
    }
    const [name] = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(rest) ?? [];
    if (name !== undefined) {
      this.#push(keywords.has(name) ? 'keyword' : 'name', name);
      this.#at += name.length;
      return;
    }
    const operator = operators.find((text) => rest.startsWith(text));
    if (operator === undefined) throw new PySyntaxError('invalid syntax', this.#line, this.#at - this.#lineStart);
    this.#push('op', operator);
    this.#bracket(operator);
    this.#at += operator.length;
  }

  #bracket(operator: string): void {
    if (closing[operator]) {
      const token = this.#tokens.at(-1);
      if (token) this.#open.push(token);
      return;
    }
    if (!')]}'.includes(operator)) return;
    const opened = this.#open.pop();
    const column = this.#at - this.#lineStart;
    if (!opened) throw new PySyntaxError(`unmatched '${operator}'`, this.#line, column);
    if (closing[opened.text] !== operator) {
      throw new PySyntaxError(
        `closing parenthesis '${operator}' does not match opening parenthesis '${opened.text}'`,
        this.#line,
        column,
      );
    }
  }

  #string(prefix: string): void {
    const start = this.#at;
    const startLine = this.#line;
    const startColumn = start - this.#lineStart;
    let at = start + prefix.length;
    const quote =
      this.source.startsWith(`"""`, at) || this.source.startsWith(`'''`, at)
        ? this.source.slice(at, at + 3)
        : (this.source[at] ?? '');
    at += quote.length;
    let text = '';
    const raw = prefix.includes('r');
    while (!this.source.startsWith(quote, at)) {
      const char = this.source[at];
      if (char === undefined || (char === '\n' && quote.length === 1)) {
        const kind = quote.length === 3 ? 'triple-quoted string literal' : 'string literal';
        throw new PySyntaxError(`unterminated ${kind} (detected at line ${this.#line})`, startLine, startColumn);
      }
      if (char === '\n') {
        this.#line++;
        this.#lineStart = at + 1;
      }
      if (char !== '\\') {
        text += char;
        at++;
        continue;
      }
      if (raw || prefix.includes('f')) {
        text += raw ? this.source.slice(at, at + 2) : readEscape(this.source, at).text;
        at = raw ? at + 2 : readEscape(this.source, at).next;
        continue;
      }
      const read = readEscape(this.source, at);
      text += read.text;
      at = read.next;
    }
    this.#at = at + quote.length;
    const kind = prefix.includes('f') ? 'fstring' : prefix.includes('b') ? 'bytes' : 'string';
    this.#tokens.push({ kind, text, line: startLine, column: startColumn });
  }
}

const escapes: Readonly<Record<string, string>> = bare({
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
});

function readEscape(source: string, at: number): { text: string; next: number } {
  const char = source[at + 1] ?? '';
  const known = escapes[char];
  if (known !== undefined) return { text: known, next: at + 2 };
  const match = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3}))/.exec(
    source.slice(at + 1, at + 10),
  );
  if (!match) return { text: `\\${char}`, next: at + 2 };
  const [whole, hex, short, long, octal] = match;
  const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '0', 16) : Number.parseInt(octal, 8);
  return { text: String.fromCodePoint(code), next: at + 1 + whole.length };
}
