/** What `conv=` makes of a block, and what flags are to open(2). */
import { O_APPEND, O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK } from '../../../kernel/sim';
import type { DdSettings } from './settings';

export class Converter {
  /** With swab: the last byte of an odd number, which waits for its partner. */
  #odd: Uint8Array = new Uint8Array();

  constructor(private readonly settings: DdSettings) {}

  convert(data: Uint8Array): Uint8Array {
    const { conversions, inputBlock } = this.settings;
    if (conversions.size === 0) return data;
    let result = data;
    if (conversions.has('sync') && data.length < inputBlock) result = joined([data], inputBlock);
    if (conversions.has('swab')) result = this.#swapped(result);
    if (conversions.has('ucase')) result = result.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));
    if (conversions.has('lcase')) result = result.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
    return result;
  }

  /** What still waits at the end. */
  rest(): Uint8Array {
    return this.#odd;
  }

  #swapped(data: Uint8Array): Uint8Array {
    const all = joined([this.#odd, data], this.#odd.length + data.length);
    const even = all.length - (all.length % 2);
    this.#odd = all.slice(even);
    return all.subarray(0, even).map((byte, at) => (at % 2 === 0 ? all[at + 1] : all[at - 1]) ?? byte);
  }
}

export function openFlags(flags: ReadonlySet<string>): number {
  const known = {
    append: O_APPEND,
    directory: O_DIRECTORY,
    nonblock: O_NONBLOCK,
    noctty: O_NOCTTY,
    nofollow: O_NOFOLLOW,
  };
  return Object.entries(known).reduce((sum, [name, flag]) => sum | (flags.has(name) ? flag : 0), 0);
}

/** Filled up with zeros. */
export function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
