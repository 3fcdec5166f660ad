/** What a layer has to say: the differences of two trees, or what an upper directory of overlayfs holds. */
import type { Tree, TreeStat } from '../../kernel';
import { ImageError } from '../error';
import { join } from './names';
import { isOpaque, isOverlayXattr, isWhiteout, type OpaqueXattr } from './overlay-marks';

export type Change =
  /** Something new, or a directory on the way to it. */
  | { is: 'there'; path: string; stat: TreeStat }
  | { is: 'gone'; path: string }
  /** Nothing below it is left of the layers under this one. */
  | { is: 'opaque'; path: string };

/** What is in `upper` and not the same in `lower`, and the other way round; all of it when there is no lower tree. */
export function* changesBetween(lower: Tree | null, upper: Tree): Generator<Change> {
  // Names of one file are told together or not at all: whoever reads the layer has only what is in it.
  const changedFiles = new Set<string>();
  for (const { stat } of compare(lower, upper, '', () => false))
    if (stat && stat.links > 1 && stat.kind !== 'directory') changedFiles.add(fileKey(stat));
  for (const { path, stat } of compare(lower, upper, '', (stat) => stat.links > 1 && changedFiles.has(fileKey(stat))))
    yield stat ? { is: 'there', path, stat } : { is: 'gone', path };
}

/** Errors: `invalid-layer` for a directory that was renamed with `redirect_dir`, which no layer can say. */
export function* changesOfUpper(upper: Tree, opaque: OpaqueXattr, directory = ''): Generator<Change> {
  yield { is: 'there', path: directory, stat: upper.stat(directory) };
  if (isOpaque(upper, directory, opaque)) yield { is: 'opaque', path: directory };
  for (const name of upper.list(directory)) {
    const path = join(directory, name);
    const stat = upper.stat(path);
    for (const xattr of ['redirect', 'metacopy'].map((note) => opaque.replace('opaque', note)))
      if ((stat.kind === 'directory' || stat.kind === 'file') && upper.xattrs(path).has(xattr))
        throw new ImageError(
          'invalid-layer',
          path,
          `has the attribute ${xattr}: mount with redirect_dir=off,metacopy=off`,
        );
    if (isWhiteout(stat)) yield { is: 'gone', path };
    else if (stat.kind === 'directory') yield* changesOfUpper(upper, opaque, path);
    else yield { is: 'there', path, stat };
  }
}

export function fileKey({ dev, ino }: TreeStat): string {
  return `${dev} ${ino}`;
}

/** The attributes a layer can hold. */
export function layerXattrs(tree: Tree, path: string): Map<string, Uint8Array> {
  const xattrs = tree.xattrs(path);
  // A label of SELinux is the computer's own.
  for (const name of xattrs.keys()) if (isOverlayXattr(name) || name === 'security.selinux') xattrs.delete(name);
  return xattrs;
}

interface Difference {
  path: string;
  /** Null when it is in the lower tree only. */
  stat: TreeStat | null;
}

/** `isTold` says of what is equal that it is to be told all the same. A directory is told when something in it is. */
function* compare(
  lower: Tree | null,
  upper: Tree,
  directory: string,
  isTold: (stat: TreeStat) => boolean,
): Generator<Difference> {
  const stat = upper.stat(directory);
  let isPending = lower !== null && isSame(lower, upper, directory, stat);
  if (!isPending) yield { path: directory, stat };
  for (const difference of compareInside(lower, upper, directory, isTold)) {
    if (isPending) yield { path: directory, stat };
    isPending = false;
    yield difference;
  }
}

function* compareInside(
  lower: Tree | null,
  upper: Tree,
  directory: string,
  isTold: (stat: TreeStat) => boolean,
): Generator<Difference> {
  const here = upper.list(directory);
  const there = new Set(lower?.find(directory)?.kind === 'directory' ? lower.list(directory) : []);
  for (const name of here) there.delete(name);
  for (const name of there) yield { path: join(directory, name), stat: null };
  for (const name of here) {
    const path = join(directory, name);
    const stat = upper.stat(path);
    const isDirectoryBelow = lower?.find(path)?.kind === 'directory';
    if (stat.kind === 'directory') yield* compare(isDirectoryBelow ? lower : null, upper, path, isTold);
    else if (!lower || !isSame(lower, upper, path, stat) || isTold(stat)) yield { path, stat };
  }
}

function isSame(lower: Tree, upper: Tree, path: string, above: TreeStat): boolean {
  const below = lower.find(path);
  if (!below) return false;
  if (fileKey(below) === fileKey(above)) return true;
  const { kind } = above;
  const isDirectory = kind === 'directory';
  return (
    kind === below.kind &&
    above.mode === below.mode &&
    above.uid === below.uid &&
    above.gid === below.gid &&
    above.mtimeNs === below.mtimeNs &&
    above.rdev === below.rdev &&
    (isDirectory || (above.size === below.size && above.links === below.links)) &&
    (kind !== 'symlink' || upper.readlink(path) === lower.readlink(path)) &&
    hasSameXattrs(layerXattrs(lower, path), layerXattrs(upper, path)) &&
    (kind !== 'file' || hasSameContent(lower, upper, path))
  );
}

function hasSameXattrs(a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => isEqual(value, b.get(name)));
}

function hasSameContent(lower: Tree, upper: Tree, path: string): boolean {
  const below = lower.openFile(path);
  const above = upper.openFile(path);
  try {
    const [a, b] = [new Uint8Array(1 << 16), new Uint8Array(1 << 16)];
    for (let at = 0; ; at += a.byteLength) {
      const count = below.read(a, at);
      if (count !== above.read(b, at) || !isEqual(a.subarray(0, count), b.subarray(0, count))) return false;
      if (count < a.byteLength) return true;
    }
  } finally {
    below.dispose();
    above.dispose();
  }
}

function isEqual(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at]);
}
