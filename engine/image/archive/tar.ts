/** Tars of archives: regular files without owner and time, and the directories above them; the same bytes each time. */
import { endOfArchive, paddingOf, type TarEntry, writeHeader } from '../../archive';
import { ImageError } from '../error';
import type { ArchiveFile } from './export';

const plain = { uid: 0, gid: 0, mtimeNs: 0n, target: '', device: null, xattrs: new Map() } satisfies Partial<TarEntry>;

/** Errors: `invalid-archive` when a content is not as long as it was said to be. */
export async function* tarOf(files: AsyncIterable<ArchiveFile>): AsyncGenerator<Uint8Array> {
  const made = new Set<string>();
  for await (const { path, size, content } of files) {
    for (const directory of directoriesOf(path)) {
      if (made.has(directory)) continue;
      made.add(directory);
      yield writeHeader({ ...plain, path: `${directory}/`, type: 'directory', mode: 0o755, size: 0 });
    }
    yield writeHeader({ ...plain, path, type: 'file', mode: 0o644, size });
    let written = 0;
    for await (const piece of content) {
      written += piece.byteLength;
      yield piece;
    }
    if (written !== size) throw new ImageError('invalid-archive', path, `has ${written} bytes, not ${size}`);
    yield new Uint8Array(paddingOf(size));
  }
  yield endOfArchive();
}

/** `a`, `a/b` of `a/b/c`. */
function directoriesOf(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
}
