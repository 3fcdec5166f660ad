/** mqueue: the POSIX message queues of one IPC namespace as files (mq_overview(7), "Mounting the message queue filesystem"). */
import { SysError } from '../../abi/errno';
import { S_IFDIR, S_IFREG, S_ISVTX } from '../../abi/files';
import type { IpcNamespace } from '../../ipc/types';
import type { SimKernel } from '../../kernel';
import { type Credentials, isCapable } from '../../task/credentials';
import { type DirectoryEntry, Inode, type InodeBirth, type InodeChange } from '../../vfs/inode';
import { type FilesystemType, type FsUsage, SuperBlock } from '../../vfs/super-block';
import { demandAdministrator, refuseOptions } from '../proc/visible';
import { type QueueAttributes, QueueInode } from './queue';

const mqueueMagic = 0x19800202;
/** HARD_MSGMAX, HARD_MSGSIZEMAX: for whoever has CAP_SYS_RESOURCE. */
const hardLimits = { maxMessages: 65536, messageSize: 16777216 };

export class MqueueSuperBlock extends SuperBlock {
  override readonly type = 'mqueue';
  override readonly root: QueueDirectory;

  constructor(
    readonly kernel: SimKernel,
    readonly ns: IpcNamespace,
  ) {
    super(kernel.nextDevice(), ns.owner ?? kernel.namespaces.initial.user);
    this.root = new QueueDirectory(this);
    // The namespace holds it itself: its queues stay when nobody has it mounted.
    this.users = 1;
    kernel.vfs.adoptSuper(this);
  }

  override usage(): FsUsage {
    return { blockSize: 4096, blocks: 0, free: 0, files: 0, filesFree: 0, magic: mqueueMagic };
  }

  /** EINVAL, ENOSPC, EMFILE. */
  create(
    name: string,
    mode: number,
    uid: number,
    gid: number,
    wanted: QueueAttributes | null,
    cred: Credentials | null,
    limit: number,
  ): QueueInode {
    const { limits } = this.ns;
    const attributes = wanted ?? {
      maxMessages: Math.min(limits.msgMax, limits.msgDefault),
      messageSize: Math.min(limits.msgsizeMax, limits.msgsizeDefault),
    };
    const mayMore = cred === null || isCapable(cred, 'sys_resource', this.kernel.namespaces.initial.user);
    const most = mayMore ? hardLimits : { maxMessages: limits.msgMax, messageSize: limits.msgsizeMax };
    if (attributes.maxMessages <= 0 || attributes.messageSize <= 0) throw new SysError('EINVAL');
    if (attributes.maxMessages > most.maxMessages || attributes.messageSize > most.messageSize)
      throw new SysError('EINVAL');
    if (this.root.count >= limits.queuesMax && !mayMore) throw new SysError('ENOSPC');
    const inode = new QueueInode(this, mode, uid, gid, attributes);
    const used = this.kernel.ipc.queueBytes.get(uid) ?? 0;
    if (used + inode.bytes > limit) throw new SysError('EMFILE');
    this.kernel.ipc.queueBytes.set(uid, used + inode.bytes);
    this.root.add(name, inode);
    this.kernel.touch('ipc');
    return inode;
  }

  evicted({ uid, bytes }: QueueInode): void {
    const { queueBytes } = this.kernel.ipc;
    queueBytes.set(uid, Math.max(0, (queueBytes.get(uid) ?? 0) - bytes));
  }
  releaseAll(): void {
    for (const { name, inode } of this.root.queues()) this.root.unlink(name, inode);
  }
}

export class QueueDirectory extends Inode {
  readonly ino: number;
  mode = S_IFDIR | S_ISVTX | 0o777;
  uid: number;
  gid: number;
  override nlink = 2;
  override readonly volatile = true;
  readonly #queues = new Map<string, QueueInode>();

  constructor(private readonly mqueue: MqueueSuperBlock) {
    super(mqueue);
    this.ino = mqueue.kernel.nextInode();
    // It belongs to whoever made the namespace.
    const { owner } = mqueue.ns;
    this.uid = owner && owner.parent !== null ? owner.ownerUid : 0;
    this.gid = owner && owner.parent !== null ? owner.ownerGid : 0;
    const now = mqueue.kernel.realtime;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }

  get count(): number {
    return this.#queues.size;
  }
  override get size(): number {
    return 40 + this.#queues.size * 20;
  }
  override get blocks(): number {
    return 0;
  }
  queues(): Array<{ name: string; inode: QueueInode }> {
    return [...this.#queues].map(([name, inode]) => ({ name, inode }));
  }
  add(name: string, inode: QueueInode): void {
    this.#queues.set(name, inode);
    this.mtime = this.mqueue.kernel.realtime;
  }

  override lookup(name: string): QueueInode | null {
    return this.#queues.get(name) ?? null;
  }
  /** The newest first. */
  override readdir(): DirectoryEntry[] {
    return [...this.#queues].reverse().map(([name, { ino }]) => ({ name, ino, type: S_IFREG }));
  }
  override create(name: string, { mode, uid, gid }: InodeBirth): Inode {
    if ((mode & 0o170000) !== S_IFREG) throw new SysError('EPERM');
    return this.mqueue.create(name, mode, uid, gid, null, null, Number.POSITIVE_INFINITY);
  }
  override unlink(name: string, inode: Inode): void {
    this.#queues.delete(name);
    inode.nlink = 0;
    if (inode.holders === 0) inode.evict();
    this.mtime = this.mqueue.kernel.realtime;
    this.mqueue.kernel.touch('ipc');
  }
  override setattr({ mode, uid, gid }: InodeChange): void {
    if (mode !== undefined) this.mode = S_IFDIR | (mode & 0o7777);
    if (uid !== undefined) this.uid = uid;
    if (gid !== undefined) this.gid = gid;
  }
}

export function mqueueFilesystem(kernel: SimKernel): FilesystemType {
  return {
    name: 'mqueue',
    userns: true,
    mount: (request) => {
      const ns = request.task.ns.ipc;
      refuseOptions(request);
      demandAdministrator(request, ns.owner);
      return kernel.ipc.queuesOf(ns);
    },
  };
}
