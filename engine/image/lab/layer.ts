/** The tar of a layer that is written down as a list. */
import { endOfArchive, paddingOf, type TarEntry, writeHeader } from '../../archive';
import type { LabFile } from './spec';

/** The content of a Machine's file, links followed; null when it has none there. */
export type MachineFile = (path: string) => Promise<Uint8Array | null>;

const plain = { uid: 0, gid: 0, size: 0, target: '', device: null, xattrs: new Map() } satisfies Partial<TarEntry>;

/** In pieces, the same each time. Errors: of a file that is to be copied and is not there. */
export async function* layerOf(
  files: readonly LabFile[],
  epoch: number,
  read: MachineFile,
): AsyncGenerator<Uint8Array> {
  const mtimeNs = BigInt(epoch) * 1_000_000_000n;
  const made = new Set<string>();
  for (const file of files) {
    for (const path of directoriesAbove(file.path)) {
      if (made.has(path)) continue;
      made.add(path);
      yield writeHeader({ ...plain, path: `${path}/`, type: 'directory', mode: 0o755, mtimeNs });
    }
    if (file.is === 'directory') made.add(file.path);
    yield* entryOf(file, mtimeNs, read);
  }
  yield endOfArchive();
}

async function* entryOf(file: LabFile, mtimeNs: bigint, read: MachineFile): AsyncGenerator<Uint8Array> {
  const { path } = file;
  switch (file.is) {
    case 'directory':
      yield writeHeader({ ...plain, path: `${path}/`, type: 'directory', mode: file.mode ?? 0o755, mtimeNs });
      return;
    case 'symlink':
      yield writeHeader({ ...plain, path, type: 'symlink', mode: 0o777, mtimeNs, target: file.target });
      return;
    case 'link':
      yield writeHeader({ ...plain, path, type: 'link', mode: file.mode ?? 0o755, mtimeNs, target: file.target });
      return;
    case 'text':
      yield* regular(path, file.mode ?? 0o644, mtimeNs, new TextEncoder().encode(file.text));
      return;
    default: {
      const content = await read(file.of);
      if (content !== null) yield* regular(path, file.mode ?? 0o755, mtimeNs, content);
      else if (file.is === 'copy') throw new Error(`${file.of}: is to be copied into an image, and no Machine has it`);
    }
  }
}

function* regular(path: string, mode: number, mtimeNs: bigint, content: Uint8Array): Generator<Uint8Array> {
  yield writeHeader({ ...plain, path, type: 'file', mode, mtimeNs, size: content.byteLength });
  yield content;
  yield new Uint8Array(paddingOf(content.byteLength));
}

/** `a`, `a/b` of `a/b/c`. */
function directoriesAbove(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
}
