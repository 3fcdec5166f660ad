/** Content of a tree's files: written in one go from the beginning, read anywhere. */
import { KernelError } from '../../port';
import type { DataRange, TreeChange, TreeReader, TreeWriter } from '../../tree';
import { check, checkExcept, close, write } from '../syscall';
import {
  nativeFchmod,
  nativeFchown,
  nativeFsync,
  nativeFtruncate,
  nativeFutimens,
  nativeLseek,
  nativePread,
  timespecs,
  unchanged,
} from './native';
import { differsIn } from './stat';

const SEEK_CUR = 1;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;

export class LinuxWriter implements TreeWriter {
  #size = 0;
  #endsInHole = false;

  constructor(
    private fd: number,
    private readonly path: string,
    private readonly attributes: TreeChange,
  ) {}

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const written = write(this.fd, at === 0 ? bytes : bytes.subarray(at), this.path) ?? 0;
      at += written;
    }
    this.#size += bytes.byteLength;
    if (bytes.byteLength > 0) this.#endsInHole = false;
  }

  skip(bytes: number): void {
    if (bytes === 0) return;
    check(nativeLseek(this.fd, bytes, SEEK_CUR), 'seek', this.path);
    this.#size += bytes;
    this.#endsInHole = true;
  }

  finish({ durable = false }: { durable?: boolean } = {}): void {
    const { uid, gid, mode, mtimeNs } = this.attributes;
    if (this.#endsInHole) check(nativeFtruncate(this.fd, this.#size), 'truncate', this.path);
    const differs = differsIn(this.fd, uid, gid, mode);
    if (differs.owner) check(nativeFchown(this.fd, uid ?? unchanged, gid ?? unchanged), 'chown', this.path);
    // A change of owner takes set-id bits away.
    if (mode !== undefined && (differs.mode || differs.owner)) check(nativeFchmod(this.fd, mode), 'chmod', this.path);
    if (mtimeNs !== undefined) check(nativeFutimens(this.fd, timespecs(mtimeNs)), 'utimes', this.path);
    if (durable) check(nativeFsync(this.fd), 'fsync', this.path);
    this.dispose();
  }

  dispose(): void {
    if (this.fd >= 0) close(this.fd);
    this.fd = -1;
  }
}

export class LinuxReader implements TreeReader {
  constructor(
    private fd: number,
    private readonly path: string,
  ) {}

  read(buffer: Uint8Array, position: number): number {
    let filled = 0;
    while (filled < buffer.byteLength) {
      const rest = filled === 0 ? buffer : buffer.subarray(filled);
      const count = check(nativePread(this.fd, rest, rest.byteLength, position + filled), 'read', this.path);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  dataRanges(): DataRange[] {
    const ranges: DataRange[] = [];
    for (let at = 0; ; ) {
      const from = this.#seek(at, SEEK_DATA);
      if (from === null) return ranges;
      const to = this.#seek(from, SEEK_HOLE);
      if (to === null || to <= from) throw new KernelError('EIO', 'seek', this.path, 'the file changed meanwhile');
      ranges.push({ from, to });
      at = to;
    }
  }

  dispose(): void {
    if (this.fd >= 0) close(this.fd);
    this.fd = -1;
  }

  /** Null behind the last byte (ENXIO). */
  #seek(position: number, whence: number): number | null {
    return checkExcept(['ENXIO'], nativeLseek(this.fd, position, whence), 'seek', this.path);
  }
}
