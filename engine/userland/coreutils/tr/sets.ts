/** The sets of tr: `a-z`, `[:upper:]`, `[=c=]`, `[x*3]`, `\012` (tr(1)). A set is a list of byte values. */
import { bare } from '../../../kernel/sim';
import { Fatal, type Tool } from '../common/tool';

export interface TrSet {
  bytes: number[];
  /** Where `[x*]` stands that is to fill the set up, and with what. */
  filler: { at: number; byte: number } | null;
  /** `upper` or `lower` where such a class begins. */
  cases: Map<number, 'upper' | 'lower'>;
  /** Another class than those two, or an equivalence class. */
  hasClass: boolean;
}

type Token = { byte: number; isEscaped: boolean };

const letters: Readonly<Record<string, number>> = bare({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 });

const classes: Readonly<Record<string, (byte: number) => boolean>> = bare({
  alnum: (byte) => isUpper(byte) || isLower(byte) || isDigit(byte),
  alpha: (byte) => isUpper(byte) || isLower(byte),
  blank: (byte) => byte === 32 || byte === 9,
  cntrl: (byte) => byte < 32 || byte === 127,
  digit: (byte) => isDigit(byte),
  graph: (byte) => byte > 32 && byte < 127,
  lower: (byte) => isLower(byte),
  print: (byte) => byte >= 32 && byte < 127,
  punct: (byte) => byte > 32 && byte < 127 && !isUpper(byte) && !isLower(byte) && !isDigit(byte),
  space: (byte) => byte === 32 || (byte >= 9 && byte <= 13),
  upper: (byte) => isUpper(byte),
  xdigit: (byte) => isDigit(byte) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102),
});

function isUpper(byte: number): boolean {
  return byte >= 65 && byte <= 90;
}
function isLower(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}
function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

export function parseSet(tool: Tool, text: string): TrSet {
  return new SetParser(tool, tokens(text)).parse();
}

function tokens(text: string): Token[] {
  const result: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\' || at + 1 >= text.length) {
      result.push({ byte: text.charCodeAt(at), isEscaped: false });
      continue;
    }
    const octal = /^[0-3]?[0-7]{1,2}/.exec(text.slice(at + 1))?.[0];
    const next = text[at + 1] ?? '';
    if (octal !== undefined) {
      result.push({ byte: Number.parseInt(octal, 8) & 0xff, isEscaped: true });
      at += octal.length;
    } else {
      result.push({ byte: letters[next] ?? next.charCodeAt(0), isEscaped: true });
      at++;
    }
  }
  return result;
}

class SetParser {
  readonly #set: TrSet = { bytes: [], filler: null, cases: new Map(), hasClass: false };
  #at = 0;

  constructor(
    private readonly tool: Tool,
    private readonly tokens: readonly Token[],
  ) {}

  parse(): TrSet {
    while (this.#at < this.tokens.length) {
      if (this.#is('[') && (this.#named() || this.#repeat())) continue;
      this.#range();
    }
    return this.#set;
  }

  #is(char: string, ahead = 0): boolean {
    const token = this.tokens[this.#at + ahead];
    return token !== undefined && !token.isEscaped && token.byte === char.charCodeAt(0);
  }

  #plain(from: number, to: number): string {
    return String.fromCharCode(...this.tokens.slice(from, to).map(({ byte }) => byte));
  }

  /** `[:class:]` and `[=c=]`. */
  #named(): boolean {
    for (const sign of [':', '=']) {
      if (!this.#is(sign, 1)) continue;
      let end = this.#at + 2;
      while (end < this.tokens.length - 1 && !(this.#isAt(end, sign) && this.#isAt(end + 1, ']'))) end++;
      if (end >= this.tokens.length - 1) continue;
      const name = this.#plain(this.#at + 2, end);
      if (sign === ':') this.#addClass(name);
      else this.#addEquivalence(name);
      this.#at = end + 2;
      return true;
    }
    return false;
  }

  #isAt(at: number, char: string): boolean {
    const token = this.tokens[at];
    return token !== undefined && !token.isEscaped && token.byte === char.charCodeAt(0);
  }

  #addClass(name: string): void {
    if (name === '') throw new Fatal(`missing character class name ${this.tool.quote('[::]')}`);
    const test = classes[name];
    if (test === undefined) throw new Fatal(`invalid character class ${this.tool.word(name)}`);
    if (name === 'upper' || name === 'lower') this.#set.cases.set(this.#set.bytes.length, name);
    else this.#set.hasClass = true;
    for (let byte = 0; byte < 256; byte++) if (test(byte)) this.#set.bytes.push(byte);
  }

  #addEquivalence(name: string): void {
    if (name === '') throw new Fatal(`missing equivalence class character ${this.tool.quote('[==]')}`);
    if (name.length > 1) throw new Fatal(`${name}: equivalence class operand must be a single character`);
    this.#set.bytes.push(name.charCodeAt(0));
    this.#set.hasClass = true;
  }

  /** `[x*n]` */
  #repeat(): boolean {
    const char = this.tokens[this.#at + 1];
    if (char === undefined || !this.#is('*', 2)) return false;
    let end = this.#at + 3;
    while (end < this.tokens.length && !this.#isAt(end, ']')) end++;
    if (end >= this.tokens.length) return false;
    const digits = this.#plain(this.#at + 3, end);
    if (!/^\d*$/.test(digits) || (digits.startsWith('0') && /[89]/.test(digits))) {
      throw new Fatal(`invalid repeat count ${this.tool.word(digits)} in [c*n] construct`);
    }
    const count = digits === '' ? 0 : Number.parseInt(digits, digits.startsWith('0') ? 8 : 10);
    if (count === 0) {
      if (this.#set.filler !== null) throw new Fatal('only one [c*] repeat construct may appear in string2');
      this.#set.filler = { at: this.#set.bytes.length, byte: char.byte };
    } else for (let times = 0; times < count; times++) this.#set.bytes.push(char.byte);
    this.#at = end + 1;
    return true;
  }

  #range(): void {
    const first = this.tokens[this.#at]?.byte ?? 0;
    const last = this.#is('-', 1) ? this.tokens[this.#at + 2]?.byte : undefined;
    if (last === undefined) {
      this.#set.bytes.push(first);
      this.#at++;
      return;
    }
    if (last < first) {
      throw new Fatal(`range-endpoints of '${shown(first)}-${shown(last)}' are in reverse collating sequence order`);
    }
    for (let byte = first; byte <= last; byte++) this.#set.bytes.push(byte);
    this.#at += 3;
  }
}

function shown(byte: number): string {
  if (byte >= 32 && byte < 127) return String.fromCharCode(byte);
  return `\\${byte.toString(8).padStart(3, '0')}`;
}
