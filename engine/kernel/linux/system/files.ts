/** Small files of this host, with errors as `KernelError`. */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Disposable, KernelError } from '../../port';
import type { SystemFiles } from '../../system';
import { AT_FDCWD, AT_REMOVEDIR, check, checkExcept, close, nativeFunction, O_CREAT, O_RDWR, open } from '../syscall';

const mknodat = nativeFunction('int mknodat(int dirfd, const char *path, unsigned int mode, unsigned long device)');
const unlinkat = nativeFunction('int unlinkat(int dirfd, const char *path, int flags)');
const flock = nativeFunction('int flock(int fd, int operation)');
const S_IFIFO = 0o010000;
const LOCK_EX_NB = 2 | 4;
const maxBytes = 16 * 1024 * 1024;
/** Two commands at once are rare and short: asking again is cheaper than a thread that waits. */
const lockPause = 2;

let temporary = 0;

export class LinuxSystemFiles implements SystemFiles {
  read(path: string): string | null {
    return missingIs(null, 'read', path, () => {
      // Most that is asked for and missing is no error: none is made of it.
      const size = statSync(path, { throwIfNoEntry: false })?.size;
      if (size === undefined) return null;
      if (size > maxBytes) throw new KernelError('EFBIG', 'read', path, `${size} bytes; at most ${maxBytes} are read`);
      return readFileSync(path, 'utf8');
    });
  }

  write(path: string, content: string): void {
    attempt('write', path, () => {
      const fd = openSync(path, 'r+');
      try {
        writeSync(fd, content);
      } finally {
        closeSync(fd);
      }
    });
  }

  replace(path: string, content: string, mode = 0o600): void {
    const draft = `${path}.${process.pid}-${++temporary}`;
    attempt('write', path, () => {
      try {
        writeFileSync(draft, content, { mode, flag: 'wx' });
        renameSync(draft, path);
      } catch (error) {
        removeQuietly(draft);
        throw error;
      }
    });
  }

  append(path: string, content: string): void {
    attempt('write', path, () => appendFileSync(path, content));
  }

  makeDirectory(path: string, mode = 0o755): void {
    attempt('mkdir', path, () => mkdirSync(path, { mode }));
  }

  makeFifo(path: string): void {
    check(mknodat(AT_FDCWD, path, S_IFIFO | 0o600, 0), 'mknodat', path);
  }

  remove(path: string): boolean {
    // Of a directory Linux says EISDIR, cgroupfs EPERM.
    const file = unlinkat(AT_FDCWD, path, 0);
    if (checkExcept(['EISDIR', 'EPERM', 'ENOENT'], file, 'remove', path) !== null) return true;
    const directory = unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
    return checkExcept(['ENOENT', 'ENOTDIR'], directory, 'remove', path) !== null;
  }

  list(path: string): string[] {
    return missingIs([], 'readdir', path, () => readdirSync(path));
  }

  kind(path: string): ReturnType<SystemFiles['kind']> {
    return missingIs(null, 'stat', path, () => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found) return null;
      if (found.isFile()) return 'file';
      if (found.isDirectory()) return 'directory';
      if (found.isFIFO()) return 'fifo';
      return found.isSocket() ? 'socket' : 'device';
    });
  }

  device(path: string): { type: 'c' | 'b'; major: number; minor: number } {
    return attempt('stat', path, () => {
      const found = statSync(path);
      if (!found.isCharacterDevice() && !found.isBlockDevice()) throw new KernelError('ENODEV', 'stat', path);
      // makedev(3): 12 bits of the major number, 20 of the minor.
      const [major, minor] = [(found.rdev >> 8) & 0xfff, (found.rdev & 0xff) | ((found.rdev >> 12) & 0xfff00)];
      return { type: found.isBlockDevice() ? 'b' : 'c', major, minor };
    });
  }

  realPath(path: string): string {
    return attempt('realpath', path, () => realpathSync(path));
  }

  async lock(path: string, mode = 0o600): Promise<Disposable> {
    const fd = open(path, O_CREAT | O_RDWR, mode);
    try {
      while (checkExcept(['EAGAIN'], flock(fd, LOCK_EX_NB), 'flock', path) === null) await delay(lockPause);
    } catch (error) {
      close(fd);
      throw error;
    }
    let held = true;
    return {
      dispose: () => {
        if (held) close(fd);
        held = false;
      },
    };
  }
}

function attempt<T>(operation: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof KernelError ? error : new KernelError(codeOf(error), operation, path);
  }
}

function missingIs<T>(value: T, operation: string, path: string, action: () => T): T {
  try {
    return attempt(operation, path, action);
  } catch (error) {
    if (error instanceof KernelError && ['ENOENT', 'ENOTDIR'].includes(error.code)) return value;
    throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not made.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}
