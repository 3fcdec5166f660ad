/** From a path to a place (path_resolution(7), symlink(7)). */
import { SysError } from '../abi/errno';
import {
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
  X_OK,
} from '../abi/files';
import type { AtOptions } from '../sys/types';
import type { Task } from '../task/task';
import type { Dentry } from './dentry';
import { lookup } from './lookup';
import { onTop, type Path } from './path';
import { checkPermission } from './permissions';

const maxLinks = 40;
const maxPathBytes = 4096;

export interface WalkOptions extends AtOptions {
  /** True when left out. */
  followLast?: boolean;
  /** ENOTDIR when it is something else. */
  directory?: boolean;
  /** Down to what is mounted on the place (LOOKUP_MOUNTPOINT). */
  mountpoint?: boolean;
}

/** A name and the directory it is, or is to be, in. */
export interface NamePlace {
  parent: Path;
  name: string;
  /** `dot`, `dotdot` and `root` are not names that can be made or removed. */
  kind: 'name' | 'dot' | 'dotdot' | 'root';
  /** The path ended in a slash. */
  slash: boolean;
}

/** Where a relative path begins: EBADF, ENOTDIR. */
export type StartOf = (task: Task, fd: number) => Path;

export class Walk {
  place: Path;
  name = '';
  kind: NamePlace['kind'] = 'root';
  slash = false;
  #links = 0;
  /** Where absolute paths begin, and `..` stops. */
  readonly #root: Path;

  constructor(
    private readonly task: Task,
    path: string,
    start: Path | null,
    /** RESOLVE_* of openat2(2). */
    private readonly limits = 0,
  ) {
    if (path === '') throw new SysError('ENOENT');
    if (path.length >= maxPathBytes / 3 && byteLength(path) >= maxPathBytes) throw new SysError('ENAMETOOLONG');
    this.place = start ?? task.fs.cwd;
    this.#root = (limits & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) !== 0 ? this.place : task.fs.root;
  }

  /** Goes all but the last component, which is left in `name`. */
  toParent(path: string): void {
    let at = 0;
    if (path.charCodeAt(0) === slashCode) this.#toRoot();
    this.kind = 'root';
    this.slash = false;
    this.name = '';
    for (;;) {
      while (path.charCodeAt(at) === slashCode) at++;
      if (at >= path.length) return;
      checkPermission(this.task.cred, this.place.dentry.inode, X_OK);
      let end = path.indexOf('/', at);
      if (end < 0) end = path.length;
      const name = path.slice(at, end);
      at = end;
      while (path.charCodeAt(at) === slashCode) at++;
      if (at >= path.length) {
        this.name = name;
        this.kind = name === '.' ? 'dot' : name === '..' ? 'dotdot' : 'name';
        this.slash = at > end;
        return;
      }
      this.#step(name, true);
      if (!this.place.dentry.inode.isDirectory) throw new SysError('ENOTDIR');
    }
  }

  /** Goes the last component, too. */
  toEnd(path: string, followLast: boolean): void {
    this.toParent(path);
    if (this.kind === 'root') return;
    const mustBeDirectory = this.slash;
    this.#step(this.name, followLast || mustBeDirectory);
    if (mustBeDirectory && !this.place.dentry.inode.isDirectory) throw new SysError('ENOTDIR');
  }

  /** What the last component names, without following it; null when it is not there. */
  last(): Path | null {
    if (this.kind !== 'name') {
      if (this.kind === 'dotdot') this.#up();
      return this.place;
    }
    checkName(this.name);
    const dentry = lookup(this.place.dentry, this.name, this.task);
    return dentry && onTop({ mount: this.place.mount, dentry });
  }

  /** Follows a symbolic link that lies in the directory where the walk stands, all but its last component. */
  throughLink(link: Dentry): void {
    const target = this.#countedTarget(link);
    if (target === null) return;
    this.toParent(target);
  }

