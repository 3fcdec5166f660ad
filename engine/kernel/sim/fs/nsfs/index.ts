/** nsfs: namespaces as files (namespaces(7), "The /proc/pid/ns/ directory"). */
import { S_IFREG } from '../../abi/files';
import type { SimKernel } from '../../kernel';
import { MountNamespace, type Namespace, type UserNamespace } from '../../ns/namespace';
import type { Dentry } from '../../vfs/dentry';
import { Inode } from '../../vfs/inode';
import { OpenFile } from '../../vfs/open-file';
import { type FsUsage, SuperBlock } from '../../vfs/super-block';

const nsfsMagic = 0x6e736673;
const nsfsDevice = { major: 0, minor: 4 };

export class NsInode extends Inode {
  readonly ino: number;
  mode = S_IFREG | 0o444;
  uid = 0;
  gid = 0;

  constructor(
    private readonly nsfs: NsfsSuperBlock,
    readonly namespace: Namespace,
  ) {
    super(nsfs);
    this.ino = namespace.inum;
    const now = nsfs.kernel.realtime;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }

  override open(flags: number): OpenFile {
    return new NsFile(this, flags);
  }
  override letGo(): void {
    super.letGo();
    if (this.holders === 0) this.nsfs.kernel.namespaces.sweepSoon();
  }
  get label(): string {
    return `${this.namespace.kind}:[${this.namespace.inum}]`;
  }
}

export class NsFile extends OpenFile {
  readonly namespace: Namespace;

  constructor(
    private readonly nsInode: NsInode,
    flags: number,
  ) {
    super(nsInode, flags);
    this.namespace = nsInode.namespace;
  }
  override label(): string {
    return this.nsInode.label;
  }
}

export class NsfsSuperBlock extends SuperBlock {
  override readonly type = 'nsfs';
  readonly #inodes = new Map<Namespace, NsInode>();

  constructor(
    readonly kernel: SimKernel,
    userns: UserNamespace,
  ) {
    super(nsfsDevice, userns);
    // The kernel's own.
    this.users = 1;
  }

  override get root(): Inode {
    throw new Error('nsfs has no root');
  }

  inodeOf(ns: Namespace): NsInode {
    const known = this.#inodes.get(ns);
    if (known) return known;
    const inode = new NsInode(this, ns);
    this.#inodes.set(ns, inode);
    return inode;
  }
  /** Those that a descriptor or a bind mount keeps. */
  *pinned(): Generator<Namespace, void, void> {
    for (const [ns, inode] of this.#inodes) if (inode.holders > 0) yield ns;
  }
  forget(ns: Namespace): void {
    this.#inodes.delete(ns);
  }

  override showRoot({ inode }: Dentry): string {
    return inode instanceof NsInode ? inode.label : '/';
  }
  override usage(): FsUsage {
    return { blockSize: 4096, blocks: 0, free: 0, files: 0, filesFree: 0, magic: nsfsMagic };
  }
}

export function isNsFile({ inode }: Dentry, kind?: Namespace['kind']): boolean {
  return inode instanceof NsInode && (kind === undefined || inode.namespace.kind === kind);
}

export function mountNamespaceOf({ inode }: Dentry): MountNamespace | null {
  return inode instanceof NsInode && inode.namespace instanceof MountNamespace ? inode.namespace : null;
}
