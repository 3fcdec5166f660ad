/**
 * The virtual file system of a lab: filesystems, mounts, paths, open files (Linux fs/). The parts are in files of their
 * own; this class is what the rest of the kernel holds.
 */

import { SysError } from '../abi/errno';
import { type Device, S_IFCHR, S_IFMT } from '../abi/files';
import { MS_RDONLY } from '../abi/mounts';
import { NsFile, NsfsSuperBlock } from '../fs/nsfs';
import type { SimKernel } from '../kernel';
import { MountNamespace, type Namespace, type UserNamespace } from '../ns/namespace';
import type { AtOptions, Fd } from '../sys/types';
import type { Credentials } from '../task/credentials';
import type { FdTable } from '../task/fd-table';
import type { FsContext, Task } from '../task/task';
import { AnonymousInodes } from './anonymous';
import { anonymousPath } from './anonymous-path';
import { cwdText, pathText } from './d-path';
import { Descriptors, type InstallOptions } from './descriptors';
import type { Inode } from './inode';
import type { Mount } from './mount';
import { mountinfoLines, mountsLines } from './mountinfo';
import { attachTree } from './mounts/attach';
import { Mounts } from './mounts/mounts';
import { copyNamespace, endNamespace, rootOf } from './mounts/namespaces';
import { unmountAt } from './mounts/umount';
import { addMark, changeEvents, removeMark } from './notify';
import { checkOpen, openInode } from './open';
import type { OpenFile } from './open-file';
import type { Path } from './path';
import { checkPermission, mayWriteMount } from './permissions';
import type { FilesystemType, MountRequest, SuperBlock } from './super-block';
import { type NamePlace, resolveName, resolvePath, type WalkOptions } from './walk';

/** UNIX98_PTY_SLAVE_MAJOR */
const terminalMajor = 136;
const initialMountInum = 4026531841;

/** Opens what a device node stands for; null when it is not that device after all. */
export type OpenDevice = (inode: Inode, flags: number, task: Task | null) => OpenFile | null;

export class Vfs {
  readonly mounts: Mounts;
  readonly descriptors: Descriptors;
  readonly #types = new Map<string, FilesystemType>();
  readonly #devices = new Map<string, OpenDevice>();
  #nsfs: NsfsSuperBlock | null = null;
  #anonymous: AnonymousInodes | null = null;
  /** Makes the superblocks of the first namespace's root: the lowest first, each mounted on the one before. */
  makeRoots: (userns: UserNamespace) => SuperBlock[] = () => [];
  readonly #startOf = (task: Task, fd: Fd): Path => this.placeOf(task, fd);

  constructor(readonly kernel: SimKernel) {
    this.mounts = new Mounts(kernel);
    this.descriptors = new Descriptors(kernel);
  }

  // Filesystems and devices.

  registerFilesystem(type: FilesystemType): void {
    this.#types.set(type.name, type);
  }
  filesystem(name: string): FilesystemType | undefined {
    return this.#types.get(name);
  }
  filesystems(): Iterable<FilesystemType> {
    return this.#types.values();
  }

