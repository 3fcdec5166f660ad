/** Inodes of what has no name: pipes (pipefs), sockets (sockfs) and event objects (anon_inode). */
import { S_IFIFO, S_IFSOCK } from '../abi/files';
import type { SimKernel } from '../kernel';
import type { UserNamespace } from '../ns/namespace';
import { Inode, type InodeChange } from './inode';
import type { OpenFile } from './open-file';
import { PipeFile } from './pipe';
import { type FsUsage, SuperBlock } from './super-block';

class AnonymousSuper extends SuperBlock {
  override readonly root: Inode;

  constructor(
    override readonly type: string,
    minor: number,
    userns: UserNamespace,
    private readonly magic: number,
  ) {
    super({ major: 0, minor }, userns);
    this.users = 1;
    this.root = new AnonymousInode(this, 1, 0o600, 0, 0, 0);
  }
  override usage(): FsUsage {
    return { blockSize: 4096, blocks: 0, free: 0, files: 0, filesFree: 0, magic: this.magic };
  }
}

class AnonymousInode extends Inode {
  constructor(
    sb: SuperBlock,
    readonly ino: number,
    public mode: number,
    public uid: number,
    public gid: number,
    now: number,
  ) {
    super(sb);
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }
  /** Nobody waits for the other end of a pipe that has no name. */
  override reopen(flags: number): OpenFile | null {
    return this.pipe ? new PipeFile(this, flags, this.pipe, false) : null;
  }
  override setattr({ mode, uid, gid, atime, mtime }: InodeChange): void {
    if (mode !== undefined) this.mode = mode;
    if (uid !== undefined) this.uid = uid;
    if (gid !== undefined) this.gid = gid;
    if (atime !== undefined) this.atime = atime;
    if (mtime !== undefined) this.mtime = mtime;
  }
}

export class AnonymousInodes {
  readonly #pipes: AnonymousSuper;
  readonly #sockets: AnonymousSuper;
  readonly #events: AnonymousSuper;
  readonly #event: Inode;

  constructor(private readonly kernel: SimKernel) {
    const { user } = kernel.namespaces.initial;
    this.#pipes = new AnonymousSuper('pipefs', 15, user, 0x50495045);
    this.#sockets = new AnonymousSuper('sockfs', 8, user, 0x534f434b);
    this.#events = new AnonymousSuper('anon_inodefs', 16, user, 0x09041934);
    this.#event = new AnonymousInode(this.#events, kernel.nextInode(), 0o600, 0, 0, 0);
  }

  newPipe(uid: number, gid: number): Inode {
    const { kernel } = this;
    return new AnonymousInode(this.#pipes, kernel.nextInode(), S_IFIFO | 0o600, uid, gid, kernel.realtime);
  }
  newSocket(uid: number, gid: number): Inode {
    const { kernel } = this;
    return new AnonymousInode(this.#sockets, kernel.nextInode(), S_IFSOCK | 0o777, uid, gid, kernel.realtime);
  }
  /** One for all of them. */
  get event(): Inode {
    return this.#event;
  }
}
