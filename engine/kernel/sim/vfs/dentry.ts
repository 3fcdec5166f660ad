/** A name in a filesystem: the node of the tree that mounts, working directories and paths hang on. */
import type { Inode } from './inode';

export class Dentry {
  /** Names that have been looked up. A missing one is not kept. */
  readonly children = new Map<string, Dentry>();
  /** True when the name was removed; `/proc/PID/cwd` then says ` (deleted)`. */
  unlinked = false;
  /** How many mounts sit on it, in any namespace: a name with mounts is not removed or renamed over (EBUSY rules apply). */
  mounts = 0;

  constructor(
    public name: string,
    /** Null for the root of a filesystem. */
    public parent: Dentry | null,
    readonly inode: Inode,
  ) {}

  /** From the filesystem's root, `/a/b`. */
  get pathInFs(): string {
    return this.parent === null ? '/' : `${this.parent.parent === null ? '' : this.parent.pathInFs}/${this.name}`;
  }
}
