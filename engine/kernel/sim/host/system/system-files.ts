/** Small files of a Machine for an engine that runs in it (`SystemFiles`). */
import { type Disposable, KernelError } from '../../../port';
import type { SystemFiles } from '../../../system';
import * as abi from '../../abi';
import { concat, decode, encode } from '../../bytes';
import type { TaskSys } from '../../sys/task-sys';
import { atOnce, kindOf } from '../sim-files';
import { type Answers, attempt, attemptExcept } from './answers';

const maxBytes = 16 * 1024 * 1024;
const chunkBytes = 65_536;
const missing = ['ENOENT', 'ENOTDIR'];
const lockPauseNs = 2_000_000;

export class SimSystemFiles implements SystemFiles {
  #drafts = 0;

  constructor(
    private readonly sys: TaskSys,
    private readonly answers: Answers,
  ) {}

  read(path: string): string | null {
    return attemptExcept(missing, null, 'read', path, () => {
      const fd = atOnce(this.sys.open(path, abi.O_RDONLY | abi.O_NONBLOCK));
      try {
        return decode(this.#readAll(fd, path));
      } finally {
        this.sys.close(fd);
      }
    });
  }

  write(path: string, content: string): void {
    attempt('write', path, () => this.#put(path, abi.O_WRONLY, content));
  }

  replace(path: string, content: string, mode = 0o600): void {
    const draft = `${path}.${this.sys.getpid()}-${++this.#drafts}`;
    attempt('write', path, () => {
      this.#put(draft, abi.O_WRONLY | abi.O_CREAT | abi.O_EXCL, content, mode);
      this.sys.rename(draft, path);
    });
  }

  append(path: string, content: string): void {
    attempt('write', path, () => this.#put(path, abi.O_WRONLY | abi.O_CREAT | abi.O_APPEND, content, 0o644));
  }

  makeDirectory(path: string, mode = 0o755): void {
    attempt('mkdir', path, () => this.sys.mkdir(path, mode));
  }
  makeFifo(path: string): void {
    attempt('mknodat', path, () => this.sys.mknod(path, abi.S_IFIFO | 0o600));
  }

  remove(path: string): boolean {
    return attemptExcept(missing, false, 'remove', path, () => {
      if ((this.sys.lstat(path).mode & abi.S_IFMT) === abi.S_IFDIR) this.sys.rmdir(path);
      else this.sys.unlink(path);
      return true;
    });
  }

  list(path: string): string[] {
    return attemptExcept<string[]>(missing, [], 'readdir', path, () =>
      this.sys.readdir(path).flatMap(({ name }) => (name === '.' || name === '..' ? [] : [name])),
    );
  }

  kind(path: string): ReturnType<SystemFiles['kind']> {
    return attemptExcept(missing, null, 'stat', path, () => {
      const kind = kindOf(this.sys.stat(path).mode);
      if (kind === 'directory' || kind === 'fifo' || kind === 'socket') return kind;
      return kind === 'char' || kind === 'block' ? 'device' : 'file';
    });
  }

  device(path: string): { type: 'c' | 'b'; major: number; minor: number } {
    return attempt('stat', path, () => {
      const { mode, rdev } = this.sys.stat(path);
      const kind = kindOf(mode);
      if (kind !== 'char' && kind !== 'block') throw new KernelError('ENODEV', 'stat', path);
      return { type: kind === 'block' ? 'b' : 'c', ...rdev };
    });
  }

  realPath(path: string): string {
    return attempt('realpath', path, () => {
      const { vfs } = this.sys.task.kernel;
      return vfs.pathText(vfs.resolve(this.sys.task, path), this.sys.task.fs.root);
    });
  }

  lock(path: string, mode = 0o600): Promise<Disposable> {
    const { sys } = this;
    const fd = attempt('open', path, () => atOnce(sys.open(path, abi.O_CREAT | abi.O_RDWR | abi.O_CLOEXEC, mode)));
    let held = true;
    const lock = {
      dispose: () => {
        if (held) sys.close(fd);
        held = false;
      },
    };
    return this.answers.promise((resolve, reject) => {
      const tryIt = () => {
        try {
          atOnce(sys.flock(fd, 'exclusive', true));
          resolve(lock);
        } catch (error) {
          if (abi.isSysError(error, 'EAGAIN')) sys.task.kernel.after(lockPauseNs, tryIt);
          else reject(error);
        }
      };
      tryIt();
    });
  }

  #put(path: string, flags: number, content: string, mode = 0o600): void {
    const fd = atOnce(this.sys.open(path, flags, mode));
    try {
      atOnce(this.sys.write(fd, encode(content)));
    } finally {
      this.sys.close(fd);
    }
  }

  #readAll(fd: number, path: string): Uint8Array {
    const chunks: Uint8Array[] = [];
    for (let total = 0; ; ) {
      const chunk = atOnce(this.sys.read(fd, chunkBytes));
      if (chunk.length === 0) return concat(chunks);
      total += chunk.length;
      if (total > maxBytes) throw new KernelError('EFBIG', 'read', path, `at most ${maxBytes} bytes are read`);
      chunks.push(chunk);
    }
  }
}
