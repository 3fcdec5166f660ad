/** How overlayfs writes down in an upper directory what is no more (kernel documentation, overlayfs.rst, "whiteouts and opaque directories"). */
import type { Tree, TreeStat } from '../../kernel';
import { join } from './names';

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

/** A directory of a tree that is a layer. */
export interface LayerPlace {
  tree: Tree;
  path: string;
}

/** Something in a layer. */
export interface Found extends LayerPlace {
  stat: TreeStat;
}

/** Layers as overlayfs would merge them, the uppermost first. */
export class Layers {
  constructor(
    private readonly places: readonly LayerPlace[],
    private readonly xattr: OpaqueXattr,
  ) {}

  /** What is seen at a path without symbolic links on its way, and where it lies. */
  find(path: string): Found | null {
    let places = this.places;
    let prefix = '';
    for (const name of path.split('/')) {
      prefix = join(prefix, name);
      const { found, directories } = this.#first(prefix, places);
      if (prefix === path || found === null) return found;
      places = directories;
    }
    return null;
  }

  /** The uppermost thing at `path`, and all layers of which directories are merged there. */
  #first(path: string, places: readonly LayerPlace[]): { found: Found | null; directories: readonly LayerPlace[] } {
    let found: Found | null = null;
    const directories: LayerPlace[] = [];
    for (const place of places) {
      const { tree } = place;
      const full = join(place.path, path);
      const stat = tree.find(full);
      if (stat === null) continue;
      if (stat.kind !== 'directory') {
        if (!found && !isWhiteout(stat)) found = { tree, path: full, stat };
        break;
      }
      found ??= { tree, path: full, stat };
      directories.push(place);
      if (isOpaque(tree, full, this.xattr)) break;
    }
    return { found, directories };
  }
}
