/** One variable: a text, an indexed or an associative array, and its attributes (bash(1), declare). */
import { inHashOrder } from './hash-order';

export type Attribute =
  | 'export'
  | 'readonly'
  | 'integer'
  | 'lowercase'
  | 'uppercase'
  | 'capitalize'
  | 'nameref'
  | 'trace';

const bits: Readonly<Record<Attribute, number>> = {
  export: 1,
  readonly: 2,
  integer: 4,
  lowercase: 8,
  uppercase: 16,
  capitalize: 32,
  nameref: 64,
  trace: 128,
};

/** A set of attributes in one number: every subshell copies all variables. */
export class Attributes {
  constructor(private set = 0) {}

  has(attribute: Attribute): boolean {
    return (this.set & bits[attribute]) !== 0;
  }
  add(attribute: Attribute): void {
    this.set |= bits[attribute];
  }
  delete(attribute: Attribute): void {
    this.set &= ~bits[attribute];
  }
  copy(): Attributes {
    return new Attributes(this.set);
  }
}

/** What an element takes besides its text. */
export const bytesAnElement = 100;

/** Elements by number, kept in order. */
export class IndexedArray {
  /** Characters of all elements. */
  #text = 0;
  #items = new Map<number, string>();
  /** A copy has the same elements until one of the two changes. */
  #isShared = false;
  #highest = -1;
  #isSorted = true;

  static of(values: readonly string[]): IndexedArray {
    const array = new IndexedArray();
    values.forEach((value, index) => {
      array.set(index, value);
    });
    return array;
  }

  /** What it takes of the shell's memory. */
  get bytes(): number {
    return this.#text + this.#items.size * bytesAnElement;
  }
  get size(): number {
    return this.#items.size;
  }
  /** -1 when it is empty. */
  get highest(): number {
    return this.#highest;
  }

  get(index: number): string | undefined {
    return this.#items.get(index < 0 ? this.#highest + 1 + index : index);
  }

  set(index: number, value: string): void {
    if (index < this.#highest && !this.#items.has(index)) this.#isSorted = false;
    this.#text += value.length - (this.#items.get(index)?.length ?? 0);
    this.#own();
    this.#items.set(index, value);
    this.#highest = Math.max(this.#highest, index);
  }

  delete(index: number): void {
    this.#text -= this.#items.get(index)?.length ?? 0;
    this.#own();
    this.#items.delete(index);
    if (index !== this.#highest) return;
    this.#highest = -1;
    for (const key of this.#items.keys()) this.#highest = Math.max(this.#highest, key);
  }

  keys(): number[] {
    const keys = [...this.#items.keys()];
    return this.#isSorted ? keys : keys.sort((a, b) => a - b);
  }

  values(): string[] {
    if (this.#isSorted) return [...this.#items.values()];
    return this.keys().map((key) => this.#items.get(key) ?? '');
  }

  copy(): IndexedArray {
    const array = new IndexedArray();
    array.#text = this.#text;
    array.#items = this.#items;
    array.#highest = this.#highest;
    array.#isSorted = this.#isSorted;
    array.#isShared = true;
    this.#isShared = true;
    return array;
  }

  #own(): void {
    if (this.#isShared) this.#items = new Map(this.#items);
    this.#isShared = false;
  }
}

export type Value = string | IndexedArray | Map<string, string>;

export class Variable {
  /** Null: declared without a value. */
  value: Value | null = null;
  readonly attributes: Attributes;
  /** An array that was declared, and has not been given a value yet. */
  isBlank = false;

  constructor(
    readonly name: string,
    attributes = new Attributes(),
  ) {
    this.attributes = attributes;
  }

  get isArray(): boolean {
    return this.value instanceof IndexedArray;
  }
  get isAssociative(): boolean {
    return this.value instanceof Map;
  }
  has(attribute: Attribute): boolean {
    return this.attributes.has(attribute);
  }

  /** What it takes of the shell's memory. */
  get bytes(): number {
    const { value } = this;
    if (value instanceof IndexedArray) return value.bytes;
    return value instanceof Map ? value.size * 2 * bytesAnElement : (value?.length ?? 0);
  }

  /** `$name`: of an array its element 0. */
  get text(): string | undefined {
    const { value } = this;
    if (value === null) return undefined;
    if (typeof value === 'string') return value;
    return value instanceof Map ? value.get('0') : value.get(0);
  }

  /** `${name[*]}`. */
  values(): string[] {
    const { value } = this;
    if (value === null) return [];
    if (typeof value === 'string') return [value];
    return value instanceof Map ? this.keys().map((key) => value.get(key) ?? '') : value.values();
  }

  /** `${!name[*]}`. */
  keys(): string[] {
    const { value } = this;
    if (value === null) return [];
    if (typeof value === 'string') return ['0'];
    return value instanceof Map ? inHashOrder([...value.keys()]) : value.keys().map(String);
  }

  copy(): Variable {
    const copy = new Variable(this.name, this.attributes.copy());
    copy.isBlank = this.isBlank;
    const { value } = this;
    if (value instanceof Map) copy.value = new Map(value);
    else copy.value = value instanceof IndexedArray ? value.copy() : value;
    return copy;
  }
}
