/**
 * Paths of a Machine, resolved by the kernel below its root whatever symbolic links say (openat2(2), RESOLVE_IN_ROOT).
 * A descriptor is held only for the length of one synchronous operation, so a learner's umount never finds it busy.
 */
import { posix } from 'node:path';
import { KernelError } from '../../port';
import {
  check,
  checkExcept,
  close,
  nativeSyscall,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  open,
} from '../syscall';

const openat2 = nativeSyscall('openat2', ['int', 'const char *', 'const void *', 'size_t']);
const RESOLVE_NO_MAGICLINKS = 0x02;
const RESOLVE_IN_ROOT = 0x10;
const maxPathBytes = 4095;

/** Opens `path` below `root` for the length of `action`. */
export function withFile<T>(root: string, path: string, flags: number, action: (fd: number) => T, mode = 0): T {
  const fd = openBelow(root, path, flags, mode);
  try {
    return action(fd);
  } finally {
    close(fd);
  }
}

/** Like `withFile` with O_PATH: for looking at a file and for paths below it. Does not follow a final symbolic link. */
export function withPath<T>(root: string, path: string, action: (fd: number) => T): T {
  return withFile(root, path, O_PATH | O_NOFOLLOW, action);
}

/** Opens the directory a path's last name is in; `name` is that name. Errors: EINVAL for `/`, which has none. */
export function withParent<T>(root: string, path: string, action: (directory: number, name: string) => T): T {
  const name = posix.basename(path);
  if (name === '' || name === '.' || name === '..') throw new KernelError('EINVAL', 'open', path, 'no name at the end');
  return withFile(root, posix.dirname(path), O_PATH | O_DIRECTORY, (directory) => action(directory, name));
}

/** Whether there is something at `path`, following symbolic links. */
export function existsBelow(root: string, path: string): boolean {
  return withRoot(root, (directory) => {
    const fd = checkExcept(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'], openRaw(directory, path, O_PATH, 0), 'open', path);
    if (fd === null) return false;
    close(fd);
    return true;
  });
}

function openBelow(root: string, path: string, flags: number, mode: number): number {
  if (!path.startsWith('/') || path.includes('\0'))
    throw new KernelError('EINVAL', 'open', path, 'not an absolute path');
  if (Buffer.byteLength(path) > maxPathBytes) throw new KernelError('ENAMETOOLONG', 'open', `${path.slice(0, 64)}...`);
  return withRoot(root, (directory) => check(openRaw(directory, path, flags, mode), 'open', path));
}

function withRoot<T>(root: string, action: (directory: number) => T): T {
  const directory = open(root, O_PATH | O_DIRECTORY);
  try {
    return action(directory);
  } finally {
    close(directory);
  }
}

function openRaw(root: number, path: string, flags: number, mode: number): number {
  // struct open_how { u64 flags, mode, resolve; }
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(flags | O_CLOEXEC), 0);
  // A mode without O_CREAT is an error to openat2, unlike open.
  how.writeBigUInt64LE(BigInt(flags & O_CREAT ? mode : 0), 8);
  how.writeBigUInt64LE(BigInt(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS), 16);
  return openat2(root, path, how, how.byteLength);
}
