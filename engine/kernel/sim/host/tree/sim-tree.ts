/** The `Tree` port in a simulated Machine: every call is made below a directory that was found inside the root (openat2(2)). */
import { KernelError } from '../../../port';
import type { Tree, TreeChange, TreeReader, TreeStat, TreeWriter } from '../../../tree';
import * as abi from '../../abi';
import type { SimKernel } from '../../kernel';
import type { TaskSys } from '../../sys/task-sys';
import type { AtOptions, Stat } from '../../sys/types';
import type { Task } from '../../task/task';
import { startEngine } from '../engine-process';
import { atOnce, kindOf } from '../sim-files';
import { attempt, attemptExcept } from '../system/answers';
import { byBytes, checkPath, nameOf, parentOf } from './names';
import { SimReader, SimWriter } from './tree-file';

const kindBits = { fifo: abi.S_IFIFO, char: abi.S_IFCHR, block: abi.S_IFBLK, socket: abi.S_IFSOCK };
const place = abi.O_PATH | abi.O_DIRECTORY | abi.O_CLOEXEC;

export class SimTree implements Tree {
  private constructor(
    private readonly sys: TaskSys,
    private readonly root: number,
    private readonly disposed: () => void,
  ) {}

  /** A directory of a Machine as a root, held by a process of its own. Errors: ENOENT, ENOTDIR. */
  static open(kernel: SimKernel, init: Task, path: string): SimTree {
    const engine = startEngine(kernel, init);
    const sys = kernel.tasks.sysOf(engine);
    const { hard } = engine.limits.nofile;
    sys.setrlimit('nofile', { soft: hard, hard });
    const end = () => kernel.tasks.signal(engine, abi.signalNumbers.SIGKILL);
    try {
      return new SimTree(sys, openRoot(sys, path), end);
    } catch (error) {
      end();
      throw error;
    }
  }

  /** The same as the process of `sys` has it. */
  static of(sys: TaskSys, path: string): SimTree {
    const root = openRoot(sys, path);
    return new SimTree(sys, root, () => sys.close(root));
  }

