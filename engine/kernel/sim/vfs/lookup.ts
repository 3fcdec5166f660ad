/** Finding a name in a directory, and the tree of names that were found. */
import type { Task } from '../task/task';
import { Dentry } from './dentry';

/** Null when there is no such name. */
export function lookup(directory: Dentry, name: string, task: Task | null): Dentry | null {
  const known = directory.children.get(name);
  const { inode } = directory;
  if (known && !inode.volatile) {
    if (known.inode.mindsNames) known.inode.foundAs(known);
    return known;
  }
  const found = inode.lookup(name, task);
  if (known && found === known.inode) return known;
  if (known) forget(known);
  if (found === null) return null;
  const dentry = new Dentry(name, directory, found);
  directory.adopt(dentry);
  return dentry;
}

/** The name has been removed. */
export function forget(dentry: Dentry): void {
  dentry.unlinked = true;
  dentry.parent?.abandon(dentry);
  if (dentry.mounts > 0) dentry.inode.sb.mountsGo(dentry);
}
