/** Lists what one layer of an overlay holds, within bounds. */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import type { FileKind } from '../../../state';
import type { LayerFile, LayerLimits, LayerListing } from '../../inspect';
import { nativeFunction } from '../syscall';

const lgetxattr = nativeFunction('intptr_t lgetxattr(const char *path, const char *name, void *value, size_t size)');

/**
 * `path` leads to the layer's root. `prefix` is `trusted` or `user`: where the overlay's attributes are. `enter` is
 * called with each directory before it is listed. `truncated` says that a bound was met.
 */
export function listLayer(
  path: string,
  prefix: 'trusted' | 'user',
  limits: LayerLimits,
  enter: (path: string) => void,
): { files: LayerListing; truncated: boolean } {
  const files: LayerListing = new Map();
  let truncated = false;
  // Level by level, so that a bound cuts off the deep ones.
  let level = [''];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === limits.depth) {
      truncated = true;
      break;
    }
    const next: string[] = [];
    for (const directory of level) {
      enter(`${path}/${directory}`);
      const mayHideNames = attribute(`${path}/${directory}`, `${prefix}.overlay.opaque`) === 'x';
      for (const name of namesIn(`${path}/${directory}`)) {
        if (files.size >= limits.names) return { files, truncated: true };
        const relative = directory === '' ? name : `${directory}/${name}`;
        const file = readFile(`${path}/${relative}`, prefix, mayHideNames);
        if (!file) continue;
        files.set(relative, file);
        if (file.kind === 'directory' || file.kind === 'opaque') next.push(relative);
      }
    }
    level = next;
  }
  return { files, truncated };
}

function readFile(path: string, prefix: string, mayHideNames: boolean): LayerFile | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return null;
  const directory = stat.isDirectory();
  return {
    kind: kindOf(path, stat, prefix, mayHideNames),
    // A directory's size is the filesystem's own affair.
    size: directory ? 0 : stat.size,
    inode: stat.ino,
    redirect: directory ? attribute(path, `${prefix}.overlay.redirect`) : null,
  };
}

function kindOf(path: string, stat: Stats, prefix: string, mayHideNames: boolean): FileKind {
  if (stat.isDirectory()) return attribute(path, `${prefix}.overlay.opaque`) === 'y' ? 'opaque' : 'directory';
  if (stat.isCharacterDevice()) return stat.rdev === 0 ? 'whiteout' : 'char';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isFIFO()) return 'fifo';
  if (stat.isSocket()) return 'socket';
  if (stat.isBlockDevice()) return 'block';
  // A whiteout of the second form: an empty file with an attribute, in a directory marked for it (Linux 6.7).
  const hides = mayHideNames && stat.size === 0 && attribute(path, `${prefix}.overlay.whiteout`) !== null;
  return hides ? 'whiteout' : 'file';
}

const value = Buffer.alloc(4096);

function attribute(path: string, name: string): string | null {
  const length = lgetxattr(path, name, value, value.length);
  return length < 0 ? null : value.toString('utf8', 0, length);
}

function namesIn(directory: string): string[] {
  try {
    // The slash makes the kernel follow a link in /proc/self/fd.
    return readdirSync(`${directory}/`).sort();
  } catch {
    return [];
  }
}