  subtree(path: string): SimTree {
    const fd = attempt('open', path, () => this.#openDirectory(path));
    return new SimTree(this.sys, fd, () => this.sys.close(fd));
  }

  stat(path: string): TreeStat {
    return this.#in('stat', path, (name, at) => toTreeStat(this.sys.stat(name, { ...at, noFollow: true })));
  }
  find(path: string): TreeStat | null {
    return attemptExcept(['ENOENT', 'ENOTDIR'], null, 'stat', path, () => this.stat(path));
  }

  list(path: string): string[] {
    return this.#in('open', path, (name, at) => {
      const fd = atOnce(this.sys.open(name, abi.O_RDONLY | abi.O_DIRECTORY | abi.O_NOFOLLOW, 0, at));
      try {
        return this.#names(fd).sort(byBytes);
      } finally {
        this.sys.close(fd);
      }
    });
  }

  readlink(path: string): string {
    return this.#in('readlink', path, (name, at) => this.sys.readlink(name, at));
  }

  openFile(path: string): TreeReader {
    // Opening a device or a pipe can do something, or wait.
    const { kind } = this.stat(path);
    const codes: Partial<Record<TreeStat['kind'], string>> = { directory: 'EISDIR', symlink: 'ELOOP' };
    if (kind !== 'file') throw new KernelError(codes[kind] ?? 'EINVAL', 'open', path, `it is a ${kind}`);
    const fd = this.#in('open', path, (name, at) => atOnce(this.sys.open(name, abi.O_RDONLY | abi.O_NOFOLLOW, 0, at)));
    return new SimReader(this.sys, fd, path);
  }

  createFile(path: string, attributes: TreeChange): TreeWriter {
    const flags = abi.O_WRONLY | abi.O_CREAT | abi.O_EXCL | abi.O_NOFOLLOW;
    const fd = this.#in('open', path, (name, at) => atOnce(this.sys.open(name, flags, 0o600, at)));
    return new SimWriter(this.sys, fd, path, attributes);
  }

  makeDirectory(path: string, attributes: TreeChange): void {
    this.#in('mkdir', path, (name, at) => {
      this.sys.mkdir(name, 0o700, at);
      this.#changeAt(name, at, attributes);
    });
  }

  makeSymlink(path: string, target: string, attributes: Omit<TreeChange, 'mode'>): void {
    if (target.includes('\0')) throw new KernelError('EINVAL', 'symlink', path, 'the target has a NUL');
    this.#in('symlink', path, (name, at) => {
      this.sys.symlink(target, name, at);
      this.#changeAt(name, at, attributes);
    });
  }

  makeLink(path: string, existing: string): void {
    this.#in('link', existing, (from, fromAt) =>
      this.#in('link', path, (name, at) => this.sys.link(from, name, { from: fromAt, to: at })),
    );
  }

  makeNode(
    path: string,
    kind: 'char' | 'block' | 'fifo' | 'socket',
    device: string | null,
    attributes: TreeChange,
  ): void {
    const numbers = device === null ? undefined : deviceNumbers(device, path);
    this.#in('mknod', path, (name, at) => {
      this.sys.mknod(name, kindBits[kind] | 0o600, numbers, at);
      this.#changeAt(name, at, attributes);
    });
  }

  change(path: string, change: TreeChange): void {
    this.#in('change', path, (name, at) => this.#changeAt(name, at, change));
  }

  xattrs(path: string): Map<string, Uint8Array> {
    return this.#in('getxattr', path, (name, at) => {
      const own = { ...at, noFollow: true };
      const names = this.sys.listxattr(name, own).sort(byBytes);
      return new Map(names.map((attribute) => [attribute, this.sys.getxattr(name, attribute, own)]));
    });
  }
  setXattr(path: string, attribute: string, value: Uint8Array): void {
    this.#in('setxattr', path, (name, at) =>
      this.sys.setxattr(name, attribute, value.slice(), 0, { ...at, noFollow: true }),
    );
  }
  removeXattr(path: string, attribute: string): void {
    this.#in('removexattr', path, (name, at) => this.sys.removexattr(name, attribute, { ...at, noFollow: true }));
  }

  remove(path: string): void {
    this.#in('remove', path, (name, at) => {
      const { mode } = this.sys.stat(name, { ...at, noFollow: true });
      if ((mode & abi.S_IFMT) === abi.S_IFDIR) this.sys.rmdir(name, at);
      else this.sys.unlink(name, at);
    });
  }

  removeAll(path: string): void {
    const found = this.find(path);
    if (found !== null) this.#in('remove', path, (name, at) => this.#removeAt(name, at, found.dev));
  }

  rename(from: string, to: string): void {
    this.#in('rename', from, (name, at) =>
      this.#in('rename', to, (newName, newAt) => this.sys.renameAt(name, at, newName, newAt)),
    );
  }

  syncDirectory(path: string): void {
    // Nothing here outlives the lab: that it is there is all one can want.
    if (this.stat(path).kind !== 'directory') throw new KernelError('ENOTDIR', 'fsync', path);
  }

  dispose(): void {
    this.disposed();
  }

  /** Works on a name in its directory. */
  #in<T>(operation: string, path: string, work: (name: string, at: AtOptions) => T): T {
    checkPath(path);
    return attempt(operation, path, () => {
      const parent = parentOf(path);
      if (parent === '') return work(nameOf(path), { dirfd: this.root });
      const dirfd = this.#openDirectory(parent);
      try {
        return work(nameOf(path), { dirfd });
      } finally {
        this.sys.close(dirfd);
      }
    });
  }

  #openDirectory(path: string): number {
    checkPath(path);
    const resolve = abi.RESOLVE_IN_ROOT | abi.RESOLVE_NO_MAGICLINKS;
    return atOnce(this.sys.open(path === '' ? '.' : path, place, 0, { dirfd: this.root, resolve }));
  }

  #names(fd: number): string[] {
    return this.sys.getdents(fd).flatMap(({ name }) => (name === '.' || name === '..' ? [] : [name]));
  }

  /** chown takes set-id bits away, so it comes first. */
  #changeAt(name: string, at: AtOptions, { uid, gid, mode, mtimeNs }: TreeChange): void {
    const own = { ...at, noFollow: true };
    if (uid !== undefined || gid !== undefined) this.sys.chown(name, uid ?? -1, gid ?? -1, own);
    if (mode !== undefined) {
      if ((this.sys.stat(name, own).mode & abi.S_IFMT) === abi.S_IFLNK) throw new abi.SysError('EOPNOTSUPP');
      this.sys.chmod(name, mode, at);
    }
    if (mtimeNs === undefined) return;
    const time = Number(mtimeNs);
    this.sys.utimens(name, { atime: time, mtime: time }, own);
  }

  /** Directories are held open on the way down, so that no path is too long. */
  #removeAt(name: string, at: AtOptions, device: string): void {
    const { mode, dev } = this.sys.stat(name, { ...at, noFollow: true });
    if (`${dev.major}:${dev.minor}` !== device) throw new abi.SysError('EBUSY');
    if ((mode & abi.S_IFMT) !== abi.S_IFDIR) return this.sys.unlink(name, at);
    const dirfd = atOnce(this.sys.open(name, abi.O_RDONLY | abi.O_DIRECTORY | abi.O_NOFOLLOW, 0, at));
    try {
      for (const child of this.#names(dirfd)) this.#removeAt(child, { dirfd }, device);
    } finally {
      this.sys.close(dirfd);
    }
    this.sys.rmdir(name, at);
  }
}

function openRoot(sys: TaskSys, path: string): number {
  return attempt('open', path, () => atOnce(sys.open(path, place)));
}

function deviceNumbers(device: string, path: string): abi.Device {
  const [, major, minor] = /^(\d+):(\d+)$/.exec(device) ?? [];
  if (major === undefined) throw new KernelError('EINVAL', 'mknod', path, `${device} is not major:minor`);
  return { major: Number(major), minor: Number(minor) };
}

function toTreeStat(stat: Stat): TreeStat {
  const kind = kindOf(stat.mode);
  const isDevice = kind === 'char' || kind === 'block';
  return {
    kind,
    size: stat.size,
    allocated: stat.blocks * 512,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    links: stat.nlink,
    dev: `${stat.dev.major}:${stat.dev.minor}`,
    ino: BigInt(stat.ino),
    rdev: isDevice ? `${stat.rdev.major}:${stat.rdev.minor}` : null,
    mtimeNs: BigInt(Math.round(stat.mtime)),
  };
}
