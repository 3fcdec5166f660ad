/** Directories of a tmpfs. */
import { SysError } from '../../abi/errno';
import { RENAME_EXCHANGE, RENAME_WHITEOUT, S_IFCHR, S_IFDIR, S_IFMT, S_IFREG } from '../../abi/files';
import { toKernelId } from '../../ns/id-map';
import type { DirectoryEntry, Inode, InodeBirth } from '../../vfs/inode';
import { TmpfsFile, TmpfsSymlink } from './file';
import { TmpfsInode } from './inode';
import type { TmpfsSuperBlock } from './super-block';

/** What a name adds to its directory's size (BOGO_DIRENT_SIZE). */
const nameBytes = 20;

export class TmpfsDirectory extends TmpfsInode {
  /** In the order they were put there; read the other way round, as Linux keeps its directory cache. */
  readonly #entries = new Map<string, TmpfsInode>();

  constructor(tmpfs: TmpfsSuperBlock, birth: InodeBirth) {
    super(tmpfs, { ...birth, mode: S_IFDIR | (birth.mode & 0o7777) });
    this.nlink = 2;
  }

  override get size(): number {
    return (this.#entries.size + 2) * nameBytes;
  }

  override lookup(name: string): Inode | null {
    return this.#entries.get(name) ?? null;
  }
  override readdir(): DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    for (const [name, inode] of this.#entries) entries.push({ name, ino: inode.ino, type: inode.mode & S_IFMT });
    return entries.reverse();
  }

  override create(name: string, birth: InodeBirth): Inode {
    const isFile = (birth.mode & S_IFMT) === S_IFREG;
    return this.#add(name, isFile ? new TmpfsFile(this.tmpfs, birth) : new TmpfsInode(this.tmpfs, birth));
  }
  override mkdir(name: string, birth: InodeBirth): Inode {
    const directory = this.#add(name, new TmpfsDirectory(this.tmpfs, birth));
    this.nlink++;
    return directory;
  }
  override symlink(name: string, target: string, birth: InodeBirth): Inode {
    return this.#add(name, new TmpfsSymlink(this.tmpfs, target, birth));
  }
  override link(name: string, inode: Inode): void {
    if (!(inode instanceof TmpfsInode)) throw new SysError('EXDEV');
    this.tmpfs.takeInode();
    inode.nlink++;
    inode.ctime = this.now;
    this.#add(name, inode);
  }

  override unlink(name: string, inode: Inode): void {
    this.#remove(name);
    this.#lost(inode);
  }
  override rmdir(name: string, inode: Inode): void {
    if (inode instanceof TmpfsDirectory && inode.#entries.size > 0) throw new SysError('ENOTEMPTY');
    this.#remove(name);
    this.#lostDirectory(inode);
  }

  override rename(from: string, to: Inode, toName: string, flags: number): void {
    const moved = this.#entries.get(from);
    if (!moved || !(to instanceof TmpfsDirectory)) throw new SysError('EXDEV');
    const target = to.#entries.get(toName);
    if ((flags & RENAME_EXCHANGE) !== 0) return this.#exchange(from, moved, to, toName, target);
    if (target instanceof TmpfsDirectory && target.#entries.size > 0) throw new SysError('ENOTEMPTY');
    const whiteout = (flags & RENAME_WHITEOUT) !== 0 ? this.#whiteout() : null;
    this.#remove(from);
    if (whiteout) this.#add(from, whiteout);
    if (target) to.#remove(toName);
    to.#add(toName, moved);
    if (moved instanceof TmpfsDirectory && to !== this) {
      this.nlink--;
      to.nlink++;
    }
    moved.ctime = this.now;
    if (target?.isDirectory) to.#lostDirectory(target);
    else if (target) to.#lost(target);
  }

  #exchange(from: string, moved: TmpfsInode, to: TmpfsDirectory, toName: string, target?: TmpfsInode): void {
    if (!target) throw new SysError('ENOENT');
    if (to !== this && moved.isDirectory !== target.isDirectory) {
      this.nlink += moved.isDirectory ? -1 : 1;
      to.nlink += moved.isDirectory ? 1 : -1;
    }
    this.#remove(from);
    to.#remove(toName);
    this.#add(from, target);
    to.#add(toName, moved);
    moved.ctime = this.now;
    target.ctime = this.now;
  }

  #whiteout(): TmpfsInode {
    const { userns } = this.tmpfs;
    const [uid, gid] = [toKernelId(userns, 'uid', 0) ?? 0, toKernelId(userns, 'gid', 0) ?? 0];
    return new TmpfsInode(this.tmpfs, { mode: S_IFCHR, uid, gid, rdev: { major: 0, minor: 0 } });
  }

  #add<T extends TmpfsInode>(name: string, inode: T): T {
    this.#entries.set(name, inode);
    this.#changed();
    return inode;
  }
  #remove(name: string): void {
    this.#entries.delete(name);
    this.#changed();
  }
  #changed(): void {
    this.mtime = this.now;
    this.ctime = this.mtime;
    this.tmpfs.changed();
  }

  #lost(inode: Inode): void {
    inode.nlink--;
    inode.ctime = this.now;
    // A further name has taken an inode's worth of the limit.
    if (inode.nlink > 0) this.tmpfs.giveInode();
    else if (inode.holders === 0) inode.evict();
  }
  #lostDirectory(inode: Inode): void {
    inode.nlink = 0;
    inode.ctime = this.now;
    this.nlink--;
    if (inode.holders === 0) inode.evict();
  }
}
