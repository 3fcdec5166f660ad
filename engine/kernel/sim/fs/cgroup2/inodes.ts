/** Cgroups as directories, and their files. Owners and modes belong to the cgroup: every mount shows the same. */

import { SysError } from '../../abi/errno';
import { IN_MODIFY, S_IFDIR, S_IFREG } from '../../abi/files';
import type { Access, Cgroup } from '../../cgroup/node';
import type { Task } from '../../task/task';
import { type DirectoryEntry, Inode, type InodeBirth, type InodeChange } from '../../vfs/inode';
import { notify } from '../../vfs/notify';
import type { OpenFile } from '../../vfs/open-file';
import { inKernfsOrder } from '../kernfs-order';
import { TextFile, type TextSource } from '../proc/text-file';
import { allFiles, type CgroupFile, hasFile } from './all-files';
import type { CgroupSuperBlock } from './super-block';

abstract class CgroupInode extends Inode {
  abstract override readonly ino: number;

  constructor(
    protected readonly cgroups: CgroupSuperBlock,
    readonly node: Cgroup,
    private readonly key: string,
    private readonly type: number,
    private readonly defaultMode: number,
  ) {
    super(cgroups);
    this.atime = node.born;
    this.mtime = node.born;
    this.ctime = node.born;
  }

  get mode(): number {
    return this.type | this.#access.mode;
  }
  set mode(mode: number) {
    this.#change({ mode: mode & 0o7777 });
  }
  get uid(): number {
    return this.#access.uid;
  }
  set uid(uid: number) {
    this.#change({ uid });
  }
  get gid(): number {
    return this.#access.gid;
  }
  set gid(gid: number) {
    this.#change({ gid });
  }

  override setattr({ mode, uid, gid, atime, mtime, size }: InodeChange): void {
    if (size !== undefined && this.isDirectory) throw new SysError('EISDIR');
    if (mode !== undefined) this.mode = mode;
    if (uid !== undefined) this.uid = uid;
    if (gid !== undefined) this.gid = gid;
    if (atime !== undefined) this.atime = atime;
    if (mtime !== undefined) this.mtime = mtime;
  }

  get #access(): Access {
    const { access } = this.node;
    const known = access.get(this.key);
    if (known) return known;
    // Whoever made the cgroup owns it and its files.
    const { uid, gid } = this.node.maker;
    return { mode: this.defaultMode, uid, gid };
  }
  #change(change: Partial<Access>): void {
    this.node.access.set(this.key, { ...this.#access, ...change });
  }
}

export class CgroupDirectory extends CgroupInode {
  readonly ino: number;
  override readonly volatile = true;
  readonly #files = new Map<string, CgroupFileInode>();

  constructor(cgroups: CgroupSuperBlock, node: Cgroup) {
    super(cgroups, node, '', S_IFDIR, 0o755);
    this.ino = node.ino;
    this.nlink = 2;
  }

  override get shownLinks(): number {
    return 2 + this.node.children.size;
  }

  override lookup(name: string): Inode | null {
    const child = this.node.children.get(name);
    if (child) return this.cgroups.directory(child);
    const at = allFiles.findIndex((file) => file.name === name);
    const file = allFiles[at];
    if (!file || !hasFile(this.node, file) || this.node.removed) return null;
    const known = this.#files.get(name);
    if (known) return known;
    const made = new CgroupFileInode(this.cgroups, this.node, file, this.node.ino + 1 + at);
    this.#files.set(name, made);
    return made;
  }
  override readdir(): DirectoryEntry[] {
    if (this.node.removed) return [];
    const names = allFiles.filter((file) => hasFile(this.node, file)).map(({ name }) => name);
    return inKernfsOrder([...names, ...this.node.children.keys()]).flatMap((name) => {
      const inode = this.lookup(name);
      return inode ? [{ name, ino: inode.ino, type: inode.mode & 0o170000 }] : [];
    });
  }

  override mkdir(name: string, { uid, gid }: InodeBirth): Inode {
    const child = this.cgroups.kernel.cgroups.create(this.node, name);
    child.maker = { uid, gid };
    this.mtime = this.cgroups.kernel.realtime;
    return this.cgroups.directory(child);
  }
  override rmdir(_name: string, inode: Inode): void {
    if (!(inode instanceof CgroupDirectory)) throw new SysError('ENOTDIR');
    this.cgroups.kernel.cgroups.remove(inode.node);
    this.mtime = this.cgroups.kernel.realtime;
    inode.nlink = 0;
  }
  override create(): Inode {
    throw new SysError('EACCES');
  }
}

class CgroupFileInode extends CgroupInode {
  constructor(
    cgroups: CgroupSuperBlock,
    node: Cgroup,
    private readonly file: CgroupFile,
    readonly ino: number,
  ) {
    super(cgroups, node, file.name, S_IFREG, file.mode);
    if (file.tellsChanges) node.eventsChanged.add({ wake: () => notify(this, IN_MODIFY) });
  }

  override open(flags: number, task: Task | null): OpenFile {
    const { file, node } = this;
    const alive = () => {
      if (node.removed || !hasFile(node, file)) throw new SysError('ENODEV');
    };
    const read = file.read?.bind(file);
    const write = file.write?.bind(file);
    const source: TextSource = {
      ...(read && {
        read: (reader) => {
          alive();
          return read(node, reader ?? task);
        },
      }),
      ...(write && {
        write: (text, writer, { opener }) => {
          alive();
          if (writer) write(node, text, writer, opener ?? writer);
        },
      }),
      ...(file.tellsChanges && { pollQueues: [node.eventsChanged], version: () => node.eventsVersion }),
    };
    return new TextFile(this, flags, source, task);
  }
}
