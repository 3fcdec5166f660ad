/** Copying up: what is to change is first made in the upper layer, and looks as it did (Linux fs/overlayfs/copy_up.c). */
import { SysError } from '../../abi/errno';
import { S_IFDIR, S_IFLNK, S_IFMT } from '../../abi/files';
import { encode } from '../../bytes';
import type { Dentry } from '../../vfs/dentry';
import type { Inode, InodeBirth } from '../../vfs/inode';
import { lookup } from '../../vfs/lookup';
import { createName, linkName, makeDirectory, makeSymlink, removeName } from '../../vfs/names';
import type { OverlayInode } from './inode';
import { originOf } from './origin';
import type { OverlaySuperBlock } from './super-block';

const chunkBytes = 1 << 20;

export function copyUp(inode: OverlayInode, data: boolean): Dentry {
  const { overlay, place } = inode;
  if (!overlay.upper || !place) throw new SysError('EROFS');
  const { parent, name } = place;
  const directory = parent.copyUp();
  const { atime, mtime } = directory.inode;
  const copy = inode.indexKey === null ? make(inode, directory, name, data) : indexed(inode, directory, data);
  mark(inode, directory, copy);
  directory.inode.setattr({ atime, mtime });
  inode.raised(copy);
  overlay.hardLinks?.counted(inode);
  return copy;
}

/** Into the index first, and from there to the name it is asked for by. */
function indexed(inode: OverlayInode, directory: Dentry, data: boolean): Dentry {
  const { overlay, indexKey, place } = inode;
  if (!overlay.hardLinks || indexKey === null || !place) throw new SysError('EIO');
  const copy = make(inode, overlay.hardLinks.directory, indexKey, data);
  // The name may have been removed while the file was open.
  const isTaken = lookup(directory, place.name, null) !== null;
  return inode.nlink === 0 || isTaken ? copy : linkName(directory, place.name, copy.inode);
}

function make(inode: OverlayInode, directory: Dentry, name: string, data: boolean): Dentry {
  const { real, overlay } = inode;
  // A file that was removed while it was open has no name to be put under.
  const isGone = inode.nlink === 0;
  const copy =
    isGone && overlay.work ? create(real, overlay.work, overlay.temporaryName()) : create(real, directory, name);
  try {
    copyAttributes(inode, copy.inode);
    if (real.isFile && data) copyData(real, copy.inode);
  } catch (error) {
    removeName(copy);
    throw error;
  }
  copy.inode.setattr({ mode: real.mode & 0o7777, atime: real.atime, mtime: real.mtime });
  if (isGone) {
    copy.inode.hold();
    removeName(copy);
  }
  return copy;
}

function create(real: Inode, directory: Dentry, name: string): Dentry {
  const birth: InodeBirth = { mode: real.mode, uid: real.uid, gid: real.gid };
  if (real.rdev) birth.rdev = real.rdev;
  if (real.acl) birth.acl = real.acl;
  if (real.defaultAcl) birth.defaultAcl = real.defaultAcl;
  const kind = real.mode & S_IFMT;
  if (kind === S_IFDIR) return makeDirectory(directory, name, birth);
  if (kind === S_IFLNK) return makeSymlink(directory, name, real.readlink(null), birth);
  return createName(directory, name, birth);
}

function copyAttributes({ real, overlay }: OverlayInode, copy: Inode): void {
  for (const name of real.listxattr().reverse()) {
    if (overlay.marks.isOwn(name)) continue;
    const value = real.getxattr(name);
    if (value) copy.setxattr(name, value, 0);
  }
}

/** Pages are shared with the lower file wherever the two filesystems can. ENOSPC. */
function copyData(from: Inode, to: Inode): void {
  const { size } = from;
  for (let at = 0; at < size; ) {
    const shared = to.cloneFrom(from, at, at, size - at);
    if (shared) {
      at += shared;
      continue;
    }
    const chunk = from.readAt(at, Math.min(chunkBytes, size - at));
    const written = to.writeAt(chunk, at);
    if (written < chunk.length) throw new SysError('ENOSPC');
    at += written;
  }
}

/** Where it came from; and that its directory holds something that is not purely of the upper layer. */
function mark({ real, overlay }: OverlayInode, directory: Dentry, { inode }: Dentry): void {
  if (real.isDirectory || real.nlink === 1 || overlay.index) markOrigin(overlay, inode, real);
  overlay.marks.makeImpure(directory.inode);
}

/** Whoever mounted this in a user namespace cannot name files of other filesystems. */
export function markOrigin(overlay: OverlaySuperBlock, inode: Inode, lower: Inode): void {
  const isKnown = overlay.userns.parent === null;
  overlay.marks.set(inode, 'origin', isKnown ? originOf(lower, overlay.kernel.options.seed) : encode(''));
}
