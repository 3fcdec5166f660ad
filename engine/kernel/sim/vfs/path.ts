/** A place in the tree: which mount, and which name in it. */
import type { Dentry } from './dentry';
import type { Mount } from './mount';

export interface Path {
  readonly mount: Mount;
  readonly dentry: Dentry;
}

export function samePath(a: Path, b: Path): boolean {
  return a.mount === b.mount && a.dentry === b.dentry;
}
