/** Tokens of an arithmetic expression (expr.c): numbers in any base, names with subscripts, operators. */
export type Token =
  | { kind: 'end' }
  | { kind: 'number'; value: bigint }
  | { kind: 'name'; name: string; subscript: string | null }
  | { kind: 'operator'; text: string };

/** The message, and the rest of the expression it points at. */
export class ArithmeticError extends Error {
  constructor(
    message: string,
    readonly token: string,
  ) {
    super(message);
  }
}

const operators = [
  '<<=',
  '>>=',
  '**',
  '++',
  '--',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '^=',
  '|=',
];
const single = '+-*/%<>=!~&|^?:,()';

export class Tokens {
  #at = 0;
  /** Where the token that was read last begins. */
  #tokenStart = 0;
  #lastStart = 0;
  token: Token = { kind: 'end' };

  constructor(readonly text: string) {
    this.next();
  }

  get isAtEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** For error messages: the text from the token read last. */
  get rest(): string {
    return this.text.slice(this.#tokenStart);
  }
  get lastRest(): string {
    return this.text.slice(this.#lastStart);
  }

  /** At a character that is no operator at all. */
  get isUnknown(): boolean {
    return this.token.kind === 'operator' && this.token.text.length === 1 && !single.includes(this.token.text);
  }

  isOperator(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  next(): void {
    this.#lastStart = this.#tokenStart;
    while (/\s/.test(this.text.charAt(this.#at))) this.#at++;
    if (this.#at < this.text.length) this.#tokenStart = this.#at;
    this.token = this.#read();
  }

  #read(): Token {
    const { text } = this;
    const at = this.#at;
    if (at >= text.length) return { kind: 'end' };
    const char = text.charAt(at);
    if (/[0-9]/.test(char)) return this.#number();
    if (/[A-Za-z_]/.test(char)) return this.#name();
    const operator = operators.find((candidate) => text.startsWith(candidate, at));
    if (operator !== undefined) {
      this.#at += operator.length;
      return { kind: 'operator', text: operator };
    }
    this.#at++;
    return { kind: 'operator', text: char };
  }

  /** Takes `++` for two signs: the second one is read again. */
  splitSign(): void {
    if (this.token.kind !== 'operator') return;
    this.token = { kind: 'operator', text: this.token.text.charAt(0) };
    this.#at--;
  }

  #name(): Token {
    const name = /^\w+/.exec(this.text.slice(this.#at))?.[0] ?? '';
    this.#at += name.length;
    if (this.text[this.#at] !== '[') return { kind: 'name', name, subscript: null };
    const end = closingBracket(this.text, this.#at);
    if (end < 0) throw new ArithmeticError('bad array subscript', this.text.slice(this.#tokenStart));
    const subscript = this.text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return { kind: 'name', name, subscript };
  }

  #number(): Token {
    const text = /^[0-9][0-9A-Za-z_@#]*/.exec(this.text.slice(this.#at))?.[0] ?? '';
    this.#at += text.length;
    try {
      return { kind: 'number', value: numberOf(text) };
    } catch (error) {
      if (error instanceof ArithmeticError) throw new ArithmeticError(error.message, this.text.slice(this.#tokenStart));
      throw error;
    }
  }
}

export function closingBracket(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"' || char === "'") {
      const end = text.indexOf(char, at + 1);
      if (end > 0) at = end;
    } else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return at;
  }
  return -1;
}

function numberOf(text: string): bigint {
  if (/^(0|[1-9][0-9]*)$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  const hash = text.indexOf('#');
  if (hash >= 0) return inBase(text.slice(hash + 1), baseOf(text.slice(0, hash)));
  if (/^0[xX]/.test(text)) return text.length === 2 ? 0n : inBase(text.slice(2), 16);
  if (text.startsWith('0')) return inBase(text.slice(1), 8);
  return inBase(text, 10);
}

function baseOf(text: string): number {
  const base = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(base)) throw new ArithmeticError('value too great for base', '');
  if (base < 2 || base > 64) throw new ArithmeticError('invalid arithmetic base', '');
  return base;
}

function inBase(text: string, base: number): bigint {
  if (text === '') throw new ArithmeticError('invalid integer constant', '');
  let value = 0n;
  for (const char of text) {
    if (char === '#') throw new ArithmeticError('invalid number', '');
    const digit = digitOf(char, base);
    if (digit >= base) throw new ArithmeticError('value too great for base', '');
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
  }
  return value;
}

function digitOf(char: string, base: number): number {
  if (/[0-9]/.test(char)) return Number(char);
  if (/[a-z]/.test(char)) return char.charCodeAt(0) - 97 + 10;
  if (/[A-Z]/.test(char)) return char.charCodeAt(0) - 65 + (base <= 36 ? 10 : 36);
  if (char === '@') return 62;
  return char === '_' ? 63 : 64;
}
