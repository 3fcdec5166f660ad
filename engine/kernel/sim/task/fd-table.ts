/** File descriptors of one process. */
import type { OpenFile } from '../vfs/open-file';

export interface FdEntry {
  file: OpenFile;
  closeOnExec: boolean;
}

export class FdTable {
  readonly entries = new Map<number, FdEntry>();

  get(fd: number): OpenFile | undefined {
    return this.entries.get(fd)?.file;
  }

  /** The lowest number from `from` on that is free. */
  lowestFree(from = 0): number {
    let fd = from;
    while (this.entries.has(fd)) fd++;
    return fd;
  }
}
