/** Finding a name in the layers (Linux fs/overlayfs/namei.c). */
import { SysError } from '../../abi/errno';
import { S_IFCHR, S_IFMT } from '../../abi/files';
import { decode } from '../../bytes';
import type { Task } from '../../task/task';
import type { Dentry } from '../../vfs/dentry';
import type { Inode } from '../../vfs/inode';
import { lookup } from '../../vfs/lookup';
import type { LayerEntries } from './inode';
import type { OverlaySuperBlock } from './super-block';

/** A character device 0:0 stands for a name that is gone; so does a marked file in a directory that says so. */
export function isWhiteout(overlay: OverlaySuperBlock, directory: Dentry, inode: Inode): boolean {
  if ((inode.mode & S_IFMT) === S_IFCHR) return inode.rdev?.major === 0 && inode.rdev.minor === 0;
  if (!inode.isFile || inode.size !== 0 || !overlay.marks.get(inode, 'whiteout')) return false;
  return overlay.marks.opaqueness(directory.inode) === 'x';
}

/** What the next layer below has to be asked for: another name, after a rename with `redirect_dir`. */
interface Search {
  name: string;
  /** From the layers' roots. */
  absolute: boolean;
}

/** Null when there is no such name to be seen. */
export function findInLayers(
  overlay: OverlaySuperBlock,
  { upper, lowers }: LayerEntries,
  name: string,
  task: Task | null,
): LayerEntries | null {
  const found: Dentry[] = [];
  let search: Search = { name, absolute: false };
  let upperFound: Dentry | null = null;
  let isOpen = true;
  if (upper) {
    const entry = lookup(upper, name, task);
    if (entry && isWhiteout(overlay, upper, entry.inode)) return null;
    if (entry) {
      upperFound = entry;
      isOpen = showsBelow(overlay, entry);
      search = redirected(overlay, entry, search);
    }
  }
  for (let at = 0; isOpen && at < lowers.length; at++) {
    const lower = lowers[at];
    if (!lower) break;
    const entry = search.absolute ? null : lookup(lower, search.name, task);
    if (!entry) continue;
    if (isWhiteout(overlay, entry.parent ?? lower, entry.inode)) break;
    const isFirst = upperFound === null && found.length === 0;
    if (!isFirst && !entry.inode.isDirectory) break;
    found.push(entry);
    isOpen = showsBelow(overlay, entry);
    search = redirected(overlay, entry, search);
    if (search.absolute)
      return { upper: upperFound, lowers: [...found, ...fromRoots(overlay, lower, search, task, isOpen)] };
  }
  if (search.absolute && upperFound && found.length === 0 && isOpen) {
    return { upper: upperFound, lowers: fromRoots(overlay, null, search, task, true) };
  }
  return upperFound || found.length > 0 ? { upper: upperFound, lowers: found } : null;
}

function showsBelow(overlay: OverlaySuperBlock, { inode }: Dentry): boolean {
  return inode.isDirectory && overlay.marks.opaqueness(inode) !== 'y';
}

function redirected(overlay: OverlaySuperBlock, { inode }: Dentry, search: Search): Search {
  const mark = inode.isDirectory ? overlay.marks.get(inode, 'redirect') : null;
  if (!mark) return search;
  if (overlay.redirect === 'nofollow') throw new SysError('EPERM');
  const name = decode(mark);
  return { name, absolute: name.startsWith('/') };
}

/** An absolute redirect is looked for in every layer below `after`, from its root. */
function fromRoots(
  overlay: OverlaySuperBlock,
  after: Dentry | null,
  { name }: Search,
  task: Task | null,
  isOpen: boolean,
): Dentry[] {
  const found: Dentry[] = [];
  const start = after ? overlay.lowers.findIndex((root) => after.isBelow(root)) + 1 : 0;
  for (let at = start; isOpen && at < overlay.lowers.length; at++) {
    const root = overlay.lowers[at];
    const entry = root ? descend(overlay, root, name, task) : null;
    if (!entry?.inode.isDirectory) continue;
    found.push(entry);
    if (!showsBelow(overlay, entry)) break;
  }
  return found;
}

function descend(overlay: OverlaySuperBlock, root: Dentry, path: string, task: Task | null): Dentry | null {
  let at = root;
  for (const name of path.split('/')) {
    if (name === '') continue;
    const next: Dentry | null = at.inode.isDirectory ? lookup(at, name, task) : null;
    if (!next || isWhiteout(overlay, at, next.inode)) return null;
    at = next;
  }
  return at;
}
