/** The `Tree` port on Linux: every call is made below the descriptor of a directory that openat2(2) found inside the root. */
import { readdirSync } from 'node:fs';
import { nameFromBytes } from '../../name-bytes';
import { KernelError } from '../../port';
import type { Tree, TreeChange, TreeReader, TreeStat, TreeWriter } from '../../tree';
import {
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  check,
  close,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  open,
} from '../syscall';
import { checkName, Directories } from './directories';
import { LinuxReader, LinuxWriter } from './file';
import {
  cString,
  nativeFchmodat,
  nativeFchownat,
  nativeFsync,
  nativeLinkat,
  nativeMkdirat,
  nativeMknodat,
  nativeOpenat,
  nativeReadlinkat,
  nativeRenameat,
  nativeSymlinkat,
  nativeUnlinkat,
  nativeUtimensat,
  timespecs,
  unchanged,
} from './native';
import { removeAllAt } from './remove';
import { findAt, statAt } from './stat';
import { removeXattrAt, setXattrAt, xattrsAt } from './xattr';

const kindBits = { fifo: 0o010000, char: 0o020000, block: 0o060000, socket: 0o140000 };
const absent = ['ENOENT', 'ENOTDIR'];
const maxLinkBytes = 4096;

export class LinuxTree implements Tree {
  readonly #directories: Directories;

  private constructor(root: number) {
    this.#directories = new Directories(root);
  }

  /** A directory of this computer as a root. Errors: ENOENT, ENOTDIR, EACCES. */
  static open(path: string): LinuxTree {
    return new LinuxTree(open(path, O_PATH | O_DIRECTORY));
  }

