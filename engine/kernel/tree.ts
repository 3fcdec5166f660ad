/**
 * The `Tree` port: a directory as a root of its own, with all that a layer of an image and the state of a runtime need of files.
 *
 * Paths are relative to that root, with slashes: `etc/passwd`; the root itself is `''`. Symbolic links on the way are followed as a
 * process would whose root directory this is (openat2(2), RESOLVE_IN_ROOT): an absolute target begins at the root, and `..` stops
 * there, so nothing below can lead out. A final symbolic link is never followed. A name `.` or `..` in a path is EINVAL. Names that are no UTF-8
 * are strings all the same: `nameFromBytes` tells how.
 *
 * All calls are synchronous and short: a layer has tens of thousands of files, and a promise for each would cost more than the
 * file does. What is long (a stream, a large removal) is cut into pieces by whoever asks. Nobody else may change the directories of
 * a tree while it is open: their descriptors are kept for some time.
 *
 * Every failure is a `KernelError` with the errno that Linux gives.
 */
import type { FileKind } from '../state';
import type { Disposable } from './port';

export interface TreeStat {
  kind: FileKind;
  /** Bytes; of a symbolic link the length of its target. */
  size: number;
  /** Bytes really occupied (512 times st_blocks): less than `size` when there are holes. */
  allocated: number;
  /** Permission and set-id bits, 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  /** Number of names (st_nlink). */
  links: number;
  /** Device of the filesystem, `major:minor`; with `ino` it names one file. */
  dev: string;
  ino: bigint;
  /** `major:minor` of a device node, null otherwise. */
  rdev: string | null;
  /** Nanoseconds since 1970; negative before. */
  mtimeNs: bigint;
}

/** What is left out stays as it is. */
export interface TreeChange {
  uid?: number;
  gid?: number;
  /** 0o7777. A symbolic link has none: EOPNOTSUPP. */
  mode?: number;
  mtimeNs?: bigint;
}

/** A new file. Nothing of it is final before `finish`. */
export interface TreeWriter extends Disposable {
  /** Appends. Errors: ENOSPC, EDQUOT, EFBIG. */
  write(bytes: Uint8Array): void;
  /** Goes on behind a hole of so many bytes. */
  skip(bytes: number): void;
  /** Sets the attributes it was created with and closes it. With `durable` its content outlives a crash (fsync(2)). */
  finish(options?: { durable?: boolean }): void;
  /** Closes without attributes, after a failure; the file stays. Harmless after `finish`. */
  dispose(): void;
}

/** Where a file has data, from byte `from` up to `to`, which is not part of it. */
export interface DataRange {
  from: number;
  to: number;
}

export interface TreeReader extends Disposable {
  /** Fills `buffer` from byte `position` on; returns how many bytes, 0 at the end. */
  read(buffer: Uint8Array, position: number): number;
  /** In order; everything between them is a hole (lseek(2), SEEK_DATA). */
  dataRanges(): DataRange[];
}

export interface Tree extends Disposable {
  /** Errors: ENOENT, ENOTDIR, ELOOP. */
  stat(path: string): TreeStat;
  /** Like `stat`; null when there is no such file (ENOENT, ENOTDIR). */
  find(path: string): TreeStat | null;
  /** Names in byte order, without `.` and `..`. Errors: ENOENT, ENOTDIR. */
  list(path: string): string[];
  /** Errors: EINVAL when it is no symbolic link. */
  readlink(path: string): string;
  /** A regular file. Errors: ENOENT, EISDIR, ELOOP for a symbolic link, EINVAL for other kinds. */
  openFile(path: string): TreeReader;
  /**
   * A new regular file; it has these attributes for certain when it is finished. Errors: EEXIST, whatever is
   * there; ENOENT, ENOTDIR when its directory is not.
   */
  createFile(path: string, attributes: TreeChange): TreeWriter;
  /** Errors: EEXIST, ENOENT. The attributes are set at once. */
  makeDirectory(path: string, attributes: TreeChange): void;
  makeSymlink(path: string, target: string, attributes: Omit<TreeChange, 'mode'>): void;
  /** A second name for a file. Errors: EEXIST, ENOENT, EPERM for a directory. A symbolic link gets the name itself. */
  makeLink(path: string, existing: string): void;
  /** `device` is `major:minor`, for `char` and `block`. Errors: EEXIST, EPERM without the right to. */
  makeNode(
    path: string,
    kind: 'char' | 'block' | 'fifo' | 'socket',
    device: string | null,
    attributes: TreeChange,
  ): void;
  /** chown, chmod and utimensat in this order (a change of owner takes set-id bits away). */
  change(path: string, change: TreeChange): void;
  /** Names to values, in byte order of the names (xattr(7)); none where the filesystem has none. */
  xattrs(path: string): Map<string, Uint8Array>;
  /** Errors: EOPNOTSUPP, EPERM, ENOSPC. */
  setXattr(path: string, name: string, value: Uint8Array): void;
  /** Errors: ENODATA when there is none. */
  removeXattr(path: string, name: string): void;
  /** A file or an empty directory. Errors: ENOENT, ENOTEMPTY. */
  remove(path: string): void;
  /** Whatever is there with all below it; a symbolic link itself. No error when there is nothing. Never leaves the filesystem: EBUSY. */
  removeAll(path: string): void;
  /** rename(2), within this tree: replaces a file or an empty directory at `to`. */
  rename(from: string, to: string): void;
  /** Makes the names in a directory outlive a crash (fsync(2)). */
  syncDirectory(path: string): void;
  /** A directory below as a tree of its own. Symbolic links are followed, as everywhere, inside this tree. */
  subtree(path: string): Tree;
  /** Closes all descriptors. */
  dispose(): void;
}
