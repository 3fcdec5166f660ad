/** open(2): the rules, in the order Linux asks them (fs/namei.c, do_open). */
import { SysError } from '../abi/errno';
import {
  IN_MODIFY,
  IN_OPEN,
  O_ACCMODE,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOCTTY,
  O_NOFOLLOW,
  O_PATH,
  O_TRUNC,
  O_WRONLY,
  R_OK,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISVTX,
  W_OK,
} from '../abi/files';
import type { Blocking } from '../sched/blocking';
import type { AtOptions } from '../sys/types';
import type { Task } from '../task/task';
import { birthOf } from './birth';
import type { Dentry } from './dentry';
import { createName } from './names';
import { notifyAt } from './notify';
import type { OpenFile } from './open-file';
import { DirectoryFile, PathFile } from './open-file-kinds';
import type { Path } from './path';
import { checkCreate, checkDevice, checkPermission, mayWriteMount } from './permissions';
import { openFifo } from './pipe';
import { type StartOf, startFor, Walk } from './walk';

const creationFlags = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

export interface OpenRequest {
  path: string;
  flags: number;
  mode: number;
  at: AtOptions;
}

export function* openByName(task: Task, request: OpenRequest, startOf: StartOf): Blocking<OpenFile> {
  const { path: text, at, mode } = request;
  const flags = normalised(request.flags);
  const start = startFor(task, text, at, startOf);
  if ((flags & O_CREAT) === 0) return yield* openPlace(task, existing(task, text, start, request), flags, false);
  const { place, created } = placeOrNew(task, text, start, request, mode);
  return yield* openPlace(task, place, flags, created);
}

/** EINVAL; O_PATH means nothing but the place. */
function normalised(flags: number): number {
  if ((flags & O_PATH) !== 0) return flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if ((flags & (O_CREAT | O_DIRECTORY)) === (O_CREAT | O_DIRECTORY)) throw new SysError('EINVAL');
  return flags;
}

function existing(task: Task, text: string, start: Path | null, { at, flags }: OpenRequest): Path {
  const walk = new Walk(task, text, start, at.resolve);
  walk.toEnd(text, (flags & O_NOFOLLOW) === 0);
  return walk.place;
}

/** O_CREAT: what is there, or a new file; links at the end are followed. */
function placeOrNew(
  task: Task,
  text: string,
  start: Path | null,
  { at, flags }: OpenRequest,
  mode: number,
): { place: Path; created: boolean } {
  const walk = new Walk(task, text, start, at.resolve);
  walk.toParent(text);
  const follows = (flags & (O_NOFOLLOW | O_EXCL)) === 0;
  for (;;) {
    if (walk.slash && walk.kind === 'name') throw new SysError('EISDIR');
    const found = walk.last();
    if (found === null) return { place: newFile(task, walk, mode), created: true };
    if (walk.kind !== 'name' || !found.dentry.inode.isSymlink || !follows) {
      if ((flags & O_EXCL) !== 0) throw new SysError('EEXIST');
      return { place: found, created: false };
    }
    walk.throughLink(found.dentry);
  }
}

function newFile(task: Task, { place, name }: Walk, mode: number): Path {
  const { cred } = task;
  if (place.mount.isReadOnly) throw new SysError('EROFS');
  checkCreate(cred, place.dentry);
  const dentry = createName(place.dentry, name, birthOf(task, place.dentry.inode, S_IFREG | (mode & 0o7777)));
  return { mount: place.mount, dentry };
}

function* openPlace(task: Task, path: Path, flags: number, created: boolean): Blocking<OpenFile> {
  const { inode } = path.dentry;
  if ((flags & O_DIRECTORY) !== 0 && !inode.isDirectory) throw new SysError('ENOTDIR');
  if ((flags & O_PATH) !== 0) return placed(new PathFile(inode, flags), path, flags);
  if ((flags & O_CREAT) !== 0 && !created) {
    if (inode.isDirectory) throw new SysError('EISDIR');
    checkSticky(task, path.dentry);
  }
  checkOpen(task, path, flags, created);
  if ((inode.mode & S_IFMT) !== S_IFIFO) return openInode(task, path, flags, created);
  const file = inode.reopen(flags & ~creationFlags) ?? (yield* openFifo(inode, flags & ~creationFlags, task));
  return told(placed(file, path, flags), path.dentry);
}

/**
 * O_CREAT does not open what somebody else put into a directory where everybody may (may_create_in_sticky). Files and
 * FIFOs are let through, as `fs.protected_regular` and `fs.protected_fifos` are 0.
 */
function checkSticky({ cred }: Task, { inode, parent }: Dentry): void {
  const kind = inode.mode & S_IFMT;
  if (!parent || kind === S_IFREG || kind === S_IFIFO) return;
  const { mode, uid } = parent.inode;
  if ((mode & S_ISVTX) === 0 || (mode & 0o002) === 0) return;
  if (inode.uid !== uid && inode.uid !== cred.fsuid) throw new SysError('EACCES');
}

/** Opens what needs no waiting for. `created`: it has just been made, its mode does not matter. */
export function openInode(task: Task | null, path: Path, flags: number, created: boolean): OpenFile {
  const { inode } = path.dentry;
  const kind = inode.mode & S_IFMT;
  if (kind === S_IFSOCK) throw new SysError('ENXIO');
  const file = inode.isDirectory ? new DirectoryFile(inode, flags) : inode.open(flags, task);
  const truncates = kind === S_IFREG && (flags & O_TRUNC) !== 0 && !created;
  if (truncates) inode.setattr({ size: 0 });
  told(placed(file, path, flags), path.dentry);
  if (truncates) notifyAt(path.dentry, IN_MODIFY);
  return file;
}

/** may_open, and what comes before it. */
export function checkOpen(task: Task, path: Path, flags: number, created: boolean): void {
  const { inode } = path.dentry;
  const truncates = (flags & O_TRUNC) !== 0 && inode.isFile && !created;
  if (truncates) mayWriteMount(path.mount);
  const mask = created ? 0 : accessOf(flags);
  if (inode.isSymlink) throw new SysError('ELOOP');
  if (inode.isDirectory && (mask & W_OK) !== 0) throw new SysError('EISDIR');
  checkDevice(path);
  if (mask !== 0) checkPermission(task.cred, inode, mask);
  const writes = (flags & O_ACCMODE) !== 0 && (inode.isFile || inode.isDirectory);
  if (writes) mayWriteMount(path.mount);
}

function accessOf(flags: number): number {
  const access = flags & O_ACCMODE;
  const asked = access === O_WRONLY ? W_OK : access === 0 ? R_OK : R_OK | W_OK;
  return (flags & O_TRUNC) !== 0 ? asked | W_OK : asked;
}

function placed(file: OpenFile, path: Path, flags: number): OpenFile {
  file.path = path;
  file.flags = flags & ~creationFlags;
  return file;
}

function told(file: OpenFile, dentry: Dentry): OpenFile {
  notifyAt(dentry, IN_OPEN);
  return file;
}
