/**
 * Arrays of awk. `for (k in a)` gives the keys in the order of mawk's hash table, which scripts should not depend on, but
 * their output does: FNV-1a of the key picks a list, and in each list what was used last comes first. Keys that were used
 * as integers have a table of their own until their text is needed.
 */
import { InputText, type Value } from './values';

interface Entry {
  key: string;
  value: Value;
  /** When it was last used, by text and by number; 0 for never. */
  textUse: number;
  numberUse: number;
}

/** What an element takes besides its texts. */
const bytesAnElement = 100;
const startingSize = 64;
const averageLength = 12;

export class AwkArray {
  readonly #entries = new Map<string, Entry>();
  #uses = 0;
  #hasTexts = false;
  /** Of all keys and values. */
  #textBytes = 0;

  /** What it takes of the program's memory. */
  get bytes(): number {
    return this.#textBytes + this.#entries.size * bytesAnElement;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, isInteger = false): Value {
    return this.#find(key, isInteger).value;
  }

  set(key: string, value: Value, isInteger = false): void {
    const entry = this.#find(key, isInteger);
    this.#textBytes += sizeOfValue(value) - sizeOfValue(entry.value);
    entry.value = value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#textBytes -= key.length + sizeOfValue(entry.value);
    this.#entries.delete(key);
    if (this.#entries.size === 0) this.#hasTexts = false;
  }

  clear(): void {
    this.#entries.clear();
    this.#textBytes = 0;
    this.#hasTexts = false;
  }

  keys(): string[] {
    this.#needTexts();
    const all = [...this.#entries.values()].map((entry) => ({ entry, bucket: this.#bucket(hash(entry.key)) }));
    all.sort((a, b) => a.bucket - b.bucket || b.entry.textUse - a.entry.textUse);
    return all.map(({ entry }) => entry.key);
  }

  #bucket(key: number): number {
    return key & (tableSize(this.#entries.size) - 1);
  }

  /** The first use of a text as key gives all integers theirs, in the order of their own table. */
  #needTexts(): void {
    if (this.#hasTexts) return;
    this.#hasTexts = true;
    const numbers = [...this.#entries.values()];
    numbers.sort((a, b) => this.#bucket(Number(a.key)) - this.#bucket(Number(b.key)) || b.numberUse - a.numberUse);
    for (const entry of numbers) entry.textUse = ++this.#uses;
  }

  #find(key: string, isInteger: boolean): Entry {
    if (!isInteger) this.#needTexts();
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { key, value: undefined, textUse: 0, numberUse: 0 };
      this.#entries.set(key, entry);
      this.#textBytes += key.length;
    }
    if (!isInteger || (this.#hasTexts && entry.numberUse === 0)) entry.textUse = ++this.#uses;
    if (isInteger) entry.numberUse = ++this.#uses;
    return entry;
  }
}

/** Characters of a value's text; a number has next to none. */
export function sizeOfValue(value: Value): number {
  if (typeof value === 'string') return value.length;
  return value instanceof InputText ? value.text.length : 0;
}

function tableSize(entries: number): number {
  let size = startingSize;
  while (entries > size * averageLength) size *= 2;
  return size;
}

function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) value = Math.imul(value ^ key.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