  subtree(path: string): LinuxTree {
    return new LinuxTree(this.#directories.open(path));
  }

  stat(path: string): TreeStat {
    const name = nameOf(path);
    return statAt(this.#parent(path), name, path);
  }

  find(path: string): TreeStat | null {
    const name = nameOf(path);
    try {
      return findAt(this.#parent(path), name, path);
    } catch (error) {
      if (error instanceof KernelError && absent.includes(error.code)) return null;
      throw error;
    }
  }

  list(path: string): string[] {
    const fd = this.#openAt(path, O_RDONLY | O_DIRECTORY);
    try {
      const names = readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' });
      return names.sort(Buffer.compare).map(nameFromBytes);
    } finally {
      close(fd);
    }
  }

  readlink(path: string): string {
    const buffer = Buffer.alloc(maxLinkBytes);
    const name = nameOf(path);
    const length = nativeReadlinkat(this.#parent(path), cString(name), buffer, buffer.byteLength);
    return nameFromBytes(buffer.subarray(0, check(length, 'readlink', path)));
  }

  openFile(path: string): TreeReader {
    // Opening a device or a pipe can do something, or wait.
    const { kind } = this.stat(path);
    const codes: Partial<Record<TreeStat['kind'], string>> = { directory: 'EISDIR', symlink: 'ELOOP' };
    if (kind !== 'file') throw new KernelError(codes[kind] ?? 'EINVAL', 'open', path, `it is a ${kind}`);
    return new LinuxReader(this.#openAt(path, O_RDONLY), path);
  }

  createFile(path: string, attributes: TreeChange): TreeWriter {
    const mode = attributes.mode === undefined ? 0o600 : attributes.mode & 0o777;
    return new LinuxWriter(this.#openAt(path, O_WRONLY | O_CREAT | O_EXCL, mode), path, attributes);
  }

  makeDirectory(path: string, attributes: TreeChange): void {
    const name = nameOf(path);
    const parent = this.#parent(path);
    check(nativeMkdirat(parent, cString(name), 0o700), 'mkdir', path);
    changeAt(parent, name, path, attributes, 0);
  }

  makeSymlink(path: string, target: string, attributes: Omit<TreeChange, 'mode'>): void {
    const name = nameOf(path);
    if (target.includes('\0')) throw new KernelError('EINVAL', 'symlink', path, 'the target has a NUL');
    const parent = this.#parent(path);
    check(nativeSymlinkat(cString(target), parent, cString(name)), 'symlink', path);
    changeAt(parent, name, path, attributes, 0);
  }

  makeLink(path: string, existing: string): void {
    const name = nameOf(path);
    const from = this.#directories.open(parentOf(existing));
    try {
      const existingName = nameOf(existing);
      check(nativeLinkat(from, cString(existingName), this.#parent(path), cString(name), 0), 'link', path);
    } finally {
      close(from);
    }
  }

  makeNode(
    path: string,
    kind: 'char' | 'block' | 'fifo' | 'socket',
    device: string | null,
    attributes: TreeChange,
  ): void {
    const name = nameOf(path);
    const parent = this.#parent(path);
    const number = device === null ? 0n : deviceNumber(device, path);
    check(nativeMknodat(parent, cString(name), kindBits[kind] | 0o600, number), 'mknod', path);
    changeAt(parent, name, path, attributes, 0);
  }

  change(path: string, change: TreeChange): void {
    const name = nameOf(path);
    changeAt(this.#parent(path), name, path, change, AT_SYMLINK_NOFOLLOW);
  }

  xattrs(path: string): Map<string, Uint8Array> {
    return xattrsAt(this.#parent(path), nameOf(path), path);
  }

  setXattr(path: string, name: string, value: Uint8Array): void {
    setXattrAt(this.#parent(path), nameOf(path), path, name, value);
  }

  removeXattr(path: string, name: string): void {
    removeXattrAt(this.#parent(path), nameOf(path), path, name);
  }

  remove(path: string): void {
    const name = nameOf(path);
    const parent = this.#parent(path);
    try {
      check(nativeUnlinkat(parent, cString(name), 0), 'remove', path);
    } catch (error) {
      if (!(error instanceof KernelError) || error.code !== 'EISDIR') throw error;
      check(nativeUnlinkat(parent, cString(name), AT_REMOVEDIR), 'remove', path);
    } finally {
      this.#directories.forget();
    }
  }

  removeAll(path: string): void {
    if (this.find(path) === null) return;
    try {
      removeAllAt(this.#parent(path), nameOf(path), path);
    } finally {
      this.#directories.forget();
    }
  }

  rename(from: string, to: string): void {
    const fromName = nameOf(from);
    const toName = nameOf(to);
    const directory = this.#directories.open(parentOf(from));
    try {
      check(nativeRenameat(directory, cString(fromName), this.#parent(to), cString(toName)), 'rename', `${from} ${to}`);
    } finally {
      close(directory);
      this.#directories.forget();
    }
  }

  syncDirectory(path: string): void {
    const fd = this.#openAt(path, O_RDONLY | O_DIRECTORY);
    try {
      check(nativeFsync(fd), 'fsync', path);
    } finally {
      close(fd);
    }
  }

  dispose(): void {
    this.#directories.close();
  }

  #parent(path: string): number {
    return this.#directories.at(parentOf(path));
  }

  #openAt(path: string, flags: number, mode = 0): number {
    const name = nameOf(path);
    const argument = name === '' ? '.' : cString(name);
    return check(nativeOpenat(this.#parent(path), argument, flags | O_NOFOLLOW | O_CLOEXEC, mode), 'open', path);
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash === 0) checkName('', path);
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last name; none for the root. Errors: EINVAL. */
function nameOf(path: string): string {
  if (path === '') return '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  checkName(name, path);
  return name;
}

/** `modeFlags` is AT_SYMLINK_NOFOLLOW where a link could be there: the C library then needs several calls. */
function changeAt(directory: number, name: string, path: string, change: TreeChange, modeFlags: number): void {
  const { uid, gid, mode, mtimeNs } = change;
  const target = name === '' ? '.' : cString(name);
  if (uid !== undefined || gid !== undefined)
    check(nativeFchownat(directory, target, uid ?? unchanged, gid ?? unchanged, AT_SYMLINK_NOFOLLOW), 'chown', path);
  if (mode !== undefined) check(nativeFchmodat(directory, target, mode, modeFlags), 'chmod', path);
  if (mtimeNs !== undefined)
    check(nativeUtimensat(directory, target, timespecs(mtimeNs), AT_SYMLINK_NOFOLLOW), 'utimes', path);
}

/** makedev(3). */
function deviceNumber(device: string, path: string): bigint {
  const [, majorText, minorText] = /^(\d+):(\d+)$/.exec(device) ?? [];
  if (majorText === undefined || minorText === undefined)
    throw new KernelError('EINVAL', 'mknod', path, `${device} is not major:minor`);
  const major = BigInt(majorText);
  const minor = BigInt(minorText);
  return ((major & 0xfffff000n) << 32n) | ((major & 0xfffn) << 8n) | ((minor & 0xffffff00n) << 12n) | (minor & 0xffn);
}
