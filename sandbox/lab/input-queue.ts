import { inputWindowBytes } from '../windows';
import { concatBytes } from './bytes';

/** Pages whose numbering is remembered, a terminal; beyond it the one that was silent longest is forgotten. */
const maxClients = 64;
/** All pages together. */
const maxWaitingBytes = 4 * inputWindowBytes;
const maxWaitingPieces = 4096;
/** Small pieces of one page are joined up to this size while they wait. */
const joinedBytes = 4096;

interface Piece {
  client: string;
  data: Uint8Array;
  /** Number of the byte after the last. */
  end: number;
}

interface ClientInput {
  /** Number of the next byte that is new. */
  expected: number;
  /** All bytes before this number are in the terminal. */
  taken: number;
}

export type InputAnswer =
  /** Queued, or seen before and skipped. */
  | { ok: true; fresh: Uint8Array }
  /** Bytes before `offset` never came. */
  | { ok: false; reason: 'gap'; expected: number }
  /** More than `inputWindowBytes` of this page wait already, or too much of all pages. */
  | { ok: false; reason: 'full' };

/**
 * What pages typed and the terminal has not taken yet. Each page numbers its own bytes; what comes twice is skipped.
 * One write is under way at a time, so a program that does not read holds up its own terminal only.
 */
export class InputQueue {
  readonly #clients = new Map<string, ClientInput>();
  /** The first one is being written. */
  #waiting: Piece[] = [];
  #waitingBytes = 0;
  #writing = false;
  /** Counts resets, so that a write that ends late touches nothing newer. */
  #epoch = 0;

  constructor(
    /** Resolves when the terminal took the bytes. */
    private readonly write: (data: Uint8Array) => Promise<void>,
    /** All bytes of `client` before `offset` are in the terminal. */
    private readonly onTaken: (client: string, offset: number) => void,
  ) {}

  accept(client: string, offset: number, data: Uint8Array): InputAnswer {
    const input = this.#client(client);
    if (offset > input.expected) return { ok: false, reason: 'gap', expected: input.expected };
    const end = offset + data.byteLength;
    const fresh = data.subarray(Math.min(data.byteLength, input.expected - offset));
    if (end - input.taken > inputWindowBytes || this.#isFull(fresh)) return { ok: false, reason: 'full' };
    if (fresh.byteLength === 0) {
      this.onTaken(client, input.taken);
      return { ok: true, fresh };
    }
    input.expected = end;
    this.#enqueue({ client, data: fresh, end });
    this.#writeNext();
    return { ok: true, fresh };
  }

  /** Bytes accepted and not yet in the terminal. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Drops what waits and counts it as taken: the program it was meant for is gone. Numbering goes on. */
  reset(): void {
    this.#epoch += 1;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = false;
    for (const [client, input] of this.#clients) {
      if (input.taken === input.expected) continue;
      input.taken = input.expected;
      this.onTaken(client, input.taken);
    }
  }

  #client(name: string): ClientInput {
    const known = this.#clients.get(name) ?? { expected: 0, taken: 0 };
    this.#clients.delete(name);
    this.#clients.set(name, known);
    for (const [oldest, input] of this.#clients) {
      if (this.#clients.size <= maxClients) break;
      if (input.taken === input.expected && oldest !== name) this.#clients.delete(oldest);
    }
    return known;
  }

  #isFull(fresh: Uint8Array): boolean {
    return this.#waitingBytes + fresh.byteLength > maxWaitingBytes || this.#waiting.length >= maxWaitingPieces;
  }

  #enqueue(piece: Piece): void {
    this.#waitingBytes += piece.data.byteLength;
    const last = this.#waiting.length > 1 ? this.#waiting.at(-1) : undefined;
    if (last?.client !== piece.client || last.data.byteLength + piece.data.byteLength > joinedBytes) {
      this.#waiting.push(piece);
      return;
    }
    last.data = concatBytes([last.data, piece.data]);
    last.end = piece.end;
  }

  #writeNext(): void {
    const [next] = this.#waiting;
    if (!next || this.#writing) return;
    this.#writing = true;
    const epoch = this.#epoch;
    // A terminal that refuses bytes is closing: they count as taken, there is nobody left to read them.
    const done = () => {
      if (epoch === this.#epoch) this.#written();
    };
    this.write(next.data).then(done, done);
  }

  #written(): void {
    this.#writing = false;
    const done = this.#waiting.shift();
    if (!done) return;
    this.#waitingBytes -= done.data.byteLength;
    const input = this.#clients.get(done.client);
    if (input) input.taken = done.end;
    this.onTaken(done.client, done.end);
    this.#writeNext();
  }
}
