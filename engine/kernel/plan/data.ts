/** The data of a compiled plan. */
import { base } from './image';

/** Strings, structures and results, laid out behind the instructions. */
export class DataSection {
  readonly #pieces: Array<{ address: number; bytes: Uint8Array }> = [];
  readonly #words: Array<{ address: number; values: ReadonlyArray<number | bigint> }> = [];
  readonly #strings = new Map<string, number>();
  readonly #named = new Map<string, { address: number; bytes: number }>();
  end: number;

  constructor(
    start: number,
    private readonly encode: (text: string) => Uint8Array,
  ) {
    this.end = start;
  }

  bytes(content: Uint8Array): number {
    const address = this.#reserve(content.byteLength);
    this.#pieces.push({ address, bytes: content });
    return address;
  }

  string(text: string): number {
    if (text.includes('\0')) fail(`a string with a NUL in it: ${JSON.stringify(text)}`);
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const address = this.bytes(this.encode(`${text}\0`));
    this.#strings.set(text, address);
    return address;
  }

  words(values: ReadonlyArray<number | bigint>): number {
    const address = this.#reserve(values.length * 8);
    this.#words.push({ address, values });
    return address;
  }

  /** The word that holds a named result. */
  slot(name: string): number {
    return this.memory(name, 8);
  }

  /** The same for a name that an earlier step must have set. */
  known(name: string): number {
    return this.#named.get(name)?.address ?? fail(`nothing before it is called ${name}`);
  }

  memory(name: string, bytes: number): number {
    const known = this.#named.get(name);
    if (known) return known.bytes >= bytes ? known.address : fail(`${name} has ${known.bytes} bytes, not ${bytes}`);
    const address = this.#reserve(bytes);
    this.#named.set(name, { address, bytes });
    return address;
  }

  copyTo(image: Uint8Array, view: DataView): void {
    for (const { address, bytes } of this.#pieces) image.set(bytes, address - base);
    for (const { address, values } of this.#words) {
      for (const [i, value] of values.entries()) writeWord(view, address - base + 8 * i, value);
    }
  }

  #reserve(bytes: number): number {
    const address = this.end;
    this.end += Math.ceil(Math.max(bytes, 1) / 8) * 8;
    return address;
  }
}

/** Into a place that holds 0. */
export function writeWord(target: DataView, offset: number, value: number | bigint): void {
  // Most are addresses and small numbers, and big integers are dear.
  if (typeof value === 'number' && value >= 0 && value <= 0xffffffff) target.setUint32(offset, value, true);
  else target.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
}

export function fail(reason: string): never {
  throw new Error(`bad plan: ${reason}`);
}
