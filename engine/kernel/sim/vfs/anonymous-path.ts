/** Places for what has no name in any mount (pipes, sockets, namespaces), so that magic links can lead there. */

import { Dentry } from './dentry';
import type { Inode } from './inode';
import { Mount } from './mount';
import type { Path } from './path';
import type { SuperBlock } from './super-block';

const anonymous = new WeakSet<Path['dentry']>();
const mounts = new WeakMap<SuperBlock, Mount>();
const paths = new WeakMap<Inode, Path>();

export function anonymousPath(inode: Inode, name: string): Path {
  const known = paths.get(inode);
  if (known) return known;
  const dentry = new Dentry(name, null, inode);
  const mount = mounts.get(inode.sb) ?? new Mount(0, inode.sb, dentry, inode.sb.type);
  mounts.set(inode.sb, mount);
  const path: Path = { mount, dentry };
  anonymous.add(dentry);
  paths.set(inode, path);
  return path;
}