  #step(name: string, follow: boolean): void {
    if (name === '.') return;
    if (name === '..') return this.#up();
    checkName(name);
    const { mount, dentry: directory } = this.place;
    const dentry = lookup(directory, name, this.task);
    if (!dentry) throw new SysError('ENOENT');
    if (dentry.inode.isSymlink && follow && dentry.mounts === 0) return this.#follow(dentry);
    this.#goTo(dentry.mounts === 0 ? { mount, dentry } : onTop({ mount, dentry }));
  }

  #follow(link: Dentry): void {
    const target = this.#countedTarget(link);
    if (target !== null) this.toEnd(target, true);
  }

  /** Null when it was a link that leads to a place by itself: the walk stands there then. */
  #countedTarget({ inode }: Dentry): string | null {
    if (this.#links++ >= maxLinks || (this.limits & RESOLVE_NO_SYMLINKS) !== 0) throw new SysError('ELOOP');
    const place = inode.follow(this.task);
    if (place) {
      this.#mayJump();
      this.#goTo(place);
      this.kind = 'root';
      this.slash = false;
      return null;
    }
    const target = inode.readlink(this.task);
    if (target === '') throw new SysError('ENOENT');
    return target;
  }

  #up(): void {
    const root = this.#root;
    let { mount, dentry } = this.place;
    for (;;) {
      if (mount === root.mount && dentry === root.dentry) {
        if ((this.limits & RESOLVE_BENEATH) !== 0) throw new SysError('EXDEV');
        break;
      }
      if (dentry !== mount.root && dentry.parent) {
        dentry = dentry.parent;
        break;
      }
      if (!mount.parent || !mount.mountpoint) break;
      dentry = mount.mountpoint;
      mount = mount.parent;
    }
    this.#goTo(onTop({ mount, dentry }));
  }

  #toRoot(): void {
    if ((this.limits & RESOLVE_BENEATH) !== 0) throw new SysError('EXDEV');
    this.#goTo(this.#root);
  }

  /** What proc has of other places is no way within a directory. */
  #mayJump(): void {
    if ((this.limits & RESOLVE_NO_MAGICLINKS) !== 0) throw new SysError('ELOOP');
    if ((this.limits & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) !== 0) throw new SysError('EXDEV');
  }

  #goTo(place: Path): void {
    if ((this.limits & RESOLVE_NO_XDEV) !== 0 && place.mount !== this.place.mount) throw new SysError('EXDEV');
    this.place = place;
  }
}

const slashCode = 0x2f;

/** ENAMETOOLONG */
function checkName(name: string): void {
  if (name.length > 85 && byteLength(name) > 255) throw new SysError('ENAMETOOLONG');
}

function byteLength(text: string): number {
  let length = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

export function resolvePath(task: Task, path: string, options: WalkOptions, startOf: StartOf): Path {
  const start = startFor(task, path, options, startOf);
  if (path === '' && options.emptyPath) return start ?? task.fs.cwd;
  const walk = new Walk(task, path, start, options.resolve);
  walk.toEnd(path, options.followLast ?? !options.noFollow);
  if (options.mountpoint) walk.place = onTop(walk.place);
  if (options.directory && !walk.place.dentry.inode.isDirectory) throw new SysError('ENOTDIR');
  return walk.place;
}

export function resolveName(task: Task, path: string, options: AtOptions, startOf: StartOf): NamePlace {
  const walk = new Walk(task, path, startFor(task, path, options, startOf), options.resolve);
  walk.toParent(path);
  const { place: parent, name, kind, slash } = walk;
  return { parent, name, kind, slash };
}

export function startFor(
  task: Task,
  path: string,
  { dirfd, emptyPath, resolve = 0 }: AtOptions,
  startOf: StartOf,
): Path | null {
  const isScoped = (resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) !== 0;
  if (dirfd === undefined || (path.charCodeAt(0) === slashCode && !isScoped)) return null;
  const start = startOf(task, dirfd);
  if (path === '' && emptyPath) return start;
  if (path !== '' && !start.dentry.inode.isDirectory) throw new SysError('ENOTDIR');
  return start;
}

/** EEXIST, ENOENT: the place of a new name (filename_create). */
export function freeName(task: Task, { parent, name, kind, slash }: NamePlace, forDirectory: boolean): Path {
  if (kind !== 'name') throw new SysError('EEXIST');
  checkName(name);
  if (lookup(parent.dentry, name, task)) throw new SysError('EEXIST');
  if (slash && !forDirectory) throw new SysError('ENOENT');
  if (parent.mount.isReadOnly) throw new SysError('EROFS');
  return parent;
}

/** The name that is there, itself. ENOENT. */
export function takenName(task: Task, { parent, name }: NamePlace): Dentry {
  checkName(name);
  const dentry = lookup(parent.dentry, name, task);
  if (!dentry) throw new SysError('ENOENT');
  return dentry;
}
