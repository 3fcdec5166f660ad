/** A read-only filesystem on an image; its inodes are made when they are first looked at. */
import { SysError } from '../../abi/errno';
import { type Device, S_IFMT } from '../../abi/files';
import { encode } from '../../bytes';
import type { SimKernel } from '../../kernel';
import type { UserNamespace } from '../../ns/namespace';
import type { Nanoseconds } from '../../sched/blocking';
import type { Task } from '../../task/task';
import { type DirectoryEntry, Inode } from '../../vfs/inode';
import type { OpenFile } from '../../vfs/open-file';
import { ContentFile, type ContentInode } from '../../vfs/open-file-kinds';
import { type FsUsage, SuperBlock } from '../../vfs/super-block';
import { pageBytes, zeroBytes } from '../tmpfs/blocks';
import type { ImageNode } from './tree';

const squashfsMagic = 0x73717368;
const blockBytes = 131_072;
const nothing = new Uint8Array();

export class ImageSuperBlock extends SuperBlock {
  override readonly type = 'squashfs';
  override readonly root: Inode;
  override readOnly = true;

  constructor(
    readonly kernel: SimKernel,
    device: Device,
    userns: UserNamespace,
    tree: ImageNode,
  ) {
    super(device, userns);
    this.root = new ImageInode(this, tree);
  }
  override options(): string[] {
    return ['errors=continue'];
  }
  override remount(): void {
    throw new SysError('EROFS');
  }
  override usage(): FsUsage {
    return { blockSize: blockBytes, blocks: 2048, free: 0, files: 10_000, filesFree: 0, magic: squashfsMagic };
  }
}

export class ImageInode extends Inode implements ContentInode {
  readonly #children = new Map<string, ImageInode>();
  readonly now: Nanoseconds;

  constructor(
    private readonly image: ImageSuperBlock,
    readonly node: ImageNode,
  ) {
    super(image);
    const { content, mtime } = node.entry;
    const time = mtime ?? image.kernel.options.epoch;
    this.now = time;
    this.atime = time;
    this.mtime = time;
    this.ctime = time;
    this.nlink = content.kind === 'directory' ? 2 + directories(node) : 1;
    if (content.kind === 'device') this.rdev = content.device;
  }

  get ino(): number {
    return this.node.ino;
  }
  get mode(): number {
    return this.node.mode;
  }
  get uid(): number {
    return this.node.entry.uid;
  }
  get gid(): number {
    return this.node.entry.gid;
  }
  override get size(): number {
    const { content } = this.node.entry;
    if (content.kind === 'file') return Math.max(content.size ?? 0, content.bytes.length);
    if (content.kind === 'symlink') return encode(content.target).length;
    return content.kind === 'directory' ? pageBytes : 0;
  }
  /** As a disk counts: whole blocks, and short links in the inode itself. */
  override get blocks(): number {
    return this.isSymlink ? 0 : Math.ceil(this.size / pageBytes) * (pageBytes / 512);
  }

  override lookup(name: string): Inode | null {
    const known = this.#children.get(name);
    if (known) return known;
    const node = this.node.children.get(name);
    if (!node) return null;
    const inode = new ImageInode(this.image, node);
    this.#children.set(name, inode);
    return inode;
  }
  override readdir(): DirectoryEntry[] {
    return [...this.node.children].map(([name, { ino, mode }]) => ({ name, ino, type: mode & S_IFMT }));
  }
  override readlink(): string {
    const { content } = this.node.entry;
    if (content.kind !== 'symlink') throw new SysError('EINVAL');
    return content.target;
  }

  override open(flags: number, task: Task | null): OpenFile {
    if (this.rdev) return this.image.kernel.vfs.openDevice(this, this.rdev, flags, task);
    if (!this.isFile) throw new SysError('ENXIO');
    return new ContentFile(this, flags);
  }
  override readAt(offset: number, count: number): Uint8Array {
    const { content } = this.node.entry;
    const length = Math.min(count, this.size - offset);
    if (content.kind !== 'file' || length <= 0) return nothing;
    const { bytes } = content;
    if (offset >= bytes.length) return zeroBytes(length);
    if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
    const padded = new Uint8Array(length);
    padded.set(bytes.subarray(offset));
    return padded;
  }
  override writeAt(): number {
    throw new SysError('EROFS');
  }
  override setattr(): void {
    throw new SysError('EROFS');
  }

  override getxattr(name: string): Uint8Array | null {
    if (name.startsWith('system.')) throw new SysError('EOPNOTSUPP');
    return this.node.entry.xattrs?.[name] ?? null;
  }
  override listxattr(): string[] {
    return Object.keys(this.node.entry.xattrs ?? {});
  }
  override setxattr(): void {
    throw new SysError('EROFS');
  }
  override removexattr(): void {
    throw new SysError('EROFS');
  }
}

function directories(node: ImageNode): number {
  let count = 0;
  for (const { entry } of node.children.values()) if (entry.content.kind === 'directory') count++;
  return count;
}
