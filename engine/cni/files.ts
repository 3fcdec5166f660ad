/** The files of CNI: configurations, cached results, addresses in use. Paths are absolute. */
export interface CniFiles {
  /** Null when there is no such file. */
  read(path: string): Promise<string | null>;
  /** Names of the files in a directory, sorted; none when there is no such directory. */
  list(directory: string): Promise<string[]>;
  /** Its parents, too. No error when it is there. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Creates or replaces a file at once: a reader sees the old content or the new. */
  write(path: string, content: string): Promise<void>;
  /** A new file, with all of its content from its first moment; false when there is one of that name. */
  create(path: string, content: string): Promise<boolean>;
  /** No error when there is none. */
  remove(path: string): Promise<void>;
  /** Waits for the lock of a file, flock(2); resolves to what gives it back. */
  lock(path: string): Promise<() => void>;
}
