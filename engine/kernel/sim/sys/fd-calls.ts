/** System calls on file descriptors: reading, writing, duplicating, waiting (open(2), read(2), poll(2) ...). */
import { SysError } from '../abi/errno';
import * as abi from '../abi/files';
import { newMemoryFile } from '../fs/tmpfs/memory-file';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { WaitQueue } from '../sched/wait-queue';
import { block } from '../task/block';
import { copyRange } from '../vfs/copy-range';
import { lock, unlock } from '../vfs/flock';
import { InotifyFile } from '../vfs/inotify';
import { notifyAt } from '../vfs/notify';
import { openByName } from '../vfs/open';
import type { OpenFile } from '../vfs/open-file';
import { PathFile } from '../vfs/open-file-kinds';
import { Pipe, PipeFile } from '../vfs/pipe';
import { SysBase } from './base';
import type { AtOptions, Fd, PollRequest } from './types';

const changeable = abi.O_APPEND | abi.O_NONBLOCK | 0o40000 | 0o1000000;
const maxChunk = 0x7ffff000;

export abstract class DescriptorSyscalls extends SysBase {
  *open(path: string, flags: number, mode = 0, at: AtOptions = {}): Blocking<Fd> {
    this.enter();
    const { vfs } = this.kernel;
    vfs.descriptors.lowest(this.task);
    const file = yield* openByName(this.task, { path, flags, mode, at }, vfs.startOf);
    return vfs.install(this.task, file, { closeOnExec: (flags & abi.O_CLOEXEC) !== 0 });
  }

  close(fd: Fd): void {
    this.enter();
    this.kernel.vfs.descriptors.close(this.task, fd);
  }

  *read(fd: Fd, count: number): Blocking<Uint8Array> {
    this.enter();
    const file = this.#usable(fd);
    if (!file.isReadable) throw new SysError('EBADF');
    if (count < 0) throw new SysError('EINVAL');
    const bytes = yield* file.read(Math.min(count, maxChunk), this.task);
    this.task.job.spend(bytes.length >> 3);
    if (bytes.length > 0 && file.path) notifyAt(file.path.dentry, abi.IN_ACCESS);
    if (this.mustGiveWay) yield { queues: [], preempt: true };
    return bytes;
  }

  *write(fd: Fd, data: Uint8Array): Blocking<number> {
    this.enter();
    const file = this.#usable(fd);
    if (!file.isWritable) throw new SysError('EBADF');
    const count = yield* file.write(data, this.task);
    this.task.job.spend(count >> 3);
    if (count > 0 && file.path) notifyAt(file.path.dentry, abi.IN_MODIFY);
    if (this.mustGiveWay) yield { queues: [], preempt: true };
    return count;
  }

  pread(fd: Fd, count: number, offset: number): Uint8Array {
    this.enter();
    const file = this.#usable(fd);
    if (!file.isReadable) throw new SysError('EBADF');
    const bytes = file.pread(count, offset);
    this.task.job.spend(bytes.length >> 3);
    return bytes;
  }

  pwrite(fd: Fd, data: Uint8Array, offset: number): number {
    this.enter();
    const file = this.#usable(fd);
    if (!file.isWritable) throw new SysError('EBADF');
    const count = file.pwrite(data, offset);
    this.task.job.spend(count >> 3);
    if (count > 0 && file.path) notifyAt(file.path.dentry, abi.IN_MODIFY);
    return count;
  }

  lseek(fd: Fd, offset: number, whence: number): number {
    this.enter();
    return this.#usable(fd).seek(offset, whence);
  }

  ftruncate(fd: Fd, size: number): void {
    this.enter();
    const file = this.#usable(fd);
    if (size < 0) throw new SysError('EINVAL');
    if (!file.inode?.isFile || !file.isWritable) throw new SysError('EINVAL');
    file.truncate(size);
    if (file.path) notifyAt(file.path.dentry, abi.IN_MODIFY);
  }

  fallocate(fd: Fd, offset: number, length: number): void {
    this.enter();
    const file = this.#usable(fd);
    if (offset < 0 || length <= 0) throw new SysError('EINVAL');
    if (!file.isWritable) throw new SysError('EBADF');
    const { inode } = file;
    if (!inode || inode.pipe) throw new SysError('ESPIPE');
    if (inode.isDirectory) throw new SysError('EISDIR');
    if (!inode.isFile) throw new SysError('ENODEV');
    inode.allocate(offset, length);
  }

