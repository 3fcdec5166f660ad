/** File descriptors, and the counting of who holds an open file (open(2), dup(2), close(2)). */
import { SysError } from '../abi/errno';
import { IN_CLOSE_NOWRITE, IN_CLOSE_WRITE } from '../abi/files';
import type { SimKernel } from '../kernel';
import type { Fd } from '../sys/types';
import { FdTable } from '../task/fd-table';
import type { Task } from '../task/task';
import { unlock } from './flock';
import { notifyAt } from './notify';
import type { OpenFile } from './open-file';
import { PathFile } from './open-file-kinds';

export interface InstallOptions {
  closeOnExec?: boolean;
  from?: number;
}

export class Descriptors {
  /** Ends of FIFOs that wait for the other one: nobody else knows of them. */
  readonly #opening = new Map<Task, OpenFile>();

  constructor(private readonly kernel: SimKernel) {}

  /** EMFILE. */
  lowest(task: Task, from = 0): Fd {
    const fd = task.files.lowestFree(from);
    if (fd >= task.limits.nofile.soft) throw new SysError('EMFILE');
    return fd;
  }

  install(task: Task, file: OpenFile, { closeOnExec = false, from = 0 }: InstallOptions = {}): Fd {
    const fd = this.lowest(task, from);
    this.put(task, fd, file, closeOnExec);
    return fd;
  }

  /** Under that very number; what was there is closed. */
  put(task: Task, fd: Fd, file: OpenFile, closeOnExec: boolean): void {
    this.hold(file);
    const old = task.files.entries.get(fd);
    task.files.entries.set(fd, { file, closeOnExec });
    if (old) this.drop(old.file);
  }

  /** EBADF. */
  get(task: Task, fd: Fd): OpenFile {
    const file = task.files.get(fd);
    if (!file) throw new SysError('EBADF');
    return file;
  }

  /** The same for calls that a place alone (O_PATH) is not enough for. */
  getUsable(task: Task, fd: Fd): OpenFile {
    const file = this.get(task, fd);
    if (file instanceof PathFile) throw new SysError('EBADF');
    return file;
  }

  close(task: Task, fd: Fd): void {
    const entry = task.files.entries.get(fd);
    if (!entry) throw new SysError('EBADF');
    task.files.entries.delete(fd);
    this.drop(entry.file);
  }

  closeAll(task: Task): void {
    const entries = [...task.files.entries.values()];
    task.files.entries.clear();
    for (const { file } of entries) this.drop(file);
    const opening = this.#opening.get(task);
    this.#opening.delete(task);
    opening?.release();
  }

  closeOnExec(task: Task): void {
    for (const [fd, { closeOnExec }] of [...task.files.entries]) if (closeOnExec) this.close(task, fd);
  }

  copy(from: Task | FdTable): FdTable {
    const table = new FdTable();
    const { entries } = from instanceof FdTable ? from : from.files;
    for (const [fd, entry] of entries) {
      table.entries.set(fd, { ...entry });
      this.hold(entry.file);
    }
    return table;
  }

  hold(file: OpenFile): void {
    file.references++;
    if (file.references > 1) return;
    file.inode?.hold();
    if (!file.path) return;
    file.path.mount.openFiles++;
    if (file.isWritable && !(file instanceof PathFile)) file.path.mount.writers++;
  }

  drop(file: OpenFile): void {
    file.references--;
    if (file.references > 0) return;
    const { inode, path } = file;
    if (inode?.locks) unlock(inode, file);
    file.release();
    if (path && !(file instanceof PathFile)) {
      notifyAt(path.dentry, file.isWritable ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
    }
    inode?.letGo();
    if (!path) return;
    path.mount.openFiles--;
    if (file.isWritable && !(file instanceof PathFile)) path.mount.writers--;
    this.kernel.vfs.mounts.looseEnd(path.mount);
  }

  /** It waits for the other end of a FIFO. */
  opening(task: Task, file: OpenFile | null): void {
    if (file) this.#opening.set(task, file);
    else this.#opening.delete(task);
  }
}
