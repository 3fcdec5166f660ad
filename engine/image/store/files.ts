import type { Algorithm, Hasher } from '../spec/digest';

/** What the store needs of the place it lies in. Paths are relative to the store, with slashes. */
export interface StoreFiles {
  /** A new file; its directory is made if it is missing. Errors: whatever the place says of a full disk or missing rights. */
  create(path: string): Promise<NewFile>;
  /** The content in pieces, or the part of it that is asked for; null when there is no such file. */
  open(path: string, part?: Part): Promise<AsyncIterable<Uint8Array> | null>;
  /** Bytes; null when there is no such file. */
  size(path: string): Promise<number | null>;
  /** Names in a directory, none when it does not exist. */
  list(directory: string): Promise<string[]>;
  /** Puts a file in another's place at once, for good: after a crash either is there in full. */
  replace(from: string, to: string): Promise<void>;
  /** No error when there is none. */
  remove(path: string): Promise<void>;
  /** The fastest there is in this place. */
  hasher(algorithm: Algorithm): Hasher;
}

/** Bytes of a content, the last one included, as HTTP counts them. */
export interface Part {
  first: number;
  last: number;
}

export interface NewFile {
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when the content outlives a crash. */
  finish(): Promise<void>;
  /** Closes and removes it. */
  discard(): Promise<void>;
}
