/**
 * Changes to names: the filesystem does them, here the tree of names follows and whoever watches is told. Nothing is
 * checked but what belongs to the change itself; see `calls/` for the rules of the system calls.
 */
import {
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_ISDIR,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  RENAME_EXCHANGE,
} from '../abi/files';
import { Dentry } from './dentry';
import type { Inode, InodeBirth } from './inode';
import { forget } from './lookup';
import { notify } from './notify';

export function createName(directory: Dentry, name: string, birth: InodeBirth): Dentry {
  return appear(directory, name, directory.inode.create(name, birth));
}

export function makeDirectory(directory: Dentry, name: string, birth: InodeBirth): Dentry {
  return appear(directory, name, directory.inode.mkdir(name, birth));
}

export function makeSymlink(directory: Dentry, name: string, target: string, birth: InodeBirth): Dentry {
  return appear(directory, name, directory.inode.symlink(name, target, birth));
}

export function linkName(directory: Dentry, name: string, inode: Inode): Dentry {
  directory.inode.link(name, inode);
  notify(inode, IN_ATTRIB);
  return appear(directory, name, inode);
}

export function removeName(dentry: Dentry): void {
  const { parent, inode, name } = dentry;
  if (!parent) return;
  // The inode must not go before everybody has been told.
  inode.hold();
  try {
    if (inode.isDirectory) parent.inode.rmdir(name, inode);
    else parent.inode.unlink(name, inode);
    forget(dentry);
    if (!inode.isDirectory) notify(inode, IN_ATTRIB);
    notify(parent.inode, isDir(inode, IN_DELETE), name);
  } finally {
    inode.letGo();
  }
}

/** `target` is what is at the new name, if anything. */
export function renameName(from: Dentry, directory: Dentry, name: string, target: Dentry | null, flags: number): void {
  const { parent } = from;
  if (!parent) return;
  const oldName = from.name;
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  const replaced = exchange ? null : (target?.inode ?? null);
  replaced?.hold();
  try {
    parent.inode.rename(oldName, directory.inode, name, flags);
    if (target && !exchange) forget(target);
    parent.abandon(from);
    if (target && exchange) directory.abandon(target);
    settle(from, directory, name);
    if (target && exchange) settle(target, parent, oldName);
    tellOfMove(from.inode, parent.inode, oldName, directory.inode, name);
    if (replaced) notify(replaced, IN_ATTRIB);
    if (target && exchange) tellOfMove(target.inode, directory.inode, name, parent.inode, oldName);
  } finally {
    replaced?.letGo();
  }
}

function settle(dentry: Dentry, parent: Dentry, name: string): void {
  dentry.parent = parent;
  dentry.name = name;
  parent.adopt(dentry);
}

function appear(directory: Dentry, name: string, inode: Inode): Dentry {
  const dentry = new Dentry(name, directory, inode);
  directory.adopt(dentry);
  notify(directory.inode, isDir(inode, IN_CREATE), name);
  return dentry;
}

function tellOfMove(inode: Inode, from: Inode, oldName: string, to: Inode, name: string): void {
  const isWatched = from.marks !== null || to.marks !== null;
  const cookie = isWatched ? ++to.sb.moves : 0;
  notify(from, isDir(inode, IN_MOVED_FROM), oldName, cookie);
  notify(to, isDir(inode, IN_MOVED_TO), name, cookie);
  notify(inode, IN_MOVE_SELF);
}

function isDir(inode: Inode, event: number): number {
  return inode.isDirectory ? event | IN_ISDIR : event;
}
