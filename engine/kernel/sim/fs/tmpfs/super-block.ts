/** tmpfs (tmpfs(5), Linux mm/shmem.c): files in memory, with a limit in pages and one in inodes. */
import { SysError } from '../../abi/errno';
import type { Device } from '../../abi/files';
import type { SimKernel } from '../../kernel';
import { fromKernelId } from '../../ns/id-map';
import type { UserNamespace } from '../../ns/namespace';
import { type FilesystemType, type FsUsage, type RemountContext, SuperBlock } from '../../vfs/super-block';
import type { PageBudget } from './blocks';
import { pageBytes } from './blocks';
import { TmpfsDirectory } from './directory';
import { parseTmpfsOptions, type TmpfsOptions } from './options';

const tmpfsMagic = 0x01021994;
/** What an inode counts for among the inodes that are left; its extended attributes take of the same. */
const inodeBytes = 1024;

export class TmpfsSuperBlock extends SuperBlock implements PageBudget {
  override readonly type: string = 'tmpfs';
  override readonly root: TmpfsDirectory;
  readonly #mode: number;
  readonly #uid: number;
  readonly #gid: number;
  readonly #defaultPages: number;
  /** 0: no limit. */
  #maxPages: number;
  #maxInodes: number;
  #usedPages = 0;
  /** In bytes of inodes. */
  #usedInodes = 0;
  #nextIno = 1;

  constructor(
    readonly kernel: SimKernel,
    device: Device,
    userns: UserNamespace,
    data: string,
    owner: { uid: number; gid: number },
  ) {
    super(device, userns);
    this.#defaultPages = Math.floor(kernel.options.memoryBytes / 2 / pageBytes);
    const options = this.#parse(data);
    this.#maxPages = options.blocks ?? this.#defaultPages;
    this.#maxInodes = options.inodes ?? this.#defaultPages;
    this.#mode = options.mode ?? 0o1777;
    this.#uid = options.uid ?? owner.uid;
    this.#gid = options.gid ?? owner.gid;
    this.root = new TmpfsDirectory(this, { mode: 0o040000 | this.#mode, uid: this.#uid, gid: this.#gid });
  }

  nextIno(): number {
    return this.#nextIno++;
  }

  takePage(): boolean {
    if (this.#maxPages !== 0 && this.#usedPages >= this.#maxPages) return false;
    this.#usedPages++;
    return true;
  }
  givePages(count: number): void {
    this.#usedPages -= count;
  }

  /** ENOSPC. Names of the same inode count, too: each needs memory. */
  takeInode(bytes = inodeBytes): void {
    if (this.#maxInodes !== 0 && this.#usedInodes + bytes > this.#maxInodes * inodeBytes) throw new SysError('ENOSPC');
    this.#usedInodes += bytes;
  }
  giveInode(bytes = inodeBytes): void {
    this.#usedInodes -= bytes;
  }

  /** Something in it is different: perhaps in a layer that an overlay shows. */
  changed(): void {
    if (this.layerUses > 0) this.kernel.touch('overlays');
  }

  override options(): string[] {
    const id = (kind: 'uid' | 'gid', value: number) => fromKernelId(this.userns, kind, value) ?? value;
    const options: string[] = [];
    if (this.#maxPages !== this.#defaultPages) options.push(`size=${this.#maxPages * 4}k`);
    if (this.#maxInodes !== this.#defaultPages) options.push(`nr_inodes=${this.#maxInodes}`);
    if (this.#mode !== 0o1777) options.push(`mode=${this.#mode.toString(8).padStart(3, '0')}`);
    if (this.#uid !== 0) options.push(`uid=${id('uid', this.#uid)}`);
    if (this.#gid !== 0) options.push(`gid=${id('gid', this.#gid)}`);
    return options;
  }

  override checkOptions(data: string): void {
    this.#parse(data);
  }

  /** Limits may not be set below what is used, nor where there was none (shmem_reconfigure). */
  override remount(data: string, _context?: RemountContext): void {
    const { blocks, inodes } = this.#parse(data);
    if (blocks !== null && blocks !== 0) {
      if (this.#maxPages === 0 || blocks < this.#usedPages) throw new SysError('EINVAL');
    }
    if (inodes !== null && inodes !== 0) {
      if (this.#maxInodes === 0 || inodes * inodeBytes < this.#usedInodes) throw new SysError('EINVAL');
    }
    if (blocks !== null) this.#maxPages = blocks;
    if (inodes !== null) this.#maxInodes = inodes;
  }

  override usage(): FsUsage {
    const used = Math.ceil(this.#usedInodes / inodeBytes);
    return {
      blockSize: pageBytes,
      blocks: this.#maxPages,
      free: this.#maxPages === 0 ? 0 : this.#maxPages - this.#usedPages,
      files: this.#maxInodes,
      filesFree: this.#maxInodes === 0 ? 0 : this.#maxInodes - used,
      magic: tmpfsMagic,
    };
  }

  #parse(data: string): TmpfsOptions {
    return parseTmpfsOptions(data, this.userns, this.kernel.options.memoryBytes);
  }
}

export function tmpfsFilesystem(kernel: SimKernel): FilesystemType {
  return {
    name: 'tmpfs',
    userns: true,
    mount: ({ device, task, data }) => {
      const { fsuid: uid, fsgid: gid, user } = task.cred;
      return new TmpfsSuperBlock(kernel, device, user, data, { uid, gid });
    },
  };
}
