/** Peer groups and masters (kernel: Documentation/filesystems/sharedsubtree.rst; Linux fs/pnode.c). */
import type { Mount } from '../mount';
import type { Mounts } from './mounts';

export function makeShared(mounts: Mounts, mount: Mount): void {
  mount.unbindable = false;
  if (mount.peerGroup !== null) return;
  setGroup(mounts, mount, mounts.newGroup());
}

export function setGroup(mounts: Mounts, mount: Mount, group: number): void {
  mount.peerGroup = group;
  mounts.join(group);
}

/** Right behind `old` in the ring. */
export function joinPeer(mounts: Mounts, mount: Mount, old: Mount): void {
  if (old.peerGroup === null) return;
  setGroup(mounts, mount, old.peerGroup);
  mount.nextPeer = old.nextPeer;
  mount.previousPeer = old;
  old.nextPeer.previousPeer = mount;
  old.nextPeer = mount;
}

export function newSlave(mount: Mount, master: Mount): void {
  mount.master = master;
  master.slaves.unshift(mount);
}

/** MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE (change_mnt_propagation). */
export function changePropagation(
  mounts: Mounts,
  mount: Mount,
  kind: 'shared' | 'slave' | 'private' | 'unbindable',
): void {
  if (kind === 'shared') return makeShared(mounts, mount);
  makeSlave(mounts, mount);
  if (kind === 'slave') return;
  leaveMaster(mount);
  mount.unbindable = kind === 'unbindable';
}

function makeSlave(mounts: Mounts, mount: Mount): void {
  const master = mount.isShared ? sourceOf(mount) : mount.master;
  leaveGroup(mounts, mount);
  const { slaves } = mount;
  mount.slaves = [];
  for (const slave of slaves) slave.master = master;
  master?.slaves.unshift(...slaves);
  leaveMaster(mount);
  if (master) newSlave(mount, master);
}

/** Who takes over what a mount sends on: a peer, or else whoever it receives from itself (propagation_source). */
function sourceOf(mount: Mount): Mount | null {
  for (let at: Mount | null = mount; at !== null; at = at.master) {
    for (let peer: Mount = at.nextPeer; peer !== at; peer = peer.nextPeer) if (!peer.isGoing) return peer;
    if (at !== mount && !at.isGoing) return at;
  }
  return null;
}

function leaveGroup(mounts: Mounts, mount: Mount): void {
  const { nextPeer, previousPeer, peerGroup } = mount;
  previousPeer.nextPeer = nextPeer;
  nextPeer.previousPeer = previousPeer;
  mount.nextPeer = mount;
  mount.previousPeer = mount;
  if (peerGroup === null) return;
  mount.peerGroup = null;
  mounts.leave(peerGroup);
}

function leaveMaster(mount: Mount): void {
  const { master } = mount;
  if (!master) return;
  master.slaves = master.slaves.filter((slave) => slave !== mount);
  mount.master = null;
}

/**
 * Every mount that events of `origin` reach, it itself not included: its peers, then group by group of slaves, each
 * group before the slaves of its members (propagation_next).
 */
export function* receivers(origin: Mount): Generator<Mount, void, void> {
  const seen = new Set<Mount>([origin]);
  for (let peer = origin.nextPeer; peer !== origin; peer = peer.nextPeer) {
    seen.add(peer);
    yield peer;
  }
  yield* slavesOfGroup(origin, seen);
}

function* slavesOfGroup(member: Mount, seen: Set<Mount>): Generator<Mount, void, void> {
  for (let peer = member; ; ) {
    for (const slave of peer.slaves) {
      if (seen.has(slave)) continue;
      const group = ringOf(slave);
      for (const one of group) seen.add(one);
      yield* group;
      yield* slavesOfGroup(slave, seen);
    }
    peer = peer.nextPeer;
    if (peer === member) return;
  }
}

function ringOf(mount: Mount): Mount[] {
  const ring = [mount];
  for (let peer = mount.nextPeer; peer !== mount; peer = peer.nextPeer) ring.push(peer);
  return ring;
}
