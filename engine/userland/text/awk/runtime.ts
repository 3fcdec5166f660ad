/** What a running program of awk has: the record and its fields, variables, regular expressions. */
import { matchesBounded, roomForItems, splitBounded } from '../../lib/room';
import { compile, type Regex } from '../../regex';
import { AwkArray, sizeOfValue } from './array';
import { InputText, toNumber, toText, type Value } from './values';

/** Stops the program: `run time error: ...`. */
export class AwkRuntimeError extends Error {
  constructor(
    message: string,
    /** What printf had made by then: it is printed all the same. */
    readonly partial = '',
  ) {
    super(message);
  }
}

const maxField = 1_000_000;

export class Runtime {
  readonly globals = new Map<string, Value>([
    ['NR', 0],
    ['NF', 0],
    ['FNR', 0],
    ['FS', ' '],
    ['OFS', ' '],
    ['ORS', '\n'],
    ['RS', '\n'],
    ['FILENAME', undefined],
    ['SUBSEP', '\x1c'],
    ['RSTART', 0],
    ['RLENGTH', -1],
    ['CONVFMT', '%.6g'],
    ['OFMT', '%.6g'],
    ['ARGC', 0],
  ]);
  readonly arrays = new Map<string, AwkArray>();
  /** Locals of the function that runs. */
  frame: Array<Value | AwkArray> = [];
  #record: Value = '';
  /** Null: not split yet. Without $0. */
  #fields: Value[] | null = [];
  #recordIsStale = false;
  readonly #regexes = new Map<string, Regex>();

  array(name: string): AwkArray {
    let array = this.arrays.get(name);
    if (array === undefined) {
      array = new AwkArray();
      this.arrays.set(name, array);
    }
    return array;
  }

  get(name: string): Value {
    if (name === 'NF') this.#split();
    return this.globals.get(name);
  }

  set(name: string, value: Value): void {
    if (name === 'NF') this.#setFieldCount(toNumber(value));
    else this.globals.set(name, value);
  }

  /** What the variables take, in bytes: most of what a program keeps. */
  get size(): number {
    let size = 0;
    for (const value of this.globals.values()) size += sizeOfValue(value);
    for (const array of this.arrays.values()) size += array.bytes;
    for (const value of this.frame) size += value instanceof AwkArray ? value.bytes : sizeOfValue(value);
    return size + sizeOfValue(this.#record);
  }

  text(value: Value): string {
    return typeof value === 'string' ? value : toText(value, String(this.globals.get('CONVFMT')));
  }
  textOf(name: string): string {
    return this.text(this.globals.get(name));
  }
  outputText(value: Value): string {
    return typeof value === 'string' ? value : toText(value, this.textOf('OFMT'));
  }

  setRecord(text: string): void {
    this.#record = new InputText(text);
    this.#fields = null;
    this.#recordIsStale = false;
  }

  getField(index: number): Value {
    if (index === 0) {
      if (this.#recordIsStale) this.#join();
      return this.#record;
    }
    this.#checkIndex(index);
    return this.#split()[index - 1];
  }

  setField(index: number, value: Value): void {
    if (index === 0) {
      this.setRecord(this.text(value));
      return;
    }
    this.#checkIndex(index);
    const fields = this.#split();
    while (fields.length < index) fields.push('');
    fields[index - 1] = value;
    this.globals.set('NF', fields.length);
    this.#recordIsStale = true;
  }

  #checkIndex(index: number): void {
    if (index < 0) throw new AwkRuntimeError(`negative field index $${index}`);
    if (index > maxField) throw new AwkRuntimeError('program limit exceeded: maximum field index');
  }

  #setFieldCount(count: number): void {
    const wanted = Math.trunc(count);
    this.#checkIndex(wanted);
    const fields = this.#split();
    while (fields.length < wanted) fields.push('');
    fields.length = wanted;
    this.globals.set('NF', wanted);
    this.#recordIsStale = true;
  }

  #split(): Value[] {
    if (this.#fields === null) {
      const text = this.text(this.#record);
      this.#fields = this.splitText(text, this.textOf('FS'), this.textOf('RS') === '').map(
        (part) => new InputText(part),
      );
      this.globals.set('NF', this.#fields.length);
    }
    return this.#fields;
  }

  #join(): void {
    const texts = this.#split().map((field) => this.outputText(field));
    this.#record = new InputText(texts.join(this.textOf('OFS')));
    this.#recordIsStale = false;
  }

  /** As FS and split() do it. `newlines`: they separate fields, too (RS is empty). */
  splitText(text: string, separator: string | Regex, newlines = false): string[] {
    if (separator === ' ') return matchesBounded(text, /[^ \t\n\v\f\r]+/g);
    if (text === '') return [];
    if (separator === '') {
      roomForItems(text.length);
      return [...text];
    }
    if (typeof separator === 'string' && isLiteral(separator)) {
      return newlines
        ? splitBounded(text, '\n').flatMap((line) => line.split(separator))
        : splitBounded(text, separator);
    }
    const regex = typeof separator === 'string' ? this.regex(newlines ? `(${separator})|\n` : separator) : separator;
    const parts: string[] = [];
    let from = 0;
    for (let at = 0; at <= text.length; ) {
      const match = regex.exec(text, at);
      if (match === null) break;
      if (match.end === match.index) {
        at = match.end + 1;
        continue;
      }
      roomForItems(parts.push(text.slice(from, match.index)));
      from = at = match.end;
    }
    parts.push(text.slice(from));
    return parts;
  }

  regex(source: string): Regex {
    let regex = this.#regexes.get(source);
    if (regex === undefined) {
      regex = compile(source, { extended: true, dialect: 'awk', lenient: true });
      if (this.#regexes.size > 500) this.#regexes.clear();
      this.#regexes.set(source, regex);
    }
    return regex;
  }
}

/** One character means itself, whatever it would be in a regular expression. */
function isLiteral(separator: string): boolean {
  return separator.length === 1;
}
