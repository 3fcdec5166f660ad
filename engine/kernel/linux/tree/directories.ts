/**
 * The directories of a tree that were used last, as open descriptors. Whoever unpacks a layer or walks a tree stays in few of them,
 * and each lookup saved is a path walk saved. After a removal or a renaming none may be trusted.
 */
import { KernelError } from '../../port';
import { check, checkExcept, close, O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../syscall';
import { cString, nativeOpenat2 } from './native';

const RESOLVE_NO_XDEV = 0x01;
const RESOLVE_NO_MAGICLINKS = 0x02;
const RESOLVE_NO_SYMLINKS = 0x04;
const RESOLVE_IN_ROOT = 0x10;

const capacity = 64;
/** How often the kernel may say that something was renamed while it looked (openat2(2), EAGAIN). */
const maxTries = 64;

const inRoot = openHow(O_PATH | O_DIRECTORY, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
const sameFilesystem = openHow(O_DIRECTORY | O_NOFOLLOW, RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);

export class Directories {
  readonly #open = new Map<string, number>();
  #lastPath = '';
  #lastFd: number;
  #closed = false;

  constructor(readonly root: number) {
    this.#lastFd = root;
  }

  /** A descriptor (O_PATH) that stays open at least until the next call of this object. Errors: ENOENT, ENOTDIR, ELOOP, EINVAL. */
  at(path: string): number {
    if (path === this.#lastPath) return this.#lastFd;
    const known = this.#open.get(path);
    const fd = known ?? (path === '' ? this.root : this.open(path));
    if (path !== '') {
      this.#open.delete(path);
      this.#open.set(path, fd);
      this.#evict();
    }
    this.#lastPath = path;
    this.#lastFd = fd;
    return fd;
  }

  /** A new descriptor that is the caller's. */
  open(path: string): number {
    if (path !== '') checkPath(path);
    return openRetrying(this.root, path, inRoot);
  }

  forget(): void {
    for (const fd of this.#open.values()) close(fd);
    this.#open.clear();
    this.#lastPath = '';
    this.#lastFd = this.root;
  }

  close(): void {
    this.forget();
    if (!this.#closed) close(this.root);
    this.#closed = true;
  }

  #evict(): void {
    if (this.#open.size <= capacity) return;
    for (const [path, fd] of this.#open) {
      this.#open.delete(path);
      close(fd);
      return;
    }
  }
}

/** The directory `name` in `directory`, to be read; no link and no mount point. Errors: EXDEV for the latter. */
export function openChild(directory: number, name: string): number {
  return openRetrying(directory, name, sameFilesystem);
}

/** Errors: EINVAL. */
function checkPath(path: string): void {
  for (const name of path.split('/')) checkName(name, path);
}

export function checkName(name: string, path: string): void {
  if (name === '' || name === '.' || name === '..' || name.includes('\0'))
    throw new KernelError(
      'EINVAL',
      'open',
      path,
      'paths of a tree are relative and have no empty name, ".", ".." or NUL',
    );
}

function openRetrying(directory: number, path: string, how: Uint8Array): number {
  const argument = path === '' ? '.' : cString(path);
  for (let tries = 1; tries < maxTries; tries++) {
    const fd = checkExcept(['EAGAIN'], nativeOpenat2(directory, argument, how, how.byteLength), 'open', path);
    if (fd !== null) return fd;
  }
  return check(nativeOpenat2(directory, argument, how, how.byteLength), 'open', path);
}

/** struct open_how { u64 flags, mode, resolve; } */
function openHow(flags: number, resolve: number): Uint8Array {
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(flags | O_CLOEXEC), 0);
  how.writeBigUInt64LE(BigInt(resolve), 16);
  return how;
}
