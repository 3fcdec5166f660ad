/** System calls on names and attributes of files (section 2 of the manual). */
import { SysError } from '../abi/errno';
import * as abi from '../abi/files';
import { encode } from '../bytes';
import type { Nanoseconds } from '../sched/blocking';
import { changeMode, changeOwner, changeTimes, credentialsForAccess, statOf, truncatePath } from '../vfs/attributes';
import type { DirectoryEntry } from '../vfs/inode';
import {
  type LinkOptions,
  makeDirectoryAt,
  makeLinkAt,
  makeNodeAt,
  makeSymlinkAt,
  removeDirectoryAt,
  renameAt,
  unlinkAt,
} from '../vfs/name-calls';
import { notifyAt } from '../vfs/notify';
import { DirectoryFile } from '../vfs/open-file-kinds';
import { isMountRoot, type Path } from '../vfs/path';
import { getXattr, listXattr, removeXattr, setXattr } from '../vfs/xattr';
import { DescriptorSyscalls } from './fd-calls';
import type { FileCalls } from './sys';
import type { AtOptions, Fd, FsStat, Stat } from './types';

export abstract class FileSyscalls extends DescriptorSyscalls implements FileCalls {
  stat(path: string, at: AtOptions = {}): Stat {
    this.enter();
    return statOf(this.kernel.vfs.resolve(this.task, path, at).dentry.inode, this.task.cred.user);
  }
  lstat(path: string): Stat {
    return this.stat(path, { noFollow: true });
  }
  fstat(fd: Fd): Stat {
    this.enter();
    const { inode } = this.kernel.vfs.getFile(this.task, fd);
    if (!inode) throw new SysError('EBADF');
    return statOf(inode, this.task.cred.user);
  }

  statfs(path: string): FsStat {
    this.enter();
    const { mount } = this.kernel.vfs.resolve(this.task, path);
    const { magic, blockSize, blocks, free, files, filesFree } = mount.sb.usage();
    return { magic, blockSize, blocks, free, files, filesFree, readOnly: mount.isReadOnly };
  }
  mountId(path: string, at: AtOptions = {}): number {
    this.enter();
    return this.kernel.vfs.resolve(this.task, path, at).mount.id;
  }

  access(path: string, mode: number, at: AtOptions & { effective?: boolean } = {}): void {
    this.enter();
    if ((mode & ~7) !== 0) throw new SysError('EINVAL');
    const cred = credentialsForAccess(this.task.cred, at.effective ?? false);
    const own = this.task.cred;
    let place: Path;
    // The way there is asked for with the same ids.
    this.task.cred = cred;
    try {
      place = this.kernel.vfs.resolve(this.task, path, at);
    } finally {
      this.task.cred = own;
    }
    const { inode } = place.dentry;
    if ((mode & abi.X_OK) !== 0 && inode.isFile && (place.mount.flags & 8) !== 0) throw new SysError('EACCES');
    if (mode !== 0) this.kernel.vfs.checkPermission(cred, inode, mode);
    const isSpecial = !inode.isFile && !inode.isDirectory && !inode.isSymlink;
    if ((mode & abi.W_OK) !== 0 && !isSpecial) this.kernel.vfs.mayWriteMount(place.mount);
  }

  readlink(path: string, at: AtOptions = {}): string {
    this.enter();
    const isEmpty = path === '' && at.dirfd !== undefined;
    const { inode } = this.kernel.vfs.resolve(this.task, path, { ...at, followLast: false, emptyPath: isEmpty }).dentry;
    if (!inode.isSymlink) throw new SysError(isEmpty ? 'ENOENT' : 'EINVAL');
    return inode.readlink(this.task);
  }

  readdir(path: string): DirectoryEntry[] {
    this.enter();
    const place = this.kernel.vfs.walkTo(this.task, path, { directory: true });
    this.kernel.vfs.checkPermission(this.task.cred, place.dentry.inode, abi.R_OK);
    const entries = place.dentry.inode.readdir(this.task);
    this.task.job.spend(entries.length * 50);
    return [...dots(place), ...entries];
  }
  getdents(fd: Fd): DirectoryEntry[] {
    this.enter();
    const file = this.kernel.vfs.descriptors.getUsable(this.task, fd);
    if (!(file instanceof DirectoryFile) || !file.path) throw new SysError('ENOTDIR');
    if (file.path.dentry.unlinked) throw new SysError('ENOENT');
    const entries = file.take(this.task, dots(file.path));
    notifyAt(file.path.dentry, abi.IN_ACCESS);
    this.task.job.spend(entries.length * 50);
    return entries;
  }

