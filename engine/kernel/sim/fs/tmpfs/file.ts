/** Regular files and symbolic links of a tmpfs. */
import { SysError } from '../../abi/errno';
import { S_IFLNK } from '../../abi/files';
import { encode } from '../../bytes';
import type { Inode, InodeBirth } from '../../vfs/inode';
import type { OpenFile } from '../../vfs/open-file';
import { ContentFile, type ContentInode } from '../../vfs/open-file-kinds';
import { Blocks, pageBytes } from './blocks';
import { TmpfsInode } from './inode';
import type { TmpfsSuperBlock } from './super-block';

/** MAX_LFS_FILESIZE would be more; no number here goes further. */
const maxBytes = Number.MAX_SAFE_INTEGER;

export class TmpfsFile extends TmpfsInode implements ContentInode {
  readonly content: Blocks;
  #size = 0;

  constructor(tmpfs: TmpfsSuperBlock, birth: InodeBirth) {
    super(tmpfs, birth);
    this.content = new Blocks(tmpfs);
  }

  override get size(): number {
    return this.#size;
  }
  override get blocks(): number {
    return this.content.pages * (pageBytes / 512);
  }

  override open(flags: number): OpenFile {
    return new ContentFile(this, flags);
  }

  override readAt(offset: number, count: number): Uint8Array {
    const length = Math.min(count, this.#size - offset);
    return length > 0 ? this.content.read(offset, length) : new Uint8Array();
  }
  override writeAt(data: Uint8Array, offset: number): number {
    if (offset + data.length > maxBytes) throw new SysError('EFBIG');
    const written = this.content.write(data, offset, this.#size);
    if (written === 0 && data.length > 0) throw new SysError('ENOSPC');
    this.#grew(offset + written);
    return written;
  }

  override nextData(offset: number): number {
    const at = this.content.nextData(offset);
    if (at === null || at >= this.#size) throw new SysError('ENXIO');
    return at;
  }
  override nextHole(offset: number): number {
    return Math.min(this.#size, this.content.nextHole(offset));
  }

  override allocate(offset: number, length: number): void {
    const first = Math.floor(offset / pageBytes);
    const end = Math.ceil((offset + length) / pageBytes);
    if (!this.content.reserve(first, end - first)) throw new SysError('ENOSPC');
    this.#grew(offset + length);
  }

  override cloneFrom(from: Inode, fromOffset: number, toOffset: number, count: number): number | null {
    if (!(from instanceof TmpfsFile) || fromOffset % pageBytes !== 0 || toOffset % pageBytes !== 0) return null;
    const length = Math.min(count, from.size - fromOffset);
    if (length <= 0) return 0;
    // The last page as a whole only where nothing of this file lies behind it.
    const pages = toOffset + length >= this.#size ? Math.ceil(length / pageBytes) : Math.floor(length / pageBytes);
    if (pages === 0) return null;
    const shared = this.content.share(from.content, fromOffset / pageBytes, toOffset / pageBytes, pages);
    if (shared === 0) throw new SysError('ENOSPC');
    const taken = Math.min(length, shared * pageBytes);
    this.#grew(toOffset + taken);
    return taken;
  }

  protected override resize(size: number): void {
    this.content.truncate(size);
    this.#size = size;
    this.tmpfs.changed();
    this.mtime = this.now;
  }

  #grew(end: number): void {
    if (end > this.#size) this.tmpfs.changed();
    this.#size = Math.max(this.#size, end);
    this.mtime = this.now;
    this.ctime = this.mtime;
  }

  override evict(): void {
    this.content.truncate(0);
    super.evict();
  }
}

/** A longer target than this takes a page of its own. */
const shortTarget = 128;

export class TmpfsSymlink extends TmpfsInode {
  readonly #bytes: number;

  constructor(
    tmpfs: TmpfsSuperBlock,
    private readonly target: string,
    birth: InodeBirth,
  ) {
    super(tmpfs, { ...birth, mode: S_IFLNK | 0o777 });
    this.#bytes = encode(target).length;
    if (this.#isLong && !tmpfs.takePage()) {
      tmpfs.giveInode();
      throw new SysError('ENOSPC');
    }
  }

  get #isLong(): boolean {
    return this.#bytes + 1 > shortTarget;
  }
  override get size(): number {
    return this.#bytes;
  }
  override get blocks(): number {
    return this.#isLong ? pageBytes / 512 : 0;
  }
  override readlink(): string {
    return this.target;
  }
  override evict(): void {
    if (this.#isLong) this.tmpfs.givePages(1);
    super.evict();
  }
}
