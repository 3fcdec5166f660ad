/** Files of a Machine, from outside it. Every operation is one short synchronous sequence of system calls. */
import {
  closeSync,
  type Dir,
  fchmodSync,
  fchownSync,
  constants as fs,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { type Disposable, type FileStat, type FilesNow, KernelError, type KernelFiles } from '../../port';
import type { EventLoop } from '../events/epoll';
import {
  AT_REMOVEDIR,
  check,
  checkExcept,
  nativeFunction,
  O_CREAT,
  O_DIRECTORY,
  O_NOCTTY,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from '../syscall';
import { Inotify } from './inotify';
import { existsBelow, withFile, withParent, withPath } from './resolve';
import { toFileStat } from './stat';

const readlinkat = nativeFunction('intptr_t readlinkat(int fd, const char *path, void *buffer, size_t size)');
const mkdirat = nativeFunction('int mkdirat(int fd, const char *path, unsigned int mode)');
const unlinkat = nativeFunction('int unlinkat(int fd, const char *path, int flags)');
const renameat = nativeFunction('int renameat(int from, const char *old, int to, const char *new_)');

const defaultMaxBytes = 1024 * 1024;
/** Names a directory may have to be listed. */
const maxNames = 10_000;

class LinuxFilesNow implements FilesNow {
  constructor(private readonly root: () => string) {}

  read(path: string, maxBytes = defaultMaxBytes): Uint8Array {
    // Looked at before it is opened: opening a device or a pipe can do something.
    return withFile(this.root(), path, O_PATH, (fd) =>
      translate('read', path, () => {
        requireFile(fd, 'read', path);
        const file = openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        try {
          return readAll(file, path, maxBytes);
        } finally {
          closeSync(file);
        }
      }),
    );
  }

  stat(path: string): FileStat {
    return withPath(this.root(), path, (fd) => toFileStat(fstatSync(fd)));
  }

  list(path: string): Array<{ name: string } & FileStat> {
    return withFile(this.root(), path, O_RDONLY | O_DIRECTORY, (fd) =>
      translate('list', path, () => {
        const directory = opendirSync(`/proc/self/fd/${fd}`);
        try {
          const names = readNames(directory, path).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          return names.flatMap((name) => statEntry(fd, name));
        } finally {
          directory.closeSync();
        }
      }),
    );
  }
}

export class LinuxFiles implements KernelFiles, Disposable {
  readonly now: FilesNow;
  readonly #root: () => string;
  readonly #inotify: Inotify;
  readonly #watches = new Set<Disposable>();

  /** `root` gives the Machine's root directory on the host, or throws when the Machine has ended. */
  constructor(root: () => string, events: EventLoop) {
    this.#root = root;
    this.now = new LinuxFilesNow(root);
    this.#inotify = Inotify.of(events);
  }

  async read(path: string, maxBytes?: number): Promise<Uint8Array> {
    return this.now.read(path, maxBytes);
  }

  async write(path: string, content: Uint8Array, mode?: number): Promise<void> {
    const root = this.#root();
    const existing = existsBelow(root, path);
    if (existing) withFile(root, path, O_PATH, (fd) => requireFile(fd, 'write', path));
    const flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | (existing ? O_TRUNC : O_CREAT);
    withFile(
      root,
      path,
      flags,
      (fd) =>
        translate('write', path, () => {
          for (let written = 0; written < content.byteLength; ) written += writeSync(fd, content, written);
          if (mode !== undefined) fchmodSync(fd, mode);
          if (!existing) this.#ownLikeDirectory(fd, path);
        }),
      mode ?? 0o644,
    );
  }

  async stat(path: string): Promise<FileStat> {
    return this.now.stat(path);
  }

  async list(path: string): Promise<Array<{ name: string } & FileStat>> {
    return this.now.list(path);
  }

  async readlink(path: string): Promise<string> {
    return withPath(this.#root(), path, (fd) => {
      const buffer = Buffer.alloc(4096);
      if ((fstatSync(fd).mode & fs.S_IFMT) !== fs.S_IFLNK) throw new KernelError('EINVAL', 'readlink', path);
      const length = check(readlinkat(fd, '', buffer, buffer.byteLength), 'readlink', path);
      return buffer.toString('utf8', 0, length);
    });
  }

  async makeDirectory(path: string): Promise<void> {
    const root = this.#root();
    withParent(root, path, (directory, name) => check(mkdirat(directory, name, 0o755), 'mkdir', path));
    withFile(root, path, O_RDONLY | O_DIRECTORY, (fd) => this.#ownLikeDirectory(fd, path));
  }

  async remove(path: string): Promise<void> {
    withParent(this.#root(), path, (directory, name) => {
      const removed = checkExcept(['EISDIR'], unlinkat(directory, name, 0), 'remove', path);
      if (removed === null) check(unlinkat(directory, name, AT_REMOVEDIR), 'remove', path);
    });
  }

  async rename(from: string, to: string): Promise<void> {
    const root = this.#root();
    withParent(root, from, (fromDirectory, fromName) =>
      withParent(root, to, (toDirectory, toName) =>
        check(renameat(fromDirectory, fromName, toDirectory, toName), 'rename', from),
      ),
    );
  }

  watch(path: string, listener: () => void): Disposable {
    const watch = this.#inotify.watch(this.#root, path, listener);
    this.#watches.add(watch);
    return {
      dispose: () => {
        this.#watches.delete(watch);
        watch.dispose();
      },
    };
  }

  dispose(): void {
    for (const watch of this.#watches) watch.dispose();
    this.#watches.clear();
  }

  /** What is made in a learner's directory belongs to the learner. */
  #ownLikeDirectory(fd: number, path: string): void {
    withParent(this.#root(), path, (directory) => {
      const { uid, gid } = fstatSync(directory);
      if (uid !== 0) translate('chown', path, () => fchownSync(fd, uid, gid));
    });
  }
}

function requireFile(fd: number, operation: string, path: string): void {
  const kind = toFileStat(fstatSync(fd)).kind;
  if (kind === 'directory') throw new KernelError('EISDIR', operation, path);
  if (kind !== 'file') throw new KernelError('EINVAL', operation, path, `a ${kind}, not a regular file`);
}

/** Reads to the end whatever size stat(2) claims: files of proc(5) claim none. */
function readAll(fd: number, path: string, maxBytes: number): Uint8Array {
  const chunks: Buffer[] = [];
  for (let total = 0; ; ) {
    const chunk = Buffer.alloc(Math.min(64 * 1024, maxBytes + 1 - total));
    const count = readSync(fd, chunk);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    if (total > maxBytes) throw new KernelError('EFBIG', 'read', path, `larger than ${maxBytes} bytes`);
    chunks.push(chunk.subarray(0, count));
  }
}

function readNames(directory: Dir, path: string): string[] {
  const names: string[] = [];
  for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
    if (names.length === maxNames) throw new KernelError('EFBIG', 'list', path, `more than ${maxNames} names`);
    names.push(entry.name);
  }
  return names;
}

/** An entry that is gone since it was listed is left out. */
function statEntry(directory: number, name: string): Array<{ name: string } & FileStat> {
  const stats = lstatSync(`/proc/self/fd/${directory}/${name}`, { throwIfNoEntry: false });
  return stats ? [{ name, ...toFileStat(stats) }] : [];
}

/** Node's errors as the port's. */
function translate<T>(operation: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof KernelError || !(error instanceof Error) || !('code' in error)) throw error;
    throw new KernelError(String(error.code), operation, path);
  }
}
