/** Blocks of dd: read as large as asked for, and put together again for the output. What is kept counts as its memory. */
import { type Blocking, type Errno, isSysError, S_IFCHR, S_IFMT, S_IFREG, type Sys } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { joined } from './convert';
import type { DdSettings } from './settings';

/** Of a large block so much is read at once, that others have their turn in between. */
const pieceBytes = 1 << 20;

export class BlockReader {
  readonly #held: Held;
  #inPieces: boolean | null = null;

  constructor(
    private readonly sys: Sys,
    private readonly settings: DdSettings,
  ) {
    this.#held = new Held(sys);
  }

  /** Up to `most` bytes; none at the end. */
  *read(input: number, most: number): Blocking<Uint8Array | Errno> {
    const parts: Uint8Array[] = [];
    let size = 0;
    this.#inPieces ??= this.settings.inputFlags.has('fullblock') || !this.#mayBePartial(input);
    const inPieces = this.#inPieces;
    if (this.settings.conversions.has('sync')) this.#touch(most);
    try {
      do {
        const part = yield* this.sys.read(input, inPieces ? Math.min(most - size, pieceBytes) : most);
        if (part.length === 0) break;
        parts.push(part);
        size += part.length;
        this.#touch(size);
        yield* this.sys.checkpoint();
      } while (inPieces && size < most);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return error.errno;
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : joined(parts, size);
  }

  /** The buffer stays; of it counts what was ever used. */
  #touch(size: number): void {
    this.#held.add(Math.max(0, size - this.#held.bytes));
  }

  /** Pipes, sockets and terminals give what they have; from anything else a read comes back full. */
  #mayBePartial(fd: number): boolean {
    const kind = this.sys.fstat(fd).mode & S_IFMT;
    return kind !== S_IFREG && (kind !== S_IFCHR || this.sys.isatty(fd));
  }
}

export class OutputBlocks {
  readonly #held: Held;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(
    sys: Sys,
    private readonly blockBytes: number,
  ) {
    this.#held = new Held(sys);
  }

  /** The blocks that are full now. */
  *add(data: Uint8Array): Generator<Uint8Array> {
    let rest = data;
    while (this.#size + rest.length >= this.blockBytes) {
      const wanted = this.blockBytes - this.#size;
      this.#parts.push(rest.subarray(0, wanted));
      this.#size += wanted;
      rest = rest.subarray(wanted);
      yield this.take();
    }
    if (rest.length === 0) return;
    this.#parts.push(rest);
    this.#size += rest.length;
    this.#held.add(rest.length);
  }

  /** What is there, though it is no full block. */
  take(): Uint8Array {
    const all = joined(this.#parts, this.#size);
    this.#parts = [];
    this.#size = 0;
    this.#held.release();
    return all;
  }
}
