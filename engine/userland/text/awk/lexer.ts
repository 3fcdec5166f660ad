/** Tokens of awk. Source text is bytes, one a character. */

import { readStringEscape } from './escapes';
import { AwkSyntaxError, builtins, keywords, operators, type Token, type TokenKind } from './tokens';

export class Lexer {
  #at = 0;
  line = 1;
  #previous: Token = { kind: 'newline', text: '\n', line: 1 };

  constructor(private readonly source: string) {}

  /** The token after the one taken last. */
  peek(): Token {
    const [at, line, previous] = [this.#at, this.line, this.#previous];
    const token = this.next();
    [this.#at, this.line, this.#previous] = [at, line, previous];
    return token;
  }

  next(): Token {
    this.#skip();
    const token = this.#scan();
    this.#previous = token;
    return token;
  }

  #skip(): void {
    for (;;) {
      const char = this.source[this.#at];
      if (char === ' ' || char === '\t' || char === '\r') this.#at++;
      else if (char === '\\' && /^\\\r?\n/.test(this.source.slice(this.#at, this.#at + 3))) {
        this.#at = this.source.indexOf('\n', this.#at) + 1;
        this.line++;
      } else if (char === '#') {
        const end = this.source.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.source.length : end;
      } else return;
    }
  }

  #token(kind: TokenKind, text: string, more: Partial<Token> = {}): Token {
    return { kind, text, line: this.line, ...more };
  }

  #scan(): Token {
    const { source } = this;
    const char = source[this.#at];
    if (char === undefined) return this.#token('end', '');
    if (char === '\n') {
      this.#at++;
      const token = this.#token('newline', '\n');
      this.line++;
      return token;
    }
    if (char === '"') return this.#string();
    if (char === '/' && this.#regexMayFollow()) return this.#regex();
    const rest = source.slice(this.#at, this.#at + 400);
    const [number] = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest) ?? [];
    if (number !== undefined) {
      this.#at += number.length;
      return this.#token('number', number, { number: Number(number) });
    }
    const [name] = /^[A-Za-z_]\w*/.exec(rest) ?? [];
    if (name !== undefined) return this.#name(name);
    const operator = operators.find((text) => rest.startsWith(text));
    if (operator === undefined || operator === '<<=')
      throw new AwkSyntaxError(`line ${this.line}: unexpected character '${char}'`);
    this.#at += operator.length;
    return this.#token('punctuation', operator);
  }

  #name(name: string): Token {
    this.#at += name.length;
    if (keywords.has(name)) return this.#token('keyword', name === 'func' ? 'function' : name);
    if (builtins.has(name)) return this.#token('builtin', name);
    // A call of one's own function has its parenthesis at once.
    return this.#token(this.source[this.#at] === '(' ? 'call' : 'name', name);
  }

  #regexMayFollow(): boolean {
    const { kind, text } = this.#previous;
    if (kind === 'number' || kind === 'string' || kind === 'regex' || kind === 'name' || kind === 'builtin')
      return false;
    return !(
      kind === 'punctuation' &&
      (text === ')' || text === ']' || text === '$' || text === '++' || text === '--')
    );
  }

  #string(): Token {
    let text = '';
    const start = this.#at;
    for (let at = start + 1; ; ) {
      const char = this.source[at];
      if (char === undefined || char === '\n') {
        const shown = this.source.slice(start, start + 10).replace(/\n[\s\S]*/, '');
        throw new AwkSyntaxError(`line ${this.line}: runaway string constant ${shown} ...`);
      }
      if (char === '"') {
        this.#at = at + 1;
        return this.#token('string', text);
      }
      if (char !== '\\') {
        text += char;
        at++;
        continue;
      }
      if (this.source[at + 1] === '\n') {
        this.line++;
        at += 2;
        continue;
      }
      const read = readStringEscape(this.source, at);
      text += read.text;
      at = read.next;
    }
  }

  #regex(): Token {
    let text = '';
    let inBracket = false;
    for (let at = this.#at + 1; ; at++) {
      const char = this.source[at];
      if (char === undefined || char === '\n') {
        throw new AwkSyntaxError(`line ${this.line}: runaway regular expression /${text.slice(0, 10)} ...`);
      }
      if (char === '\\' && at + 1 < this.source.length) {
        const next = this.source[++at] ?? '';
        text += next === '/' ? '/' : `\\${next}`;
        continue;
      }
      if (char === '[' && !inBracket) {
        inBracket = true;
        text += char;
        for (const first of ['^', ']']) {
          if (this.source[at + 1] === first) {
            text += first;
            at++;
          }
        }
        continue;
      }
      if (char === ']') inBracket = false;
      if (char === '/' && !inBracket) {
        this.#at = at + 1;
        return this.#token('regex', text);
      }
      text += char;
    }
  }
}
