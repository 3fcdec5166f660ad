/** Overlay mounts read layer by layer, straight from the filesystems below. */
import type { FileKind, Overlay } from '../../../state';
import { type LayerFile, type LayerListing, layerLimits, mergeLayers } from '../../inspect';
import * as abi from '../abi';
import { decode } from '../bytes';
import type { OverlayLayer, OverlaySuperBlock } from '../fs/overlay';
import type { Inode } from '../vfs/inode';
import type { Path } from '../vfs/path';

type Content = Pick<Overlay, 'layers' | 'workdir' | 'files' | 'truncated'>;

/** `place` says where a layer's directory is, as the mount namespace sees it. */
export function readOverlay(sb: OverlaySuperBlock, place: (path: Path) => string): Content {
  const layers = sb.layers;
  let truncated = false;
  const listings = layers.map((layer) => {
    const listed = listLayer(layer, sb.xattrPrefix);
    truncated ||= listed.truncated;
    return listed.files;
  });
  const merged = mergeLayers(listings, layerLimits.names);
  return {
    layers: layers.map(({ role, path }) => ({ role, path: place(path) })),
    workdir: sb.workdir && place(sb.workdir),
    files: merged.files,
    truncated: truncated || merged.truncated,
  };
}

function listLayer({ path }: OverlayLayer, prefix: string): { files: LayerListing; truncated: boolean } {
  const files: LayerListing = new Map();
  let level: Array<{ name: string; inode: Inode }> = [{ name: '', inode: path.dentry.inode }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === layerLimits.depth) return { files, truncated: true };
    const next: typeof level = [];
    for (const directory of level) {
      const mayHideNames = attribute(directory.inode, `${prefix}overlay.opaque`) === 'x';
      for (const name of directory.inode
        .readdir(null)
        .map((entry) => entry.name)
        .sort()) {
        if (files.size >= layerLimits.names) return { files, truncated: true };
        const inode = directory.inode.lookup(name, null);
        if (!inode) continue;
        const relative = directory.name === '' ? name : `${directory.name}/${name}`;
        const file = readFile(inode, prefix, mayHideNames);
        files.set(relative, file);
        if (inode.isDirectory) next.push({ name: relative, inode });
      }
    }
    level = next;
  }
  return { files, truncated: false };
}

function readFile(inode: Inode, prefix: string, mayHideNames: boolean): LayerFile {
  return {
    kind: kindOf(inode, prefix, mayHideNames),
    size: inode.isDirectory ? 0 : inode.size,
    inode: inode.ino,
    redirect: inode.isDirectory ? attribute(inode, `${prefix}overlay.redirect`) : null,
  };
}

const kinds = new Map<number, FileKind>([
  [abi.S_IFREG, 'file'],
  [abi.S_IFLNK, 'symlink'],
  [abi.S_IFIFO, 'fifo'],
  [abi.S_IFSOCK, 'socket'],
  [abi.S_IFCHR, 'char'],
  [abi.S_IFBLK, 'block'],
]);

function kindOf(inode: Inode, prefix: string, mayHideNames: boolean): FileKind {
  if (inode.isDirectory) return attribute(inode, `${prefix}overlay.opaque`) === 'y' ? 'opaque' : 'directory';
  const kind = kinds.get(inode.mode & abi.S_IFMT) ?? 'file';
  if (kind === 'char' && inode.rdev?.major === 0 && inode.rdev.minor === 0) return 'whiteout';
  const hides = mayHideNames && inode.size === 0 && attribute(inode, `${prefix}overlay.whiteout`) !== null;
  return hides ? 'whiteout' : kind;
}

function attribute(inode: Inode, name: string): string | null {
  try {
    const value = inode.getxattr(name);
    return value && decode(value);
  } catch (error) {
    if (abi.isSysError(error)) return null;
    throw error;
  }
}
