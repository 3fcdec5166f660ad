/**
 * A layer of what changed (OCI image-spec 1.1, layer.md, "Creating"). The same trees give the same bytes: names in byte order, no time
 * but that of the files. Sockets are left out, an archive has no type for them.
 */
import { endOfArchive, paddingOf, type Segment, storedBytes, type TarEntry, writeHeader } from '../../archive';
import type { Tree } from '../../kernel';
import { ImageError } from '../error';
import { type Change, changesBetween, changesOfUpper, fileKey, layerXattrs } from './changes';
import { opaqueMarkOf, whiteoutOf } from './names';
import type { OpaqueXattr } from './overlay-marks';

export interface DiffOptions {
  /** Later times become this one (SOURCE_DATE_EPOCH), for builds that are to give the same layer on any day. */
  notAfterNs?: bigint;
}

const chunkBytes = 1 << 18;

/** The difference of two trees as a tar, in pieces. Errors: `KernelError` of the trees; EIO when a file changes meanwhile. */
export function diffTrees(lower: Tree | null, upper: Tree, options: DiffOptions = {}): Generator<Uint8Array> {
  return archive(upper, changesBetween(lower, upper), options);
}

/** What an upper directory of overlayfs holds as a tar, in pieces. Errors: as of `diffTrees`, and `invalid-layer`. */
export function diffUpper(upper: Tree, opaque: OpaqueXattr, options: DiffOptions = {}): Generator<Uint8Array> {
  return archive(upper, changesOfUpper(upper, opaque), options);
}

function* archive(tree: Tree, changes: Iterable<Change>, options: DiffOptions): Generator<Uint8Array> {
  const firstNames = new Map<string, string>();
  for (const change of changes) {
    if (change.is === 'gone') yield writeHeader(mark(whiteoutOf(change.path)));
    else if (change.is === 'opaque') yield writeHeader(mark(opaqueMarkOf(change.path)));
    else yield* entry(tree, change, firstNames, options);
  }
  yield endOfArchive();
}

function mark(path: string): TarEntry {
  return { ...plain, path, type: 'file' };
}

const plain = { mode: 0, uid: 0, gid: 0, size: 0, mtimeNs: 0n, target: '', device: null, xattrs: new Map() };

function* entry(
  tree: Tree,
  { path, stat }: Extract<Change, { is: 'there' }>,
  firstNames: Map<string, string>,
  { notAfterNs }: DiffOptions,
): Generator<Uint8Array> {
  const { kind, mode, uid, gid, rdev } = stat;
  // The last two are no kinds of files, but what a listing of layers calls some of them.
  if (kind === 'socket' || kind === 'whiteout' || kind === 'opaque') return;
  const name = kind === 'directory' ? `${path === '' ? '.' : path}/` : path;
  if (path.split('/').some((part) => part.startsWith('.wh.')))
    throw new ImageError('invalid-layer', path, 'has a name that in a layer means that a file is gone');
  const mtimeNs = notAfterNs !== undefined && stat.mtimeNs > notAfterNs ? notAfterNs : stat.mtimeNs;
  const first = stat.links > 1 && kind !== 'directory' ? firstNames.get(fileKey(stat)) : undefined;
  if (first !== undefined) {
    yield writeHeader({ ...plain, path, type: 'link', target: first, mode, uid, gid, mtimeNs });
    return;
  }
  if (stat.links > 1) firstNames.set(fileKey(stat), path);
  const common = { path: name, mode, uid, gid, mtimeNs, device: rdev, xattrs: layerXattrs(tree, path) };
  if (kind === 'file') {
    yield* file(tree, path, { ...common, type: kind, size: stat.size, target: '' }, stat.allocated);
    return;
  }
  yield writeHeader({ ...common, type: kind, size: 0, target: kind === 'symlink' ? tree.readlink(path) : '' });
}

function* file(tree: Tree, path: string, entry: TarEntry, allocated: number): Generator<Uint8Array> {
  const reader = tree.openFile(path);
  try {
    const segments = allocated < entry.size ? segmentsOf(reader.dataRanges(), entry.size) : null;
    yield writeHeader(entry, segments ?? undefined);
    for (const { offset, bytes } of segments ?? [{ offset: 0, bytes: entry.size }]) {
      for (let done = 0; done < bytes; ) {
        const chunk = new Uint8Array(Math.min(chunkBytes, bytes - done));
        if (reader.read(chunk, offset + done) < chunk.byteLength)
          throw new ImageError('invalid-layer', path, 'became shorter while it was read');
        yield chunk;
        done += chunk.byteLength;
      }
    }
    const padding = paddingOf(segments ? storedBytes(segments) : entry.size);
    if (padding > 0) yield new Uint8Array(padding);
  } finally {
    reader.dispose();
  }
}

/** Null when there is no hole. A hole at the end is told by an empty segment there. */
function segmentsOf(ranges: ReadonlyArray<{ from: number; to: number }>, size: number): Segment[] | null {
  const segments = ranges
    .filter(({ from }) => from < size)
    .map(({ from, to }) => ({ offset: from, bytes: Math.min(to, size) - from }));
  if (storedBytes(segments) === size) return null;
  const last = segments.at(-1);
  if (!last || last.offset + last.bytes < size) segments.push({ offset: size, bytes: 0 });
  return segments;
}
