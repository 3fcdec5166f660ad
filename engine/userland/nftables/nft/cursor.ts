/** Reads tokens one after the other. */
import { NftSyntaxError, type Token, tokenName } from './lexer';

export class Cursor {
  #at = 0;

  constructor(readonly tokens: readonly Token[]) {}

  get peek(): Token {
    return this.tokens[this.#at] ?? { kind: 'end', text: '', start: 0, end: 1 };
  }
  /** The one after the next. */
  get second(): Token | undefined {
    return this.tokens[this.#at + 1];
  }
  get position(): number {
    return this.#at;
  }
  get previous(): Token | undefined {
    return this.tokens[this.#at - 1];
  }
  back(position: number): void {
    this.#at = position;
  }

  next(): Token {
    const token = this.peek;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  isWord(...words: string[]): boolean {
    return this.peek.kind === 'word' && words.includes(this.peek.text);
  }
  isSign(...texts: string[]): boolean {
    return this.peek.kind === 'sign' && texts.includes(this.peek.text);
  }
  /** The end of a command or statement line. */
  get isOver(): boolean {
    return this.peek.kind === 'newline' || this.peek.kind === 'end' || this.isSign(';', '}');
  }

  takeWord(...words: string[]): boolean {
    if (!this.isWord(...words)) return false;
    this.#at++;
    return true;
  }
  takeSign(...texts: string[]): boolean {
    if (!this.isSign(...texts)) return false;
    this.#at++;
    return true;
  }

  word(expecting = ''): Token {
    if (this.peek.kind !== 'word') throw this.unexpected(expecting);
    return this.next();
  }
  /** A name: also in quotes. */
  name(expecting = 'string'): Token {
    if (this.peek.kind !== 'word' && this.peek.kind !== 'string') throw this.unexpected(expecting);
    return this.next();
  }
  sign(text: string): Token {
    if (!this.isSign(text)) throw this.unexpected(`'${text}'`);
    return this.next();
  }

  skipNewlines(): void {
    while (this.peek.kind === 'newline') this.#at++;
  }
  skipSeparators(): void {
    while (this.peek.kind === 'newline' || this.isSign(';')) this.#at++;
  }

  /** The next token has no place here. */
  unexpected(expecting = '', token = this.peek): NftSyntaxError {
    const expected = expecting === '' ? '' : `, expecting ${expecting}`;
    return new NftSyntaxError(`syntax error, unexpected ${tokenName(token)}${expected}`, token.start, token.end);
  }
}