  /** `minor` null: every minor number. */
  registerDevice(major: number, minor: number | null, open: OpenDevice): void {
    this.#devices.set(`${major}:${minor ?? '*'}`, open);
  }
  /** ENXIO. */
  openDevice(inode: Inode, { major, minor }: Device, flags: number, task: Task | null): OpenFile {
    const isCharacter = (inode.mode & S_IFMT) === S_IFCHR;
    const open = isCharacter ? (this.#devices.get(`${major}:${minor}`) ?? this.#devices.get(`${major}:*`)) : undefined;
    const file = open?.(inode, flags, task);
    if (!file) throw new SysError('ENXIO');
    return file;
  }
  /** Which device nodes may be read and written, as a Machine's device cgroup has it: those there are, and terminals. */
  isDeviceAllowed(inode: Inode): boolean {
    const { rdev } = inode;
    if (!rdev || (rdev.major === 0 && rdev.minor === 0)) return true;
    if ((inode.mode & S_IFMT) !== S_IFCHR) return false;
    const { major, minor } = rdev;
    return major === terminalMajor || this.#devices.has(`${major}:${minor}`) || this.#devices.has(`${major}:*`);
  }

  makeSuper(type: FilesystemType, request: Omit<MountRequest, 'device'>): SuperBlock {
    const device = this.kernel.nextDevice();
    let sb: SuperBlock | null = null;
    try {
      sb = type.mount({ ...request, device });
    } finally {
      if (sb?.device !== device) this.kernel.releaseDevice(device);
    }
    if (sb.users === 0) {
      sb.readOnly ||= (request.flags & MS_RDONLY) !== 0;
      this.adoptSuper(sb);
    }
    return sb;
  }
  adoptSuper(sb: SuperBlock): void {
    sb.mountsGo = (dentry) => unmountAt(this.mounts, this.allMounts(), dentry);
  }

  /** Objects without a name in any tree (pipes, inotify). */
  get anonymous(): AnonymousInodes {
    this.#anonymous ??= new AnonymousInodes(this.kernel);
    return this.#anonymous;
  }

  // Paths.

  resolve(task: Task, path: string, options: AtOptions & { followLast?: boolean } = {}): Path {
    return resolvePath(task, path, options, this.#startOf);
  }
  walkTo(task: Task, path: string, options: WalkOptions): Path {
    return resolvePath(task, path, options, this.#startOf);
  }
  /** The directory of the last name, and that name. */
  nameOf(task: Task, path: string, options: AtOptions = {}): NamePlace {
    return resolveName(task, path, options, this.#startOf);
  }
  get startOf(): (task: Task, fd: Fd) => Path {
    return this.#startOf;
  }
  /** Where a descriptor was opened. EBADF, ENOTDIR. */
  placeOf(task: Task, fd: Fd): Path {
    const file = this.getFile(task, fd);
    const path = file.path ?? (file.inode ? anonymousPath(file.inode, file.label()) : null);
    if (!path) throw new SysError('ENOTDIR');
    return path;
  }
  pathText(path: Path, root: Path): string {
    return pathText(path, root);
  }
  cwdText(path: Path, root: Path): string {
    return cwdText(path, root);
  }

  // Open files.

  install(task: Task, file: OpenFile, options?: InstallOptions): Fd {
    return this.descriptors.install(task, file, options);
  }
  getFile(task: Task, fd: Fd): OpenFile {
    return this.descriptors.get(task, fd);
  }
  hold(file: OpenFile): void {
    this.descriptors.hold(file);
  }
  drop(file: OpenFile): void {
    this.descriptors.drop(file);
  }
  copyFds(from: Task | FdTable): FdTable {
    return this.descriptors.copy(from);
  }
  closeOnExec(task: Task): void {
    this.descriptors.closeOnExec(task);
  }
  /** At a process's end. */
  closeAll(task: Task): void {
    this.descriptors.closeAll(task);
    this.mounts.sweep();
  }

  /** Opens without a descriptor and without waiting; to be given back by `drop`. Errors as open(2). */
  openPath(task: Task, path: Path, flags: number): OpenFile {
    checkOpen(task, path, flags, false);
    const file = openInode(task, path, flags, false);
    this.hold(file);
    return file;
  }

  // Permissions.

  checkPermission(cred: Credentials, inode: Inode, mask: number): void {
    checkPermission(cred, inode, mask);
  }
  mayWriteMount(mount: Mount): void {
    mayWriteMount(mount);
  }

  // Mount namespaces.

  initialNamespace(userns: UserNamespace): MountNamespace {
    const ns = new MountNamespace(initialMountInum, userns);
    for (const sb of this.makeRoots(userns)) this.createRootMount(sb, ns);
    return ns;
  }
  /** Mounted on the root of what is there already. */
  createRootMount(sb: SuperBlock, ns: MountNamespace): Mount {
    this.adoptSuper(sb);
    const mount = this.mounts.create(sb, sb.rootDentry, sb.type);
    if (ns.root === null) {
      ns.root = mount;
      this.mounts.enter(mount, ns);
    } else {
      const { mount: top, dentry } = rootOf(ns);
      attachTree(this.mounts, mount, top, dentry);
    }
    return mount;
  }
  rootOf(ns: MountNamespace): Path {
    return rootOf(ns);
  }
  newMountNamespace(from: MountNamespace, owner: UserNamespace, fs: FsContext): MountNamespace {
    return copyNamespace(this, from, owner, fs);
  }
  releaseMountNamespace(ns: MountNamespace): void {
    endNamespace(this, ns);
  }
  mountsOf(ns: MountNamespace): Iterable<Mount> {
    return ns.mounts;
  }
  *allMounts(): Generator<Mount, void, void> {
    for (const ns of this.kernel.namespaces.all()) if (ns instanceof MountNamespace) yield* ns.mounts;
  }
  hasWriters(sb: SuperBlock): boolean {
    for (const mount of this.allMounts()) if (mount.sb === sb && mount.writers > 0) return true;
    return false;
  }
  /** The lines of /proc/PID/mountinfo for somebody whose root is `root`. */
  mountinfo(ns: MountNamespace, root: Path, reader: Task | null = null): string[] {
    if (reader) this.kernel.namespaces.settle();
    return mountinfoLines(ns, root, reader);
  }
  /** The lines of /proc/PID/mounts. */
  mountsText(ns: MountNamespace, root: Path, reader: Task | null = null): string[] {
    return mountsLines(ns, root, reader);
  }

  // Namespaces as files.

  get nsfs(): NsfsSuperBlock {
    this.#nsfs ??= new NsfsSuperBlock(this.kernel, this.kernel.namespaces.initial.user);
    return this.#nsfs;
  }
  nsInode(ns: Namespace): Inode {
    return this.nsfs.inodeOf(ns);
  }
  openNamespace(ns: Namespace): NsFile {
    return new NsFile(this.nsfs.inodeOf(ns), 0);
  }
  /** Those that a descriptor or a bind mount keeps. */
  pinnedNamespaces(): Iterable<Namespace> {
    return this.nsfs.pinned();
  }

  /** Tells of changes at a place, or directly in it. */
  watch(path: Path, listener: () => void): { dispose(): void } {
    const { inode } = path.dentry;
    const mark = { mask: changeEvents, notify: listener, gone: listener };
    addMark(inode, mark);
    return { dispose: () => removeMark(inode, mark) };
  }
}
