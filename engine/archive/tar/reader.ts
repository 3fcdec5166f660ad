/**
 * Reads an archive as it comes, in pieces of any length, and calls a handler: no promise a file, no copy of a content. Everything an
 * archive can hold of a layer's files is understood (POSIX pax and ustar, GNU tar's long names, numbers and sparse files, version 7);
 * whatever is damaged is refused with the name of the entry.
 */
import { nameFromBytes } from '../../kernel';
import { type Composed, compose, type Extensions, nameOf } from './compose';
import { blockBytes, paddingOf, type TarEntry } from './entry';
import { hasChecksum } from './fields';
import { type Header, isZero, readHeader } from './header';
import { type PaxRecords, parsePax } from './pax';
import { SparseContent } from './sparse-content';

/** Of user and group, as they stand there; empty where they do not. */
export interface OwnerNames {
  user: string;
  group: string;
}

export interface TarHandler {
  /** What follows, up to `end`, is its content; `stored` bytes of it are no holes. */
  entry(entry: TarEntry, stored: number, names: OwnerNames): void;
  /** Valid only during the call. */
  data(bytes: Uint8Array): void;
  hole(bytes: number): void;
  end(): void;
}

/** Extended headers and long names that are longer are no honest ones. */
const maxExtensionBytes = 1 << 20;

/** What the next bytes are. */
type State =
  | { is: 'block'; use: (block: Uint8Array) => void }
  | { is: 'extension'; bytes: Uint8Array; filled: number; use: (bytes: Uint8Array) => void }
  | { is: 'content' }
  | { is: 'padding' }
  | { is: 'behind the end' };

export class TarReader {
  readonly #partial = new Uint8Array(blockBytes);
  #partialBytes = 0;
  #state: State;
  /** Bytes still to come of content or padding. */
  #left = 0;
  #padding = 0;
  #sparse: SparseContent | null = null;
  #isDropped = false;
  #pax: PaxRecords | null = null;
  #global: Map<string, Uint8Array> = new Map();
  #longPath: string | null = null;
  #longTarget: string | null = null;
  /** Of the entry that is being read, for messages. */
  #name = 'the archive';
  #names: OwnerNames = { user: '', group: '' };

  readonly #header: State = { is: 'block', use: (block) => this.#takeHeader(block) };

  /** `refuse` makes the error for what is wrong with the entry of a name. */
  constructor(
    private readonly handler: TarHandler,
    private readonly refuse: (name: string, problem: string) => Error,
  ) {
    this.#state = this.#header;
  }

