/** The content of a sparse file in an archive: finds its map, wherever it is, and spreads what is stored over the file. */
import type { TarEntry } from './entry';
import { readNumber } from './fields';
import type { Header } from './header';
import { ascii, decimal } from './pax';
import { LeadingMap, pairUp, parseMap, problemOf, readOldSegments, type Segment } from './sparse';

/** More segments than these are no honest file. */
const maxSegments = 1 << 17;
const notANumber = 'its sparse map is no list of numbers';

export class SparseContent {
  #segments: Segment[];
  /** Of the next byte in the file, and how much of its segment is done. */
  #position = 0;
  #index = 0;
  #done = 0;
  #leading: LeadingMap | null = null;
  #continues = false;

  private constructor(
    private readonly size: number,
    private stored: number,
    segments: Segment[],
  ) {
    this.#segments = segments;
  }

  /** Null when the entry is an ordinary one. */
  static of(
    header: Header,
    pax: ReadonlyMap<string, Uint8Array>,
    offsets: readonly number[],
    block: Uint8Array,
    { stored }: { entry: TarEntry; stored: number },
  ): SparseContent | { problem: string } | null {
    if (header.flag === 'S') return SparseContent.#old(block, stored);
    const text = (key: string) => new TextDecoder('latin1').decode(pax.get(key) ?? new Uint8Array());
    const isLeading = text('GNU.sparse.major') === '1' && text('GNU.sparse.minor') === '0';
    const hasMap = pax.has('GNU.sparse.map') || offsets.length > 0 || pax.has('GNU.sparse.numblocks');
    if (!isLeading && !hasMap) {
      const major = text('GNU.sparse.major');
      return major === '' ? null : { problem: `sparse files of format ${major} are not supported` };
    }
    const size = decimal(ascii(pax.get('GNU.sparse.realsize') ?? pax.get('GNU.sparse.size') ?? new Uint8Array()));
    if (size === null) return { problem: 'its sparse map says no size' };
    if (isLeading) {
      const content = new SparseContent(size, stored, []);
      content.#leading = new LeadingMap();
      return content;
    }
    const segments = pax.has('GNU.sparse.map') ? parseMap(text('GNU.sparse.map')) : pairUp(offsets);
    return segments === null ? { problem: notANumber } : new SparseContent(size, stored, segments);
  }

  static #old(block: Uint8Array, stored: number): SparseContent | { problem: string } {
    const segments = readOldSegments(block, 386, 4);
    const size = readNumber(block, 483, 12);
    if (segments === null || size === null) return { problem: notANumber };
    const content = new SparseContent(size, stored, segments);
    content.#continues = block[482] === 1;
    return content;
  }

  get isWhole(): boolean {
    return this.#leading === null && !this.#continues;
  }

  /** Takes the next block of the map; what is wrong with it, or null. */
  add(block: Uint8Array): string | null {
    if (this.#segments.length > maxSegments) return 'its sparse map is too long';
    if (!this.#leading) {
      const segments = readOldSegments(block, 0, 21);
      if (segments === null) return notANumber;
      this.#segments.push(...segments);
      this.#continues = block[504] === 1;
      return null;
    }
    // This map is part of what is stored.
    this.stored -= block.byteLength;
    const isWhole = this.#leading.add(block);
    if (isWhole === null || this.stored < 0) return notANumber;
    if (this.#leading.length > 2 * maxSegments) return 'its sparse map is too long';
    if (isWhole) {
      this.#segments = this.#leading.segments();
      this.#leading = null;
    }
    return null;
  }

  check(): { size: number; stored: number } | { problem: string } {
    const problem = problemOf(this.#segments, this.size, this.stored);
    return problem === null
      ? { size: this.size, stored: this.stored }
      : { problem: `its sparse map is wrong: ${problem}` };
  }

  spread(bytes: Uint8Array, to: { data(bytes: Uint8Array): void; hole(bytes: number): void }): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const segment = this.#segments[this.#index];
      if (!segment) return;
      const rest = segment.bytes - this.#done;
      if (rest === 0) {
        this.#index++;
        this.#done = 0;
        continue;
      }
      const gap = segment.offset + this.#done - this.#position;
      if (gap > 0) to.hole(gap);
      const count = Math.min(rest, bytes.byteLength - at);
      to.data(bytes.subarray(at, at + count));
      at += count;
      this.#done += count;
      this.#position = segment.offset + this.#done;
    }
  }

  /** The hole at the end. */
  finish(to: { hole(bytes: number): void }): void {
    if (this.size > this.#position) to.hole(this.size - this.#position);
  }
}
