/** JSON as jq reads it. */
import type { Json } from './json';
import { clamp } from './json-text';

/** Lists in lists, as jq 1.6 reads them. */
const deepest = 256;

/** Without `parse error: `. */
export class JsonParseError extends Error {}

/** Values that stand one after another, with the line each ended at. */
export class JsonReader {
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #depth = 0;

  constructor(private readonly text: string) {}

  /** Newlines passed so far, as error messages count them. */
  get lines(): number {
    const end = this.text.indexOf('\n', this.#at);
    // The parser looks as far as the end of the line.
    return this.#line - 1 + (end >= 0 ? 1 : 0);
  }

  /** `undefined` at the end. */
  next(): Json | undefined {
    this.#blanks();
    if (this.#at >= this.text.length) return undefined;
    const value = this.#value();
    const after = this.text[this.#at];
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
      if (after !== undefined && !/[\s[\]{},:"]/.test(after)) throw this.#fail('Invalid numeric literal');
    }
    return value;
  }

  #fail(message: string): JsonParseError {
    return new JsonParseError(`${message} at line ${this.#line}, column ${this.#at - this.#lineStart + 1}`);
  }
  #unfinished(what = 'Unfinished JSON term'): JsonParseError {
    while (this.#at < this.text.length) this.#step();
    return new JsonParseError(`${what} at EOF at line ${this.#line}, column ${this.#at - this.#lineStart}`);
  }

  #step(): void {
    if (this.text[this.#at] === '\n') {
      this.#line++;
      this.#lineStart = this.#at + 1;
    }
    this.#at++;
  }
  #blanks(): void {
    while (/^[ \t\r\n\ufeff]$/.test(this.text[this.#at] ?? '')) this.#step();
  }

  #value(): Json {
    const char = this.text[this.#at] ?? '';
    if (char === '{' || char === '[') {
      if (++this.#depth > deepest) throw this.#fail('Exceeds depth limit for parsing');
      const value = char === '{' ? this.#object() : this.#array();
      this.#depth--;
      return value;
    }
    if (char === '"') return this.#string();
    if (char === ']' || char === '}') throw this.#fail(`Unmatched '${char}'`);
    if (char === ',' || char === ':') {
      throw this.#fail(char === ',' ? "Expected value before ','" : "':' not as part of an object");
    }
    return this.#literal();
  }

  #literal(): Json {
    const [word = ''] = /^[^\s[\]{},:"]+/.exec(this.text.slice(this.#at, this.#at + 400)) ?? [];
    const end = this.#at + word.length;
    const known: ReadonlyMap<string, Json> = new Map<string, Json>([
      ['null', null],
      ['true', true],
      ['false', false],
      ['nan', null],
    ]);
    const literal = known.get(word);
    if (literal !== undefined) {
      this.#at = end;
      return literal;
    }
    if (/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word)) {
      this.#at = end;
      return clamp(Number(word));
    }
    this.#at = end;
    const message =
      /^(n|t|f)/.test(word) && !/[^a-z]/.test(word) && 'nulltruefalsenan'.includes(word)
        ? 'Invalid literal'
        : 'Invalid numeric literal';
    if (this.text[this.#at] === '\n') this.#step();
    else if (this.#at >= this.text.length)
      throw new JsonParseError(`${message} at EOF at line ${this.#line}, column ${this.#at - this.#lineStart}`);
    else this.#at++;
    throw new JsonParseError(`${message} at line ${this.#line}, column ${this.#at - this.#lineStart}`);
  }

  #string(): string {
    let text = '';
    for (let at = this.#at + 1; ; at++) {
      const char = this.text[at];
      if (char === undefined) throw this.#unfinished('Unfinished string');
      if (char === '"') {
        for (; this.#at <= at; ) this.#step();
        return text;
      }
      if (char !== '\\') {
        text += char;
        continue;
      }
      const next = this.text[++at] ?? '';
      const simple = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '/': '/', '\\': '\\', '"': '"' }[next];
      if (simple !== undefined) text += simple;
      else if (next === 'u' && /^[\da-fA-F]{4}$/.test(this.text.slice(at + 1, at + 5))) {
        text += String.fromCharCode(Number.parseInt(this.text.slice(at + 1, at + 5), 16));
        at += 4;
      } else {
        this.#at = at;
        throw this.#fail('Invalid escape');
      }
    }
  }

  #array(): Json[] {
    const items: Json[] = [];
    this.#step();
    this.#blanks();
    if (this.text[this.#at] === ']') {
      this.#step();
      return items;
    }
    for (;;) {
      this.#blanks();
      if (this.#at >= this.text.length) throw this.#unfinished();
      if (this.text[this.#at] === ']') throw this.#fail('Expected another array element');
      items.push(this.#value());
      this.#blanks();
      const char = this.text[this.#at];
      if (char === undefined) throw this.#unfinished();
      if (char === ']') {
        this.#step();
        return items;
      }
      if (char !== ',') throw this.#separator();
      this.#step();
    }
  }

  #separator(): JsonParseError {
    // Seen only behind the next term.
    const [word = ''] = /^[^\s[\]{},:]+/.exec(this.text.slice(this.#at, this.#at + 400)) ?? [];
    this.#at += word.length;
    return this.#fail('Expected separator between values');
  }

  #object(): Map<string, Json> {
    const object = new Map<string, Json>();
    this.#step();
    this.#blanks();
    if (this.text[this.#at] === '}') {
      this.#step();
      return object;
    }
    for (;;) {
      this.#blanks();
      const char = this.text[this.#at];
      if (char === undefined) throw this.#unfinished();
      if (char === '}') throw this.#fail('Expected another key-value pair');
      if (char !== '"') {
        this.#literal();
        throw this.#fail('Object keys must be strings');
      }
      const key = this.#string();
      this.#blanks();
      if (this.text[this.#at] !== ':') throw this.#at >= this.text.length ? this.#unfinished() : this.#separator();
      this.#step();
      this.#blanks();
      if (this.#at >= this.text.length) throw this.#unfinished();
      object.set(key, this.#value());
      this.#blanks();
      const end = this.text[this.#at];
      if (end === undefined) throw this.#unfinished();
      this.#step();
      if (end === '}') return object;
      if (end !== ',') {
        this.#at--;
        throw this.#separator();
      }
    }
  }
}
