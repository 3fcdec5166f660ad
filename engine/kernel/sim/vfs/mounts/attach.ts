/** Putting a tree of mounts at a place, and at every place that receives from there (attach_recursive_mnt). */
import { MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_RELATIME } from '../../abi/mounts';
import type { Dentry } from '../dentry';
import { type Mount, mountTree } from '../mount';
import type { Mounts } from './mounts';
import { makeShared, receivers } from './peers';
import { copyTree } from './tree';

export const atimeFlags = MS_NOATIME | MS_NODIRATIME | MS_RELATIME;
const lockable = MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC;

interface Copy {
  root: Mount;
  parent: Mount;
}

/** `source` is a tree in no namespace, or with `moving` one that was just taken off its place. */
export function attachTree(mounts: Mounts, source: Mount, parent: Mount, mountpoint: Dentry): void {
  const copies = parent.isShared ? propagate(mounts, source, parent, mountpoint) : [];
  mounts.place(source, parent, mountpoint);
  commit(mounts, source, parent);
  for (const copy of copies) settleCopy(mounts, copy, parent, mountpoint);
}

function propagate(mounts: Mounts, source: Mount, parent: Mount, mountpoint: Dentry): Copy[] {
  // All of the tree is shared first, so that the copies are peers of it.
  for (const mount of mountTree(source)) makeShared(mounts, mount);
  const copies: Copy[] = [];
  /** The copy that was made for a group, or for a mount that is in none. */
  const made = new Map<number | Mount, Mount>([[keyOf(parent), source]]);
  for (const receiver of [...receivers(parent)]) {
    // One that is being made by the same call, or that does not show the place.
    if (receiver.namespace === null || !mountpoint.isBelow(receiver.root)) continue;
    const peer = made.get(keyOf(receiver));
    const copy = peer ? copyTree(mounts, peer, peer.root, { makeShared: true }) : copyForSlave(mounts, receiver, made);
    copy.locked = false;
    made.set(keyOf(receiver), copy);
    copies.push({ root: copy, parent: receiver });
  }
  return copies;
}

function copyForSlave(mounts: Mounts, receiver: Mount, made: ReadonlyMap<number | Mount, Mount>): Mount {
  let from: Mount | undefined;
  for (let master = receiver.master; master !== null && !from; master = master.master) from = made.get(keyOf(master));
  if (!from) throw new Error('a receiver without a master');
  return copyTree(mounts, from, from.root, { slave: true, makeShared: receiver.isShared });
}

function keyOf(mount: Mount): number | Mount {
  return mount.peerGroup ?? mount;
}

function settleCopy(mounts: Mounts, { root, parent }: Copy, origin: Mount, mountpoint: Dentry): void {
  if (parent.namespace && origin.namespace && parent.namespace.owner !== origin.namespace.owner) lockTree(root);
  root.locked = false;
  const covered = parent.childAt.get(mountpoint);
  if (covered) mounts.takeOff(covered);
  mounts.place(root, parent, mountpoint);
  commit(mounts, root, parent);
  // What was there before stays on top.
  if (covered) {
    const top = topOf(root);
    mounts.place(covered, top, top.root);
  }
}

/** The last of the mounts stacked on the root of this one. */
export function topOf(mount: Mount): Mount {
  let top = mount;
  for (let next = top.topper; next; next = top.topper) top = next;
  return top;
}

function commit(mounts: Mounts, root: Mount, parent: Mount): void {
  const { namespace } = parent;
  if (!namespace) return;
  for (const mount of mountTree(root)) if (mount.namespace !== namespace) mounts.enter(mount, namespace);
}

/** What came from a more privileged namespace may neither be taken apart nor get more rights (lock_mnt_tree). */
export function lockTree(root: Mount): void {
  for (const mount of mountTree(root)) {
    mount.lockedFlags |= atimeFlags | (mount.flags & lockable);
    if (mount !== root) mount.locked = true;
  }
}
