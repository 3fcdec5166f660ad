/** What all of proc is made of: directories, generated files and links. Their texts are made when they are read. */

import { SysError } from '../../abi/errno';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../abi/files';
import type { SimKernel } from '../../kernel';
import type { Task } from '../../task/task';
import { type DirectoryEntry, Inode, type InodeChange } from '../../vfs/inode';
import type { OpenFile } from '../../vfs/open-file';
import type { SuperBlock } from '../../vfs/super-block';
import { TextFile, type TextSource } from './text-file';

/** Any pseudo filesystem's superblock that knows its kernel. */
export interface PseudoSuperBlock extends SuperBlock {
  readonly kernel: SimKernel;
  /** `st_blksize` of what is in it. */
  readonly blockBytes: number;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const root: Owner = { uid: 0, gid: 0 };

export abstract class ProcInode extends Inode {
  readonly ino: number;
  #mode: number;
  #own: Owner = root;

  constructor(
    readonly proc: PseudoSuperBlock,
    mode: number,
    /** Whose it is, where that changes by itself; such a file cannot be given away. */
    private readonly owner?: () => Owner,
  ) {
    super(proc);
    this.ino = proc.kernel.nextInode();
    this.#mode = mode;
    const now = proc.kernel.realtime;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }

  /** Nothing of it is kept anywhere. */
  override get blocks(): number {
    return 0;
  }
  override get blockSize(): number {
    return this.proc.blockBytes;
  }
  get mode(): number {
    return this.currentMode() ?? this.#mode;
  }
  set mode(mode: number) {
    this.#mode = mode;
  }
  /** The mode where it changes by itself. */
  protected currentMode(): number | undefined {
    return undefined;
  }

  get uid(): number {
    return (this.owner?.() ?? this.#own).uid;
  }
  set uid(uid: number) {
    this.#own = { ...this.#own, uid };
  }
  get gid(): number {
    return (this.owner?.() ?? this.#own).gid;
  }
  set gid(gid: number) {
    this.#own = { ...this.#own, gid };
  }

  // There is nothing to be made here: a name that is not there is never going to be.
  override create(): Inode {
    throw new SysError('ENOENT');
  }
  override mkdir(): Inode {
    throw new SysError('ENOENT');
  }
  override symlink(): Inode {
    throw new SysError('ENOENT');
  }
  override link(): void {
    throw new SysError('ENOENT');
  }
  override rename(): void {
    throw new SysError('ENOENT');
  }

  /** chmod and chown work on what is not about a process, and last as long as the mount. */
  override setattr({ mode, uid, gid, size, atime, mtime }: InodeChange): void {
    if (this.owner && (mode !== undefined || uid !== undefined || gid !== undefined)) throw new SysError('EPERM');
    if (mode !== undefined) this.mode = (this.mode & ~0o7777) | (mode & 0o7777);
    if (uid !== undefined) this.uid = uid;
    if (gid !== undefined) this.gid = gid;
    if (atime !== undefined) this.atime = atime;
    if (mtime !== undefined) this.mtime = mtime;
    // O_TRUNC on a file that is written to is no mistake, and does nothing.
    if (size !== undefined && this.isDirectory) throw new SysError('EISDIR');
  }
}

/** A directory whose names are given: made when they are first asked for, and kept. */
export class FixedDirectory extends ProcInode {
  readonly #made = new Map<string, Inode>();

  constructor(
    proc: PseudoSuperBlock,
    private readonly makers: ReadonlyMap<string, () => Inode>,
    mode = 0o555,
    owner?: () => Owner,
  ) {
    super(proc, S_IFDIR | mode, owner);
  }

  override lookup(name: string): Inode | null {
    const known = this.#made.get(name);
    if (known) return known;
    const made = this.makers.get(name)?.() ?? null;
    if (made) this.#made.set(name, made);
    return made;
  }
  override readdir(): DirectoryEntry[] {
    return [...this.makers.keys()].flatMap((name) => {
      const inode = this.lookup(name);
      return inode ? [entryOf(name, inode)] : [];
    });
  }
}

/** A directory whose names come and go; what stays under the same key stays the same inode. */
export abstract class ChangingDirectory<Key extends string | number> extends ProcInode {
  override readonly volatile = true;
  readonly #made = new Map<Key, Inode>();

  constructor(proc: PseudoSuperBlock, mode = 0o555, owner?: () => Owner) {
    super(proc, S_IFDIR | mode, owner);
    this.nlink = 2;
  }

  /** The inode for `key`, made by `make` when there is none yet. */
  protected keep(key: Key, make: () => Inode): Inode {
    const known = this.#made.get(key);
    if (known) return known;
    const made = make();
    this.#made.set(key, made);
    return made;
  }
  protected forget(key: Key): void {
    this.#made.delete(key);
  }
}

export class ProcFile extends ProcInode {
  constructor(
    proc: PseudoSuperBlock,
    mode: number,
    readonly source: TextSource,
    owner?: () => Owner,
  ) {
    super(proc, S_IFREG | mode, owner);
  }

  override open(flags: number, task: Task | null): OpenFile {
    return new TextFile(this, flags, this.source, task);
  }
}

export class ProcLink extends ProcInode {
  constructor(
    proc: PseudoSuperBlock,
    private readonly target: (task: Task | null) => string,
  ) {
    super(proc, S_IFLNK | 0o777);
  }
  override readlink(task: Task | null): string {
    return this.target(task);
  }
}

export function entryOf(name: string, inode: Inode): DirectoryEntry {
  return { name, ino: inode.ino, type: inode.mode & 0o170000 };
}

/** As proc keeps its own entries: the shorter first, then by bytes. */
export function byLength(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
