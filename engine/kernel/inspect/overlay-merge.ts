/** Which layer shows through in an overlay (kernel: Documentation/filesystems/overlayfs.rst). */
import type { Overlay } from '../../state';
import type { LayerFile, LayerListing } from './layer-listing';

type MergedFile = Overlay['files'][string];

/** A directory of the merged view: where each layer that takes part in it keeps it. */
type Stack = Array<{ layer: number; path: string }>;

/**
 * Every name of any layer (topmost layer first), with the layer whose entry the merged view shows. Names hidden by a
 * whiteout, an opaque directory or a file above have none.
 */
export function mergeLayers(
  layers: readonly LayerListing[],
  maxNames: number,
): { files: Overlay['files']; truncated: boolean } {
  const files: Overlay['files'] = {};
  let truncated = false;
  const put = (path: string, file: MergedFile) => {
    if (Object.hasOwn(files, path)) return;
    if (Object.keys(files).length >= maxNames) truncated = true;
    else files[path] = file;
  };
  const children = layers.map(childrenByDirectory);
  const visit = (directory: string, stack: Stack): void => {
    const names = new Set(stack.flatMap(({ layer, path }) => children[layer]?.get(path) ?? []));
    for (const name of [...names].sort()) {
      const path = join(directory, name);
      const { file, below } = resolve(name, stack, layers);
      put(path, file);
      if (below.length > 0) visit(path, below);
    }
  };
  visit(
    '',
    layers.map((_, layer) => ({ layer, path: '' })),
  );
  addHidden(layers, put);
  return { files, truncated };
}

/** What a name in a merged directory is, and, for a directory, the stack that makes its content. */
function resolve(name: string, stack: Stack, layers: readonly LayerListing[]): { file: MergedFile; below: Stack } {
  const entries: MergedFile['entries'] = [];
  const below: Stack = [];
  let from: number | null = null;
  let closed = false;
  /** A redirect changes where the layers below it are looked at: the same name, another, or a path from the root. */
  let lookup = (path: string) => join(path, name);
  for (const { layer, path } of stack) {
    const at = lookup(path);
    const file = layers[layer]?.get(at);
    if (!file) continue;
    entries.push({ layer, kind: file.kind, size: file.size, inode: file.inode });
    if (closed) continue;
    if (!isDirectory(file)) {
      // Below a directory a file or whiteout only ends the merge.
      if (from === null && file.kind !== 'whiteout') from = layer;
      closed = true;
      continue;
    }
    from ??= layer;
    below.push({ layer, path: at });
    if (file.kind === 'opaque') closed = true;
    const { redirect } = file;
    if (redirect?.startsWith('/')) lookup = () => redirect.slice(1);
    else if (redirect) lookup = (parent) => join(parent, redirect);
  }
  return { file: { from, entries }, below };
}

/** Names that no merged directory leads to: their directory is hidden. */
function addHidden(layers: readonly LayerListing[], put: (path: string, file: MergedFile) => void): void {
  for (const listing of layers) {
    for (const path of listing.keys()) {
      const entries = layers.flatMap((other, layer) => {
        const file = other.get(path);
        return file ? [{ layer, kind: file.kind, size: file.size, inode: file.inode }] : [];
      });
      put(path, { from: null, entries });
    }
  }
}

function childrenByDirectory(listing: LayerListing): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const path of listing.keys()) {
    const slash = path.lastIndexOf('/');
    const directory = slash < 0 ? '' : path.slice(0, slash);
    const names = children.get(directory);
    if (names) names.push(path.slice(slash + 1));
    else children.set(directory, [path.slice(slash + 1)]);
  }
  return children;
}

function isDirectory(file: LayerFile): boolean {
  return file.kind === 'directory' || file.kind === 'opaque';
}

function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
