/** A place in the tree: which mount, and which name in it. */
import type { Dentry } from './dentry';
import { type Mount, mountAt } from './mount';

export interface Path {
  readonly mount: Mount;
  readonly dentry: Dentry;
}

export function samePath(a: Path, b: Path): boolean {
  return a.mount === b.mount && a.dentry === b.dentry;
}

/** Down to the topmost of what is mounted there. */
export function onTop(path: Path): Path {
  let { mount, dentry } = path;
  for (let next = mountAt(mount, dentry); next; next = mountAt(mount, dentry)) {
    mount = next;
    dentry = next.root;
  }
  return mount === path.mount ? path : { mount, dentry };
}

/** The place is the root of its mount. */
export function isMountRoot({ mount, dentry }: Path): boolean {
  return mount.root === dentry;
}

/** Whether a place can be reached going down from another (is_path_reachable). */
export function isReachable(path: Path, from: Path): boolean {
  let { mount, dentry } = path;
  while (mount !== from.mount && mount.parent && mount.mountpoint) {
    dentry = mount.mountpoint;
    mount = mount.parent;
  }
  return mount === from.mount && dentry.isBelow(from.dentry);
}
