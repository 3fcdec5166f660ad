/** Maps of files with holes, in the four forms GNU tar has given them (GNU tar manual, "Storing Sparse Files"). */
import { readNumber } from './fields';
import { decimal } from './pax';

/** Bytes of the archive that go to `offset` of the file. */
export interface Segment {
  offset: number;
  bytes: number;
}

const segmentBytes = 24;
const newline = 0x0a;

/** `count` pairs of 12-byte fields, ended by an empty one; null when one is no number. */
export function readOldSegments(block: Uint8Array, from: number, count: number): Segment[] | null {
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const at = from + i * segmentBytes;
    if (block[at + 12] === 0) break;
    const offset = readNumber(block, at, 12);
    const bytes = readNumber(block, at + 12, 12);
    if (offset === null || bytes === null) return null;
    segments.push({ offset, bytes });
  }
  return segments;
}

/** Offset, length, offset, length ...: format 0.0's records and 0.1's list; null when one has no partner. */
export function pairUp(numbers: readonly number[]): Segment[] | null {
  if (numbers.length % 2 !== 0) return null;
  const segments: Segment[] = [];
  for (let i = 0; i < numbers.length; i += 2) segments.push({ offset: numbers[i] ?? 0, bytes: numbers[i + 1] ?? 0 });
  return segments;
}

/** Format 0.1: `0,5,1024,7`. */
export function parseMap(text: string): Segment[] | null {
  if (text === '') return [];
  const numbers: number[] = [];
  for (const part of text.split(',')) {
    const number = decimal(part);
    if (number === null) return null;
    numbers.push(number);
  }
  return pairUp(numbers);
}

/** Format 1.0: the content begins with the number of segments and then each, a line a number, padded to whole blocks. */
export class LeadingMap {
  readonly #numbers: number[] = [];
  #line = '';

  /** Takes a block; true when the map is whole, null when it is malformed. */
  add(block: Uint8Array): boolean | null {
    for (const byte of block) {
      if (byte !== newline) {
        this.#line += String.fromCharCode(byte);
        // No number is that long.
        if (this.#line.length > 20) return null;
        continue;
      }
      const number = decimal(this.#line);
      if (number === null) return null;
      this.#numbers.push(number);
      this.#line = '';
      if (this.#isWhole()) return true;
    }
    return false;
  }

  /** How many numbers there are so far. */
  get length(): number {
    return this.#numbers.length;
  }

  segments(): Segment[] {
    return pairUp(this.#numbers.slice(1)) ?? [];
  }

  #isWhole(): boolean {
    const [count] = this.#numbers;
    return count !== undefined && this.#numbers.length >= 1 + 2 * count;
  }
}

/** What is wrong with a map for a file of `size` bytes of which `stored` are in the archive; null when nothing is. */
export function problemOf(segments: readonly Segment[], size: number, stored: number): string | null {
  let end = 0;
  let sum = 0;
  for (const { offset, bytes } of segments) {
    if (offset < end) return 'parts of it overlap';
    end = offset + bytes;
    sum += bytes;
    if (end > size) return `a part of it lies beyond its ${size} bytes`;
  }
  return sum === stored ? null : `its parts have ${sum} bytes, the archive ${stored}`;
}
