/** How overlayfs writes down in an upper directory what is no more (kernel documentation, overlayfs.rst, "whiteouts and opaque directories"). */
import type { Tree, TreeStat } from '../../kernel';

/** The first is root's, the second is read with the mount option `userxattr`. */
export type OpaqueXattr = 'trusted.overlay.opaque' | 'user.overlay.opaque';

/** overlayfs keeps its notes in these; in a layer they would be orders to it. */
export function isOverlayXattr(name: string): boolean {
  return name.startsWith('trusted.overlay.') || name.startsWith('user.overlay.');
}

export function isWhiteout({ kind, rdev }: Pick<TreeStat, 'kind' | 'rdev'>): boolean {
  return kind === 'char' && rdev === '0:0';
}

export function isOpaque(tree: Tree, directory: string, xattr: OpaqueXattr): boolean {
  const value = tree.xattrs(directory).get(xattr);
  // `x` says that there are whiteouts kept as attributes in it, and hides nothing.
  return value?.byteLength === 1 && value[0] === 0x79;
}

export function makeOpaque(tree: Tree, directory: string, xattr: OpaqueXattr): void {
  tree.setXattr(directory, xattr, Uint8Array.of(0x79));
}

/** Layers as overlayfs would merge them, the uppermost first. */
export class Layers {
  constructor(
    private readonly trees: readonly Tree[],
    private readonly xattr: OpaqueXattr,
  ) {}

  /** What is seen at a path without symbolic links on its way; `tree` is where it lies. */
  find(path: string): { tree: Tree; stat: TreeStat } | null {
    if (path === '') return this.#first('', this.trees).found;
    let trees = this.trees;
    let prefix = '';
    for (const name of path.split('/')) {
      prefix = prefix === '' ? name : `${prefix}/${name}`;
      const { found, directories } = this.#first(prefix, trees);
      if (prefix === path || found === null) return found;
      trees = directories;
    }
    return null;
  }

  /** The uppermost thing at `path`, and all directories that are merged there. */
  #first(
    path: string,
    trees: readonly Tree[],
  ): { found: { tree: Tree; stat: TreeStat } | null; directories: readonly Tree[] } {
    let found: { tree: Tree; stat: TreeStat } | null = null;
    const directories: Tree[] = [];
    for (const tree of trees) {
      const stat = tree.find(path);
      if (stat === null) continue;
      if (stat.kind !== 'directory')
        return found || isWhiteout(stat) ? { found, directories } : { found: { tree, stat }, directories };
      found ??= { tree, stat };
      directories.push(tree);
      if (isOpaque(tree, path, this.xattr)) break;
    }
    return { found, directories };
  }
}
