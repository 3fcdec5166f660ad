/** JSON as jq reads and writes it. Objects keep the order of their keys, so they are maps. */

export type Json = null | boolean | number | string | Json[] | Map<string, Json>;

/** Without `parse error: `. */
export class JsonParseError extends Error {}

export function typeOf(value: Json): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'object';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'number' : 'string';
}

/** Values that stand one after another, with the line each ended at. */
export class JsonReader {
  #at = 0;
  #line = 1;
  #lineStart = 0;

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
    if (char === '{') return this.#object();
    if (char === '[') return this.#array();
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

const largest = Number.MAX_VALUE;

export function clamp(value: number): number {
  return value === Number.POSITIVE_INFINITY ? largest : value === Number.NEGATIVE_INFINITY ? -largest : value;
}

export function numberText(given: number): string {
  if (Number.isNaN(given)) return 'null';
  const value = clamp(given);
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  const sign = value < 0 ? '-' : '';
  if (point <= -4 || point > digits.length + 15) {
    const power = point - 1;
    const front = digits.length > 1 ? `${digits[0] ?? ''}.${digits.slice(1)}` : digits;
    return `${sign}${front}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export function stringText(text: string, ascii = false): string {
  const escaped = text.replaceAll(
    /["\\\x00-\x1f\x7f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (char) => {
      const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\b': '\\b', '\f': '\\f' }[char];
      if (short !== undefined) return short;
      return char >= '\ud800' ? '\ufffd' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
  return ascii
    ? `"${escaped.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
    : `"${escaped}"`;
}

export interface PrintOptions {
  /** Null: all on one line. */
  indent: string | null;
  color: boolean;
  sortKeys: boolean;
  ascii: boolean;
}

export const compact: PrintOptions = { indent: null, color: false, sortKeys: false, ascii: false };

const structure = '\x1b[1;39m';
const off = '\x1b[0m';

function scalarText(value: Json, { color, ascii }: PrintOptions): string {
  const plain =
    typeof value === 'string'
      ? stringText(value, ascii)
      : typeof value === 'number'
        ? numberText(value)
        : String(value);
  if (!color) return plain;
  return `${value === null ? '\x1b[1;30m' : typeof value === 'string' ? '\x1b[0;32m' : '\x1b[0;39m'}${plain}${off}`;
}

export function toJsonText(value: Json, options: PrintOptions = compact, depth = 0): string {
  const isArray = Array.isArray(value);
  if (!isArray && !(value instanceof Map)) return scalarText(value, options);
  const { color, indent } = options;
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  const entries = isArray ? value.map((item) => [null, item] as const) : [...value];
  if (!isArray && options.sortKeys) entries.sort(([a], [b]) => compareText(a ?? '', b ?? ''));
  const paint = (text: string) => (color ? structure + text : text);
  if (entries.length === 0) return color ? `${structure}${open}${close}${isArray ? '' : ''}${off}` : open + close;
  const line = indent === null ? '' : `\n${indent.repeat(depth + 1)}`;
  const last = indent === null ? '' : `\n${indent.repeat(depth)}`;
  const colon = indent === null ? ':' : ': ';
  let out = paint(open);
  for (const [at, [key, item]] of entries.entries()) {
    const comma = at === 0 ? '' : paint(',');
    out += comma + line;
    if (key !== null) {
      if (color) out += `${off}\x1b[34;1m${stringText(key, options.ascii)}${off}${structure}${colon}${off}`;
      else out += stringText(key, options.ascii) + colon;
    }
    out += toJsonText(item, options, depth + 1) + (color && key !== null ? '' : '');
  }
  return color ? `${out}${structure}${last}${structure}${close}${off}` : `${out}${last}${close}`;
}

/** By code points, as jq sorts keys. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const ranks = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 } as const;

/** jq's total order. */
export function compareJson(a: Json, b: Json): number {
  const rank = (value: Json) => (value === true ? 2 : ranks[typeOf(value)]);
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a === b ? 0 : Number.isNaN(a) ? -1 : 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let at = 0; at < Math.min(a.length, b.length); at++) {
      const order = compareJson(a[at] ?? null, b[at] ?? null);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (!(a instanceof Map) || !(b instanceof Map)) return 0;
  const [left, right] = [[...a.keys()].sort(compareText), [...b.keys()].sort(compareText)];
  const keys = compareJson(left, right);
  if (keys !== 0) return keys;
  for (const key of left) {
    const order = compareJson(a.get(key) ?? null, b.get(key) ?? null);
    if (order !== 0) return order;
  }
  return 0;
}
