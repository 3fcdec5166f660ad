/** Files of a Machine, from outside it: resolved as its init would, bounded in size, and never waiting. */

import type { FileKind } from '../../../state';
import { type Disposable, type FileStat, type FilesNow, KernelError, type KernelFiles } from '../../port';
import type { Action } from '../../simulation';
import * as abi from '../abi';
import { concat } from '../bytes';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Stat } from '../sys/types';
import type { Task } from '../task/task';

const defaultMaxBytes = 1024 * 1024;
const maxNames = 10_000;
const chunkBytes = 65_536;

/** What the files of a Machine need of its lab. */
export interface FilesContext {
  /** The lab may be rewound: another kernel then. */
  kernel(): SimKernel;
  /** The Machine's init; throws ESRCH when it has ended. */
  init(): Task;
  /** Does an action at the next place between two steps. Rejects with what it throws. */
  act(action: Action): Promise<void>;
}

/** Files as they are between two steps. */
export class SimFilesNow implements FilesNow {
  constructor(private readonly context: Pick<FilesContext, 'kernel' | 'init'>) {}

  read(path: string, maxBytes = defaultMaxBytes): Uint8Array {
    return translate('read', path, () => {
      const { kernel, task } = this.#own();
      const place = kernel.vfs.resolve(task, path);
      requireFile(place.dentry.inode.mode, 'read', path);
      const file = kernel.vfs.openPath(task, place, abi.O_RDONLY | abi.O_NONBLOCK | abi.O_NOCTTY);
      try {
        const chunks: Uint8Array[] = [];
        for (let total = 0; ; ) {
          const chunk = file.pread(chunkBytes, total);
          if (chunk.length === 0) return concat(chunks);
          total += chunk.length;
          if (total > maxBytes) throw new KernelError('EFBIG', 'read', path, `larger than ${maxBytes} bytes`);
          chunks.push(chunk);
        }
      } finally {
        kernel.vfs.drop(file);
      }
    });
  }

  stat(path: string): FileStat {
    return translate('stat', path, () => toFileStat(this.#sys().lstat(path)));
  }

  list(path: string): Array<{ name: string } & FileStat> {
    return translate('list', path, () => {
      const sys = this.#sys();
      const names = sys.readdir(path).flatMap(({ name }) => (name === '.' || name === '..' ? [] : [name]));
      if (names.length > maxNames) throw new KernelError('EFBIG', 'list', path, `more than ${maxNames} names`);
      const directory = path.endsWith('/') ? path : `${path}/`;
      return names.sort(byBytes).map((name) => ({ name, ...toFileStat(sys.lstat(`${directory}${name}`)) }));
    });
  }

  #own(): { kernel: SimKernel; task: Task } {
    return { kernel: this.context.kernel(), task: this.context.init() };
  }
  #sys() {
    const { kernel, task } = this.#own();
    return kernel.tasks.sysOf(task);
  }
}

export class SimFiles implements KernelFiles {
  readonly now: FilesNow;

  constructor(
    private readonly machine: string,
    private readonly context: FilesContext,
  ) {
    this.now = new SimFilesNow(context);
  }

  async read(path: string, maxBytes?: number): Promise<Uint8Array> {
    return this.now.read(path, maxBytes);
  }

  async stat(path: string): Promise<FileStat> {
    return this.now.stat(path);
  }

  async list(path: string): Promise<Array<{ name: string } & FileStat>> {
    return this.now.list(path);
  }

  async readlink(path: string): Promise<string> {
    return translate('readlink', path, () => this.#sys().readlink(path));
  }

  write(path: string, content: Uint8Array, mode?: number): Promise<void> {
    return this.#act({ do: 'file.write', machine: this.machine, path, content, mode: mode ?? null }, 'write', path);
  }
  makeDirectory(path: string): Promise<void> {
    return this.#act({ do: 'file.makeDirectory', machine: this.machine, path }, 'mkdir', path);
  }
  remove(path: string): Promise<void> {
    return this.#act({ do: 'file.remove', machine: this.machine, path }, 'remove', path);
  }
  rename(from: string, to: string): Promise<void> {
    return this.#act({ do: 'file.rename', machine: this.machine, path: from, to }, 'rename', from);
  }

  watch(path: string, listener: () => void): Disposable {
    const { kernel, task } = this.#own();
    return watchPath(kernel, task, path, listener);
  }

  async #act(action: Action, operation: string, path: string): Promise<void> {
    try {
      await this.context.act(action);
    } catch (error) {
      throw translated(error, operation, path);
    }
  }

  #own(): { kernel: SimKernel; task: Task } {
    return { kernel: this.context.kernel(), task: this.context.init() };
  }
  #sys() {
    const { kernel, task } = this.#own();
    return kernel.tasks.sysOf(task);
  }
}

