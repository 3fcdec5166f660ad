/** Mount namespaces: the first one, copies for new ones, and their end (mount_namespaces(7)). */

import { isNsFile } from '../../fs/nsfs';
import { MountNamespace, type UserNamespace } from '../../ns/namespace';
import type { FsContext } from '../../task/task';
import type { Mount } from '../mount';
import { onTop, type Path } from '../path';
import type { Vfs } from '../vfs';
import { lockTree } from './attach';
import { demandRoomInAll } from './room';
import { copyTree } from './tree';
import { unmountTree } from './umount';

/** What a process sees first when it enters a namespace: the topmost mount on its root. */
export function rootOf(ns: MountNamespace): Path {
  if (!ns.root) throw new Error('a mount namespace without a root');
  return onTop({ mount: ns.root, dentry: ns.root.root });
}

/** Moves `fs` along: its root and working directory are the same places in the copy. */
export function copyNamespace(vfs: Vfs, from: MountNamespace, owner: UserNamespace, fs: FsContext): MountNamespace {
  const ns = new MountNamespace(vfs.kernel.nextInum(), owner);
  const old = from.root;
  if (!old) return ns;
  demandRoomInAll(vfs.kernel, from.mounts.size);
  const isLess = from.owner !== owner;
  const copy = copyTree(vfs.mounts, old, old.root, { unbindable: true, sharedToSlave: isLess });
  if (isLess) lockTree(copy);
  ns.root = copy;
  const copies = pairs(old, copy);
  for (const mount of copies.values()) vfs.mounts.enter(mount, ns);
  fs.root = moved(fs.root, copies);
  fs.cwd = moved(fs.cwd, copies);
  vfs.mounts.sweep();
  return ns;
}

function moved(path: Path, copies: ReadonlyMap<Mount, Mount>): Path {
  const mount = copies.get(path.mount);
  return mount ? { mount, dentry: path.dentry } : path;
}

/** Which copy is of which mount: both trees in the same order, without the mount namespaces that were left out. */
function pairs(old: Mount, copy: Mount): Map<Mount, Mount> {
  const found = new Map<Mount, Mount>([[old, copy]]);
  const copies = [...copy.children];
  for (const child of old.children) {
    if (isNsFile(child.root, 'mnt')) continue;
    const match = copies.shift();
    if (match) for (const [one, other] of pairs(child, match)) found.set(one, other);
  }
  return found;
}

/** Nobody is in it any more. */
export function endNamespace(vfs: Vfs, ns: MountNamespace): void {
  const { root } = ns;
  ns.root = null;
  if (root) unmountTree(vfs.mounts, root, { propagate: false });
}