  mkdir(path: string, mode = 0o777, at?: AtOptions): void {
    this.enter();
    makeDirectoryAt(this.task, path, mode, at);
  }
  rmdir(path: string, at?: AtOptions): void {
    this.enter();
    removeDirectoryAt(this.task, path, at);
  }
  unlink(path: string, at?: AtOptions): void {
    this.enter();
    unlinkAt(this.task, path, at);
  }
  link(from: string, to: string, options: LinkOptions = {}): void {
    this.enter();
    makeLinkAt(this.task, from, to, options);
  }
  symlink(target: string, path: string, at?: AtOptions): void {
    this.enter();
    makeSymlinkAt(this.task, target, path, at);
  }
  rename(from: string, to: string, flags = 0): void {
    this.enter();
    renameAt(this.task, from, to, flags);
  }
  renameAt(from: string, fromAt: AtOptions, to: string, toAt: AtOptions): void {
    this.enter();
    renameAt(this.task, from, to, 0, { from: fromAt, to: toAt });
  }
  mknod(path: string, mode: number, device?: abi.Device, at?: AtOptions): void {
    this.enter();
    makeNodeAt(this.task, path, mode, device, at);
  }

  truncate(path: string, size: number): void {
    this.enter();
    truncatePath(this.task, this.kernel.vfs.resolve(this.task, path), size);
  }
  chmod(path: string, mode: number, at: AtOptions = {}): void {
    this.enter();
    changeMode(this.task, this.kernel.vfs.resolve(this.task, path, at), mode);
  }
  fchmod(fd: Fd, mode: number): void {
    this.enter();
    changeMode(this.task, this.#placeOf(fd), mode);
  }
  chown(path: string, uid: number, gid: number, at: AtOptions = {}): void {
    this.enter();
    changeOwner(this.task, this.kernel.vfs.resolve(this.task, path, at), uid, gid);
  }
  fchown(fd: Fd, uid: number, gid: number): void {
    this.enter();
    changeOwner(this.task, this.#placeOf(fd), uid, gid);
  }
  utimens(path: string, times: { atime?: Nanoseconds | null; mtime?: Nanoseconds | null }, at: AtOptions = {}): void {
    this.enter();
    changeTimes(this.task, this.kernel.vfs.resolve(this.task, path, at), times);
  }

  getxattr(path: string, name: string, at: AtOptions = {}): Uint8Array {
    this.enter();
    return getXattr(this.task, this.kernel.vfs.resolve(this.task, path, at), name);
  }
  setxattr(path: string, name: string, value: Uint8Array, flags = 0, at: AtOptions = {}): void {
    this.enter();
    setXattr(this.task, this.kernel.vfs.resolve(this.task, path, at), name, value, flags);
  }
  removexattr(path: string, name: string, at: AtOptions = {}): void {
    this.enter();
    removeXattr(this.task, this.kernel.vfs.resolve(this.task, path, at), name);
  }
  listxattr(path: string, at: AtOptions = {}): string[] {
    this.enter();
    return listXattr(this.task, this.kernel.vfs.resolve(this.task, path, at));
  }

  chdir(path: string): void {
    this.enter();
    this.#enterDirectory(this.kernel.vfs.walkTo(this.task, path, { directory: true }));
  }
  fchdir(fd: Fd): void {
    this.enter();
    const place = this.kernel.vfs.placeOf(this.task, fd);
    if (!place.dentry.inode.isDirectory) throw new SysError('ENOTDIR');
    this.#enterDirectory(place);
  }
  getcwd(): string {
    this.enter();
    const { cwd, root } = this.task.fs;
    if (cwd.dentry.unlinked) throw new SysError('ENOENT');
    const text = this.kernel.vfs.cwdText(cwd, root);
    if (text.length >= 1365 && encode(text).length >= 4096) throw new SysError('ENAMETOOLONG');
    return text;
  }
  umask(mask: number): number {
    this.enter();
    const old = this.task.fs.umask;
    this.task.fs.umask = mask & 0o777;
    return old;
  }

  #enterDirectory(place: Path): void {
    this.kernel.vfs.checkPermission(this.task.cred, place.dentry.inode, abi.X_OK);
    this.task.fs.cwd = place;
    this.kernel.vfs.mounts.sweep();
    this.kernel.touch('processes');
  }
  /** Of a file that is open for more than its place (fchmod, fchown). */
  #placeOf(fd: Fd): Path {
    this.kernel.vfs.descriptors.getUsable(this.task, fd);
    return this.kernel.vfs.placeOf(this.task, fd);
  }
}

function dots(place: Path): DirectoryEntry[] {
  const { inode, parent } = place.dentry;
  const above = isMountRoot(place) ? aboveMount(place) : (parent?.inode ?? inode);
  return [
    { name: '.', ino: inode.shownIno, type: abi.S_IFDIR },
    { name: '..', ino: above.shownIno, type: abi.S_IFDIR },
  ];
}

/** A filesystem tells of itself only: the directory above its root is not known to it. */
function aboveMount({ dentry }: Path) {
  return dentry.parent?.inode ?? dentry.inode;
}
