/** A name in a filesystem: the node of the tree that mounts, working directories and paths hang on. */
import type { Inode } from './inode';

const none: ReadonlyMap<string, Dentry> = new Map();

export class Dentry {
  #children: Map<string, Dentry> | null = null;
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

  /** Names that have been looked up. A missing one is not kept. */
  get children(): ReadonlyMap<string, Dentry> {
    return this.#children ?? none;
  }

  /** A name below this one that is there now. */
  adopt(child: Dentry): void {
    this.#children ??= new Map();
    this.#children.set(child.name, child);
  }
  abandon(child: Dentry): void {
    if (this.#children?.get(child.name) === child) this.#children.delete(child.name);
  }

  /** From the filesystem's root, `/a/b`. */
  get pathInFs(): string {
    if (this.parent === null) return '/';
    const parts: string[] = [];
    for (let at: Dentry = this; at.parent !== null; at = at.parent) parts.push(at.name);
    return `/${parts.reverse().join('/')}`;
  }

  isBelow(ancestor: Dentry): boolean {
    for (let at: Dentry | null = this; at !== null; at = at.parent) if (at === ancestor) return true;
    return false;
  }

  /** It, or something it lies below, was removed. */
  get isGone(): boolean {
    for (let at: Dentry | null = this; at !== null; at = at.parent) if (at.unlinked) return true;
    return false;
  }
}
