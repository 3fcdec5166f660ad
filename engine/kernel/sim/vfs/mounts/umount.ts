/** Taking mounts off, with all that propagation takes with them (umount(2), Linux umount_tree, propagate_umount). */
import { type Mount, mountTree } from '../mount';
import type { Mounts } from './mounts';
import { receivers } from './peers';

/** Unmounts a tree; `propagate`: elsewhere, too. */
export function unmountTree(mounts: Mounts, root: Mount, { propagate }: { propagate: boolean }): void {
  const going = new Set(mountTree(root));
  if (propagate) unlockCopies(root);
  if (propagate) for (const mount of propagated(going)) going.add(mount);
  for (const mount of going) disconnect(mounts, mount, going);
  mounts.abandon(going);
}

/** Whoever may unmount it here may do so where it was locked, too (propagate_mount_unlock). */
function unlockCopies({ parent, mountpoint }: Mount): void {
  if (!parent || !mountpoint) return;
  for (const receiver of receivers(parent)) {
    const copy = receiver.childAt.get(mountpoint);
    if (copy) copy.locked = false;
  }
}

function disconnect(mounts: Mounts, mount: Mount, going: ReadonlySet<Mount>): void {
  const { parent, mountpoint, topper } = mount;
  mounts.leaveNamespace(mount);
  // What is mounted over it and stays moves down to where it was.
  if (topper && !going.has(topper) && parent && mountpoint) {
    mounts.takeOff(topper);
    mounts.takeOff(mount);
    mounts.place(topper, ...footing(parent, mountpoint, going));
    return;
  }
  // What is locked to its parent must not be seen apart from it, even by somebody who is still there.
  if (!mount.locked || !parent || !going.has(parent)) mounts.takeOff(mount);
}

/** The first that stays, below a stack of mounts that go. */
function footing(parent: Mount, mountpoint: Mount['root'], going: ReadonlySet<Mount>): [Mount, Mount['root']] {
  let [under, at] = [parent, mountpoint];
  while (going.has(under) && under.parent && under.mountpoint && at === under.root) {
    at = under.mountpoint;
    under = under.parent;
  }
  return [under, at];
}

/**
 * What goes elsewhere: at every place that receives from the parent of one that goes, the mount at the same name, unless
 * something else is mounted in it, or it is locked to a parent that stays.
 */
function propagated(going: ReadonlySet<Mount>): Set<Mount> {
  const candidates = new Set<Mount>();
  const queue = [...going];
  for (let mount = queue.shift(); mount; mount = queue.shift()) {
    const { parent, mountpoint } = mount;
    if (!parent || !mountpoint) continue;
    for (const receiver of receivers(parent)) {
      const copy = receiver.childAt.get(mountpoint);
      if (!copy || going.has(copy) || candidates.has(copy)) continue;
      candidates.add(copy);
      queue.push(copy);
    }
  }
  trim(candidates, going);
  return candidates;
}

function trim(candidates: Set<Mount>, going: ReadonlySet<Mount>): void {
  const goes = (mount: Mount) => candidates.has(mount) || going.has(mount);
  /** It, or something stacked on it that would come down to its place. */
  const stays = (mount: Mount): boolean => !goes(mount) || (mount.topper !== undefined && stays(mount.topper));
  for (let changed = true; changed; ) {
    changed = false;
    for (const mount of candidates) {
      const holdsBack = [...mount.children].some((child) => child.mountpoint !== mount.root && stays(child));
      const isLocked = mount.locked && mount.parent !== null && !goes(mount.parent);
      if (!holdsBack && !isLocked) continue;
      candidates.delete(mount);
      changed = true;
    }
  }
}

/** Somebody is in it, or in one that would go with it (propagate_mount_busy). */
export function isBusy(mounts: Mounts, mount: Mount): boolean {
  const inUse = mounts.placesInUse();
  const isUsed = (one: Mount) => one.openFiles > 0 || inUse.has(one);
  if (mount.children.size > 0 || isUsed(mount)) return true;
  const { parent, mountpoint } = mount;
  if (!parent || !mountpoint) return false;
  for (const receiver of receivers(parent)) {
    const copy = receiver.childAt.get(mountpoint);
    if (!copy) continue;
    const { topper } = copy;
    if (copy.children.size > (topper ? 1 : 0)) continue;
    if (isUsed(copy)) return true;
  }
  return false;
}

/** A name has gone, in every namespace: so do the mounts on it (detach_mounts). */
export function unmountAt(mounts: Mounts, all: Iterable<Mount>, dentry: Mount['root']): void {
  for (const mount of [...all]) if (mount.mountpoint === dentry) unmountTree(mounts, mount, { propagate: false });
}
