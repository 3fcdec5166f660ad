/** What a devpts instance shows: its root, `ptmx`, and one node a terminal. */
import { S_IFCHR, S_IFDIR } from '../../abi/files';
import { toKernelId } from '../../ns/id-map';
import type { Task } from '../../task/task';
import type { Tty } from '../../tty/tty';
import { type DirectoryEntry, Inode, type InodeChange } from '../../vfs/inode';
import type { OpenFile } from '../../vfs/open-file';
import type { DevptsSuperBlock } from './super-block';

abstract class DevptsInode extends Inode {
  uid: number;
  gid: number;

  constructor(protected readonly devpts: DevptsSuperBlock) {
    super(devpts);
    this.uid = toKernelId(devpts.userns, 'uid', 0) ?? 0;
    this.gid = toKernelId(devpts.userns, 'gid', 0) ?? 0;
    const now = devpts.kernel.realtime;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }

  override get blockSize(): number {
    return 1024;
  }
  override setattr({ mode, uid, gid, atime, mtime }: InodeChange): void {
    if (mode !== undefined) this.mode = (this.mode & ~0o7777) | (mode & 0o7777);
    if (uid !== undefined) this.uid = uid;
    if (gid !== undefined) this.gid = gid;
    if (atime !== undefined) this.atime = atime;
    if (mtime !== undefined) this.mtime = mtime;
    this.ctime = this.devpts.kernel.realtime;
  }
}

class PtmxInode extends DevptsInode {
  readonly ino = 2;
  mode: number;

  constructor(devpts: DevptsSuperBlock) {
    super(devpts);
    this.mode = S_IFCHR | devpts.mountOptions.ptmxmode;
    this.rdev = { major: 5, minor: 2 };
  }

  override open(flags: number, task: Task | null): OpenFile {
    return this.devpts.kernel.terminals.openPty(this.devpts, this, flags, task);
  }
}

class SlaveInode extends DevptsInode {
  readonly ino: number;
  mode: number;

  constructor(
    devpts: DevptsSuperBlock,
    readonly tty: Tty,
    mode: number,
  ) {
    super(devpts);
    this.ino = tty.index + 3;
    this.mode = S_IFCHR | mode;
    this.rdev = tty.device;
  }

  override open(flags: number, task: Task | null): OpenFile {
    return this.devpts.kernel.terminals.openSlave(this.tty, this, flags, task);
  }
}

export class DevptsRoot extends DevptsInode {
  readonly ino = 1;
  mode = S_IFDIR | 0o755;
  override nlink = 2;
  override readonly volatile = true;
  readonly #ptmx: PtmxInode;
  readonly #slaves = new Map<string, SlaveInode>();

  constructor(devpts: DevptsSuperBlock) {
    super(devpts);
    this.#ptmx = new PtmxInode(devpts);
  }

  terminal(index: number): Tty | undefined {
    return this.#slaves.get(String(index))?.tty;
  }
  add(tty: Tty, uid: number, gid: number, mode: number): void {
    const inode = new SlaveInode(this.devpts, tty, mode);
    inode.uid = uid;
    inode.gid = gid;
    this.#slaves.set(String(tty.index), inode);
  }
  delete(tty: Tty): void {
    this.#slaves.delete(String(tty.index));
  }
  ptmxModeChanged(): void {
    this.#ptmx.mode = S_IFCHR | this.devpts.mountOptions.ptmxmode;
  }

  override lookup(name: string): Inode | null {
    return name === 'ptmx' ? this.#ptmx : (this.#slaves.get(name) ?? null);
  }
  /** The newest first, as the kernel's directory cache has them. */
  override readdir(): DirectoryEntry[] {
    const slaves = [...this.#slaves].reverse().map(([name, { ino }]) => ({ name, ino, type: S_IFCHR }));
    return [...slaves, { name: 'ptmx', ino: this.#ptmx.ino, type: S_IFCHR }];
  }
}
