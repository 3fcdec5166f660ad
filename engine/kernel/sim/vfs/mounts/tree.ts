/** Copies of mounts and of trees of them (Linux clone_mnt, copy_tree). */
import { SysError } from '../../abi/errno';
import { isNsFile } from '../../fs/nsfs';
import type { Dentry } from '../dentry';
import { type Mount, mountTree } from '../mount';
import type { Mounts } from './mounts';
import { joinPeer, makeShared, newSlave } from './peers';

export interface CopyOptions {
  /** The copy receives from the original, and is no peer of it. */
  slave?: boolean;
  /** The same, where the original is shared (a copy for a less privileged namespace). */
  sharedToSlave?: boolean;
  /** It becomes shared if it is not. */
  makeShared?: boolean;
  /** No propagation at all: for the kernel's own use. */
  private?: boolean;
  /** Unbindable mounts are copied, too (a new namespace). */
  unbindable?: boolean;
  /** Bind mounts of mount namespaces are copied, too. */
  mountNamespaces?: boolean;
}

export function cloneMount(mounts: Mounts, old: Mount, root: Dentry, options: CopyOptions): Mount {
  const mount = mounts.create(old.sb, root, old.source);
  mount.flags = old.flags;
  mount.lockedFlags = old.lockedFlags;
  mount.locked = old.locked;
  if (options.private) return mount;
  if (options.slave || (options.sharedToSlave && old.isShared)) {
    newSlave(mount, old);
  } else {
    if (old.isShared) joinPeer(mounts, mount, old);
    if (old.master) {
      mount.master = old.master;
      old.master.slaves.splice(old.master.slaves.indexOf(old) + 1, 0, mount);
    }
  }
  if (options.makeShared) makeShared(mounts, mount);
  return mount;
}

/** EINVAL, EPERM. The copies are in no namespace yet. */
export function copyTree(mounts: Mounts, source: Mount, root: Dentry, options: CopyOptions): Mount {
  if (!options.unbindable && source.unbindable) throw new SysError('EINVAL');
  if (!options.mountNamespaces && isNsFile(source.root, 'mnt')) throw new SysError('EINVAL');
  const copy = cloneMount(mounts, source, root, options);
  for (const child of source.children) {
    if (child.mountpoint?.isBelow(root)) copyChild(mounts, child, copy, options);
  }
  return copy;
}

function copyChild(mounts: Mounts, source: Mount, parent: Mount, options: CopyOptions): void {
  const { mountpoint } = source;
  if (!mountpoint) return;
  if (!options.unbindable && source.unbindable) {
    if (source.locked) throw new SysError('EPERM');
    return;
  }
  if (!options.mountNamespaces && isNsFile(source.root, 'mnt')) return;
  const copy = cloneMount(mounts, source, source.root, options);
  copy.locked = source.locked;
  mounts.place(copy, parent, mountpoint);
  for (const child of source.children) copyChild(mounts, child, copy, options);
}

/** A tree of copies that is not to be after all. */
export function discardTree(mounts: Mounts, root: Mount): void {
  mounts.abandon([...mountTree(root)].reverse());
}
