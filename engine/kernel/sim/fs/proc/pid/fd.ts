/** /proc/PID/fd and fdinfo: what a process has open (proc_pid_fd(5)). */

import { SysError } from '../../../abi/errno';
import { O_CLOEXEC, S_IFLNK } from '../../../abi/files';
import type { Credentials } from '../../../task/credentials';
import type { FdEntry } from '../../../task/fd-table';
import type { Task } from '../../../task/task';
import { anonymousPath } from '../../../vfs/anonymous-path';
import type { DirectoryEntry, Inode } from '../../../vfs/inode';
import type { OpenFile } from '../../../vfs/open-file';
import type { Path } from '../../../vfs/path';
import { demandInspection, mayInspect } from '../access';
import { ChangingDirectory, entryOf, type Owner, ProcFile, ProcInode } from '../node';
import { about, directoryOwnerOf, ownerOf, type PidContext } from './context';

/** Set on all files that are opened by name in a 64-bit system. */
const O_LARGEFILE = 0o100000;

abstract class DescriptorDirectory extends ChangingDirectory<number> {
  constructor(
    protected readonly context: PidContext,
    mode: number,
    owner: (task: Task) => Owner,
  ) {
    super(context.proc, mode, () => owner(context.task));
  }

  override lookup(name: string): Inode | null {
    if (!/^(0|[1-9]\d*)$/.test(name)) return null;
    const fd = Number(name);
    if (this.context.task.files.entries.has(fd)) return this.keep(fd, () => this.make(fd));
    this.forget(fd);
    return null;
  }
  override readdir(reader: Task | null): DirectoryEntry[] {
    demandInspection(reader, this.context.task);
    return [...this.context.task.files.entries.keys()]
      .sort((a, b) => a - b)
      .map((fd) =>
        entryOf(
          String(fd),
          this.keep(fd, () => this.make(fd)),
        ),
      );
  }

  protected abstract make(fd: number): Inode;
}

export class FdDirectory extends DescriptorDirectory {
  constructor(context: PidContext) {
    super(context, 0o500, ownerOf);
  }
  override get size(): number {
    return this.context.task.files.entries.size;
  }
  override permission(_mask: number, cred: Credentials): boolean | undefined {
    return cred === this.context.task.cred ? true : undefined;
  }
  protected make(fd: number): Inode {
    return new FdLink(this.context, fd);
  }
}

class FdLink extends ProcInode {
  constructor(
    private readonly context: PidContext,
    private readonly fd: number,
  ) {
    super(context.proc, S_IFLNK, () => ownerOf(context.task));
  }
  protected override currentMode(): number {
    return S_IFLNK | accessOf(this.context.task.files.get(this.fd));
  }
  override get size(): number {
    return 64;
  }
  override readlink(reader: Task | null): string {
    const file = this.#file(reader);
    const { task, proc } = this.context;
    return file.path ? proc.kernel.vfs.pathText(file.path, (reader ?? task).fs.root) : file.label();
  }
  override follow(reader: Task): Path | null {
    const file = this.#file(reader);
    if (file.path) return file.path;
    if (!file.inode) throw new SysError('ENXIO');
    return anonymousPath(file.inode, file.label());
  }
  #file(reader: Task | null): OpenFile {
    const { task } = this.context;
    demandInspection(reader, task);
    const file = task.files.get(this.fd);
    if (!file) throw new SysError('ENOENT');
    return file;
  }
}

function accessOf(file: OpenFile | undefined): number {
  if (!file) return 0;
  return (file.isReadable ? 0o500 : 0) | (file.isWritable ? 0o300 : 0);
}

export class FdInfoDirectory extends DescriptorDirectory {
  constructor(context: PidContext) {
    super(context, 0o555, directoryOwnerOf);
  }
  override permission(_mask: number, cred: Credentials): boolean | undefined {
    return mayInspect(cred, this.context.task) ? undefined : false;
  }
  protected make(fd: number): Inode {
    const { proc, task } = this.context;
    const read = () => {
      const entry = task.files.entries.get(fd);
      if (!entry) throw new SysError('ENOENT');
      return fdInfo(entry);
    };
    return new ProcFile(proc, 0o444, about(task, read), () => ownerOf(task));
  }
}

function fdInfo({ file, closeOnExec }: FdEntry): string {
  const flags = file.flags | (closeOnExec ? O_CLOEXEC : 0) | (file.path ? O_LARGEFILE : 0);
  const ino = file.inode?.ino ?? 0;
  return `pos:\t${file.position}\nflags:\t0${flags.toString(8)}\nmnt_id:\t${file.path?.mount.id ?? 16}\nino:\t${ino}\n`;
}