  /** Errors: what `refuse` makes; what the handler throws. The reader is of no use then. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; ) at += this.#take(chunk, at);
  }

  /** Every entry that was begun is whole, be the end of the archive there or not: some programs are content with that. */
  get isWhole(): boolean {
    const { is } = this.#state;
    return is === 'behind the end' || (is === 'block' && this.#pax === null && this.#longPath === null);
  }

  /** To be called when the source has ended. Errors: what `refuse` makes when something is missing. */
  end(): void {
    if (this.#state.is === 'behind the end') return;
    const isBetween = this.#state === this.#header && this.#partialBytes === 0 && this.isWhole;
    if (isBetween) throw this.#wrong('ends without the zero blocks that an archive ends with: it was cut off');
    throw this.#wrong('is cut off: the archive ends in the middle of it');
  }

  /** Uses some of the chunk from `at` on, and returns how much. */
  #take(chunk: Uint8Array, at: number): number {
    const state = this.#state;
    const available = chunk.byteLength - at;
    if (state.is === 'content') {
      const count = Math.min(available, this.#left);
      this.#left -= count;
      this.#content(chunk.subarray(at, at + count));
      if (this.#left === 0) this.#endContent();
      return count;
    }
    if (state.is === 'padding') {
      const count = Math.min(available, this.#left);
      this.#left -= count;
      if (this.#left === 0) this.#state = this.#header;
      return count;
    }
    if (state.is === 'block') return this.#takeBlock(chunk, at, state.use);
    if (state.is === 'extension') {
      const count = Math.min(available, state.bytes.byteLength - state.filled);
      state.bytes.set(chunk.subarray(at, at + count), state.filled);
      state.filled += count;
      if (state.filled === state.bytes.byteLength) state.use(state.bytes);
      return count;
    }
    return available;
  }

  #takeBlock(chunk: Uint8Array, at: number, then: (block: Uint8Array) => void): number {
    const available = chunk.byteLength - at;
    if (this.#partialBytes === 0 && available >= blockBytes) {
      then(chunk.subarray(at, at + blockBytes));
      return blockBytes;
    }
    const count = Math.min(available, blockBytes - this.#partialBytes);
    this.#partial.set(chunk.subarray(at, at + count), this.#partialBytes);
    this.#partialBytes += count;
    if (this.#partialBytes === blockBytes) {
      this.#partialBytes = 0;
      then(this.#partial);
    }
    return count;
  }

  #takeHeader(block: Uint8Array): void {
    if (block[0] === 0 && isZero(block)) {
      if (this.#pax || this.#longPath !== null) throw this.#wrong('an extended header is followed by no entry');
      this.#state = { is: 'block', use: (second) => this.#takeSecondZero(second) };
      return;
    }
    if (!hasChecksum(block)) throw this.#wrong('is followed by a header whose checksum is wrong');
    const header = readHeader(block);
    switch (header.flag) {
      case 'x':
      case 'X':
        return this.#collect(header, (bytes) => {
          this.#pax = this.#parsePax(bytes);
        });
      case 'g':
        return this.#collect(header, (bytes) => {
          for (const [key, value] of this.#parsePax(bytes).values) this.#global.set(key, value);
        });
      case 'L':
        return this.#collect(header, (bytes) => {
          this.#longPath = untilNul(bytes);
        });
      case 'K':
        return this.#collect(header, (bytes) => {
          this.#longTarget = untilNul(bytes);
        });
      // A volume's label is no file.
      case 'V':
        this.#drop(header);
        return;
      default:
        this.#takeEntry(header, block);
    }
  }

  #takeSecondZero(block: Uint8Array): void {
    if (!isZero(block)) throw this.#wrong('is followed by one zero block, where an archive ends with two');
    this.#state = { is: 'behind the end' };
  }

  #takeEntry(header: Header, block: Uint8Array): void {
    const extensions = this.#takeExtensions();
    const sparseOffsets = extensions.sparse;
    this.#name = nameOf(header, extensions);
    const composed = compose(header, extensions);
    if ('problem' in composed) throw this.#wrong(composed.problem);
    const sparse = SparseContent.of(header, extensions.pax, sparseOffsets, block, composed);
    this.#names = namesOf(header, extensions.pax);
    if (sparse === null) return this.#begin(composed, header.flag === 'D');
    if ('problem' in sparse) throw this.#wrong(sparse.problem);
    this.#sparse = sparse;
    this.#takeSparse(composed, sparse);
  }

  /** Reads on until the map of a sparse file is whole, then begins the entry. */
  #takeSparse(composed: Exclude<Composed, { problem: string }>, sparse: SparseContent): void {
    if (sparse.isWhole) {
      const checked = sparse.check();
      if ('problem' in checked) throw this.#wrong(checked.problem);
      return this.#begin({ entry: { ...composed.entry, size: checked.size }, stored: checked.stored }, false);
    }
    const use = (block: Uint8Array) => {
      const problem = sparse.add(block);
      if (problem !== null) throw this.#wrong(problem);
      this.#takeSparse(composed, sparse);
    };
    this.#state = { is: 'block', use };
  }

  #begin({ entry, stored }: { entry: TarEntry; stored: number }, isDropped: boolean): void {
    this.handler.entry(entry, isDropped ? 0 : stored, this.#names);
    this.#isDropped = isDropped;
    this.#left = stored;
    this.#padding = paddingOf(stored);
    if (stored > 0) this.#state = { is: 'content' };
    else this.#endContent();
  }

  #content(bytes: Uint8Array): void {
    if (this.#isDropped) return;
    if (this.#sparse) this.#sparse.spread(bytes, this.handler);
    else this.handler.data(bytes);
  }

  #endContent(): void {
    this.#sparse?.finish(this.handler);
    this.#sparse = null;
    this.#isDropped = false;
    this.handler.end();
    this.#pad();
  }

  #pad(): void {
    this.#left = this.#padding;
    this.#state = this.#left > 0 ? { is: 'padding' } : this.#header;
  }

  #drop({ size }: Header): void {
    if (size === null || size < 0) throw this.#wrong('is followed by a header without a size');
    this.#left = size + paddingOf(size);
    this.#state = this.#left > 0 ? { is: 'padding' } : this.#header;
  }

  #collect({ size, path }: Header, then: (bytes: Uint8Array) => void): void {
    this.#name = path;
    if (size === null || size < 0 || size > maxExtensionBytes)
      throw this.#wrong(`an extended header may have ${maxExtensionBytes} bytes, not ${size ?? 'what is no number'}`);
    const done = (bytes: Uint8Array) => {
      then(bytes);
      this.#padding = paddingOf(size);
      this.#pad();
    };
    if (size === 0) done(new Uint8Array());
    else this.#state = { is: 'extension', bytes: new Uint8Array(size), filled: 0, use: done };
  }

  #parsePax(bytes: Uint8Array): PaxRecords {
    const records = parsePax(bytes);
    if (records === null) throw this.#wrong('its extended header is malformed');
    return records;
  }

  #takeExtensions(): Extensions & { sparse: readonly number[] } {
    const own = this.#pax?.values;
    const pax = this.#global.size === 0 ? (own ?? nothing) : new Map([...this.#global, ...(own ?? [])]);
    const taken = { pax, longPath: this.#longPath, longTarget: this.#longTarget, sparse: this.#pax?.sparse ?? [] };
    this.#pax = null;
    this.#longPath = null;
    this.#longTarget = null;
    return taken;
  }

  #wrong(problem: string): Error {
    return this.refuse(this.#name, problem);
  }
}

const nothing: ReadonlyMap<string, Uint8Array> = new Map();

function namesOf({ user, group }: Header, pax: ReadonlyMap<string, Uint8Array>): OwnerNames {
  const named = (key: string, field: string) => {
    const value = pax.get(key);
    return value?.byteLength ? nameFromBytes(value) : field;
  };
  return pax.size === 0 ? { user, group } : { user: named('uname', user), group: named('gname', group) };
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return nameFromBytes(end < 0 ? bytes : bytes.subarray(0, end));
}
