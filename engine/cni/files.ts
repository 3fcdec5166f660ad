/** The files of a runtime: configurations, cached results. Paths are absolute. */
export interface CniFiles {
  /** Null when there is no such file. */
  read(path: string): Promise<string | null>;
  /** Names of the files in a directory, sorted; none when there is no such directory. */
  list(directory: string): Promise<string[]>;
  /** Its parents, too. No error when it is there. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Creates or replaces a file at once: a reader sees the old content or the new. */
  write(path: string, content: string): Promise<void>;
  /** No error when there is none. */
  remove(path: string): Promise<void>;
}

/** And those of plugins that hand something out: each thing to one, whoever asks at the same time. */
export interface LeaseFiles extends CniFiles {
  /** A new file, with all of its content from its first moment; false when there is one. For the holder of a lock only. */
  create(path: string, content: string): Promise<boolean>;
  /** Waits for the lock of a file, flock(2); resolves to what gives it back. */
  lock(path: string): Promise<() => void>;
}