/** Follows a path that may not be there yet: watched through its nearest existing parent, which is found again at every change. */
function watchPath(kernel: SimKernel, task: Task, path: string, listener: () => void): Disposable {
  let watch: Disposable | null = null;
  let disposed = false;
  const follow = () => {
    watch?.dispose();
    watch = disposed ? null : kernel.vfs.watch(nearest(kernel, task, path).place, changed);
  };
  const changed = () => {
    follow();
    listener();
  };
  follow();
  return {
    dispose() {
      disposed = true;
      watch?.dispose();
    },
  };
}

/** What is at the path, or the nearest directory above it that exists; `at` is its path. */
export function nearest(kernel: SimKernel, task: Task, path: string) {
  for (let at = path; at !== '/' && at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    try {
      return { at, place: kernel.vfs.resolve(task, at) };
    } catch (error) {
      if (!abi.isSysError(error)) throw error;
    }
  }
  return { at: '/', place: kernel.vfs.resolve(task, '/') };
}

/** The actions that change files; `task` is the Machine's init. */
export function changeFile(kernel: SimKernel, task: Task, action: Extract<Action, { path: string }>): void {
  const sys = kernel.tasks.sysOf(task);
  switch (action.do) {
    case 'file.write':
      return writeFile(kernel, task, action.path, action.content, action.mode);
    case 'file.makeDirectory':
      sys.mkdir(action.path, 0o755);
      return ownLikeDirectory(kernel, task, action.path);
    case 'file.remove':
      return (sys.lstat(action.path).mode & abi.S_IFMT) === abi.S_IFDIR
        ? sys.rmdir(action.path)
        : sys.unlink(action.path);
    case 'file.rename':
      return sys.rename(action.path, action.to);
  }
}

function writeFile(kernel: SimKernel, task: Task, path: string, content: Uint8Array, mode: number | null): void {
  const sys = kernel.tasks.sysOf(task);
  const exists = statOrNull(() => sys.stat(path));
  if (exists) requireFile(exists.mode, 'write', path);
  const flags = abi.O_WRONLY | abi.O_NONBLOCK | abi.O_NOCTTY | (exists ? abi.O_TRUNC : abi.O_CREAT);
  const fd = atOnce(sys.open(path, flags, mode ?? 0o644));
  try {
    for (let written = 0; written < content.length; ) written += sys.pwrite(fd, content.subarray(written), written);
    if (mode !== null) sys.fchmod(fd, mode);
  } finally {
    sys.close(fd);
  }
  if (!exists) ownLikeDirectory(kernel, task, path);
}

/** What is made in a learner's directory belongs to the learner. */
function ownLikeDirectory(kernel: SimKernel, task: Task, path: string): void {
  const sys = kernel.tasks.sysOf(task);
  const { uid, gid } = sys.stat(path.slice(0, path.lastIndexOf('/')) || '/');
  if (uid !== 0) sys.chown(path, uid, gid, { noFollow: true });
}

/** Runs a call that must not wait. It may want to give way to others: who calls from outside holds up nobody. */
export function atOnce<T>(call: Blocking<T>): T {
  for (;;) {
    const result = call.next();
    if (result.done) return result.value;
    if (!result.value.preempt) throw new abi.SysError('EAGAIN', 'it would have to wait');
  }
}

function statOrNull(look: () => Stat): Stat | null {
  try {
    return look();
  } catch (error) {
    if (abi.isSysError(error, 'ENOENT')) return null;
    throw error;
  }
}

function requireFile(mode: number, operation: string, path: string): void {
  const kind = kindOf(mode);
  if (kind === 'directory') throw new KernelError('EISDIR', operation, path);
  if (kind !== 'file') throw new KernelError('EINVAL', operation, path, `a ${kind}, not a regular file`);
}

const kinds = new Map<number, FileKind>([
  [abi.S_IFREG, 'file'],
  [abi.S_IFDIR, 'directory'],
  [abi.S_IFLNK, 'symlink'],
  [abi.S_IFIFO, 'fifo'],
  [abi.S_IFSOCK, 'socket'],
  [abi.S_IFCHR, 'char'],
  [abi.S_IFBLK, 'block'],
]);

export function kindOf(mode: number): FileKind {
  return kinds.get(mode & abi.S_IFMT) ?? 'file';
}

function toFileStat(stat: Stat): FileStat {
  const kind = kindOf(stat.mode);
  const isDevice = kind === 'char' || kind === 'block';
  return {
    kind,
    size: stat.size,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    inode: stat.ino,
    rdev: isDevice ? `${stat.rdev.major}:${stat.rdev.minor}` : null,
  };
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function translate<T>(operation: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(error, operation, path);
  }
}

function translated(error: unknown, operation: string, path: string): unknown {
  return abi.isSysError(error) ? new KernelError(error.errno, operation, path) : error;
}
