/** A Machine's files as an observer sees them: what cannot be read is not there. */
import type { FileStat, FilesNow } from '../kernel';

const decoder = new TextDecoder();

export class Glance {
  constructor(private readonly files: FilesNow) {}

  bytes(path: string, maxBytes: number): Uint8Array | null {
    return orNull(() => this.files.read(path, maxBytes));
  }

  text(path: string, maxBytes: number): string | null {
    const content = this.bytes(path, maxBytes);
    return content && decoder.decode(content);
  }

  stat(path: string): FileStat | null {
    return orNull(() => this.files.stat(path));
  }

  /** Names of what is in a directory and of that kind, in order. */
  names(path: string, kind: FileStat['kind']): string[] {
    return this.entries(path, kind).map(({ name }) => name);
  }

  entries(path: string, kind: FileStat['kind']): ReturnType<FilesNow['list']> {
    return (orNull(() => this.files.list(path)) ?? []).filter((entry) => entry.kind === kind);
  }
}

/** Whatever a learner did to the file, or to the Machine: it does not concern the rest. */
function orNull<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
