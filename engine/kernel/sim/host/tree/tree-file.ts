/** Content of a tree's files: written in one go from the beginning, read anywhere. */
import type { DataRange, TreeChange, TreeReader, TreeWriter } from '../../../tree';
import * as abi from '../../abi';
import type { TaskSys } from '../../sys/task-sys';
import { attempt } from '../system/answers';

export class SimWriter implements TreeWriter {
  #size = 0;
  #open = true;

  constructor(
    private readonly sys: TaskSys,
    private readonly fd: number,
    private readonly path: string,
    private readonly attributes: TreeChange,
  ) {}

  write(bytes: Uint8Array): void {
    // What is written may be shared from then on.
    const content = bytes.slice();
    for (let at = 0; at < content.length; ) {
      at += attempt('write', this.path, () => this.sys.pwrite(this.fd, content.subarray(at), this.#size + at));
    }
    this.#size += content.length;
  }

  skip(bytes: number): void {
    this.#size += bytes;
  }

  finish(): void {
    const { uid, gid, mode, mtimeNs } = this.attributes;
    attempt('finish', this.path, () => {
      this.sys.ftruncate(this.fd, this.#size);
      if (uid !== undefined || gid !== undefined) this.sys.fchown(this.fd, uid ?? -1, gid ?? -1);
      if (mode !== undefined) this.sys.fchmod(this.fd, mode);
      if (mtimeNs === undefined) return;
      const time = Number(mtimeNs);
      this.sys.utimens('', { atime: time, mtime: time }, { dirfd: this.fd, emptyPath: true });
    });
    this.dispose();
  }

  dispose(): void {
    if (this.#open) this.sys.close(this.fd);
    this.#open = false;
  }
}

export class SimReader implements TreeReader {
  #open = true;

  constructor(
    private readonly sys: TaskSys,
    private readonly fd: number,
    private readonly path: string,
  ) {}

  read(buffer: Uint8Array, position: number): number {
    const bytes = attempt('read', this.path, () => this.sys.pread(this.fd, buffer.length, position));
    buffer.set(bytes);
    return bytes.length;
  }

  dataRanges(): DataRange[] {
    const ranges: DataRange[] = [];
    for (let at = 0; ; ) {
      const from = this.#seek(at, abi.SEEK_DATA);
      if (from === null) return ranges;
      const to = this.#seek(from, abi.SEEK_HOLE) ?? from;
      ranges.push({ from, to });
      at = to;
    }
  }

  dispose(): void {
    if (this.#open) this.sys.close(this.fd);
    this.#open = false;
  }

  /** Null behind the last byte (ENXIO). */
  #seek(position: number, whence: number): number | null {
    try {
      return this.sys.lseek(this.fd, position, whence);
    } catch (error) {
      if (abi.isSysError(error, 'ENXIO')) return null;
      throw error;
    }
  }
}