  *copyFileRange(from: Fd, to: Fd, count: number): Blocking<number> {
    this.enter();
    return yield* copyRange(this.#usable(from), this.#usable(to), count, this.task);
  }

  fsync(fd: Fd): void {
    this.enter();
    const file = this.#usable(fd);
    if (file instanceof PipeFile) throw new SysError('EINVAL');
  }

  dup(fd: Fd, from = 0): Fd {
    this.enter();
    const file = this.kernel.vfs.getFile(this.task, fd);
    if (from < 0 || from >= this.task.limits.nofile.soft) throw new SysError('EINVAL');
    return this.kernel.vfs.install(this.task, file, { from });
  }

  dup2(from: Fd, to: Fd, closeOnExec = false): Fd {
    this.enter();
    const file = this.kernel.vfs.getFile(this.task, from);
    if (to < 0 || to >= this.task.limits.nofile.soft) throw new SysError('EBADF');
    if (from !== to) this.kernel.vfs.descriptors.put(this.task, to, file, closeOnExec);
    return to;
  }

  pipe({ closeOnExec = false, nonBlock = false }: { closeOnExec?: boolean; nonBlock?: boolean } = {}): {
    readEnd: Fd;
    writeEnd: Fd;
  } {
    this.enter();
    const { vfs } = this.kernel;
    const { fsuid, fsgid } = this.task.cred;
    const flags = nonBlock ? abi.O_NONBLOCK : 0;
    const second = vfs.descriptors.lowest(this.task, vfs.descriptors.lowest(this.task) + 1);
    const inode = vfs.anonymous.newPipe(fsuid, fsgid);
    const pipe = new Pipe();
    inode.pipe = pipe;
    const readEnd = vfs.install(this.task, new PipeFile(inode, abi.O_RDONLY | flags, pipe, false), { closeOnExec });
    vfs.descriptors.put(this.task, second, new PipeFile(inode, abi.O_WRONLY | flags, pipe, false), closeOnExec);
    return { readEnd, writeEnd: second };
  }

  memfdCreate(name: string, closeOnExec: boolean): Fd {
    this.enter();
    const { fsuid: uid, fsgid: gid } = this.task.cred;
    const file = newMemoryFile(this.kernel, name, { uid, gid });
    return this.kernel.vfs.install(this.task, file, { closeOnExec });
  }

  setCloseOnExec(fd: Fd, on: boolean): void {
    this.enter();
    const entry = this.task.files.entries.get(fd);
    if (!entry) throw new SysError('EBADF');
    entry.closeOnExec = on;
  }

  getCloseOnExec(fd: Fd): boolean {
    this.enter();
    const entry = this.task.files.entries.get(fd);
    if (!entry) throw new SysError('EBADF');
    return entry.closeOnExec;
  }

  getFlags(fd: Fd): number {
    this.enter();
    return this.kernel.vfs.getFile(this.task, fd).flags;
  }
  setFlags(fd: Fd, flags: number): void {
    this.enter();
    const file = this.#usable(fd);
    file.flags = (file.flags & ~changeable) | (flags & changeable);
  }

  openFds(): Fd[] {
    this.enter();
    return [...this.task.files.entries.keys()].sort((a, b) => a - b);
  }

  *poll(requests: readonly PollRequest[], timeout: Nanoseconds | null): Blocking<{ ready: number; revents: number[] }> {
    this.enter();
    const files = requests.map(({ fd }) => (fd < 0 ? null : (this.task.files.get(fd) ?? undefined)));
    const look = () => {
      const revents = requests.map(({ events }, at) => reported(files[at], events));
      const ready = revents.filter((bits) => bits !== 0).length;
      return ready > 0 ? { ready, revents } : undefined;
    };
    // Whoever only ever asks whether something has come must not keep the others from running.
    if (this.mustGiveWay) yield { queues: [], preempt: true };
    const now = look();
    if (now) return now;
    const nothing = { ready: 0, revents: requests.map(() => 0) };
    if (timeout !== null && timeout <= 0) return nothing;
    const queues = files.flatMap((file): readonly WaitQueue[] => file?.pollQueues ?? []);
    const deadline = timeout === null || timeout === Number.POSITIVE_INFINITY ? undefined : this.kernel.now + timeout;
    return (yield* block(this.task, look, queues, { deadline, restartable: false })) ?? nothing;
  }

  available(fd: Fd): number {
    this.enter();
    const file = this.#usable(fd);
    if (file instanceof PipeFile || file instanceof InotifyFile) return file.available;
    const own = file.available;
    if (own !== null) return own;
    if (file.inode?.isFile) return Math.max(0, file.inode.size - file.position);
    throw new SysError('ENOTTY');
  }

  *flock(fd: Fd, operation: 'shared' | 'exclusive' | 'unlock', nonBlock = false): Blocking<void> {
    this.enter();
    const file = this.#usable(fd);
    if (!file.inode) throw new SysError('EBADF');
    if (operation === 'unlock') return unlock(file.inode, file);
    yield* lock(file.inode, file, operation === 'exclusive', nonBlock, this.task);
  }

  inotifyInit({ nonBlock = false }: { nonBlock?: boolean } = {}): Fd {
    this.enter();
    const file = new InotifyFile(this.kernel.vfs.anonymous.event, nonBlock ? abi.O_NONBLOCK : 0);
    return this.kernel.vfs.install(this.task, file);
  }
  inotifyAddWatch(fd: Fd, path: string, mask: number): number {
    this.enter();
    const file = this.#inotify(fd);
    const onlyDirectory = (mask & 0x0100_0000) !== 0;
    const followLast = (mask & 0x0200_0000) === 0;
    const place = this.kernel.vfs.walkTo(this.task, path, { followLast, directory: onlyDirectory });
    this.kernel.vfs.checkPermission(this.task.cred, place.dentry.inode, abi.R_OK);
    return file.add(place.dentry.inode, mask);
  }
  inotifyRemoveWatch(fd: Fd, watch: number): void {
    this.enter();
    this.#inotify(fd).remove(watch);
  }

  #inotify(fd: Fd): InotifyFile {
    const file = this.#usable(fd);
    if (!(file instanceof InotifyFile)) throw new SysError('EINVAL');
    return file;
  }
  #usable(fd: Fd): OpenFile {
    return this.kernel.vfs.descriptors.getUsable(this.task, fd);
  }
}

function reported(file: OpenFile | null | undefined, events: number): number {
  if (file === null) return 0;
  if (file === undefined || file instanceof PathFile) return abi.POLLNVAL;
  return file.poll() & (events | abi.POLLERR | abi.POLLHUP);
}
