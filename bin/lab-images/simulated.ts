/** The lab's images as simulated Machines have them: made of the simulated root filesystem, as the real ones are of the real one. */
import { buildLabImages, ImageStore, MemoryFiles } from '../../engine/image';
import { programEntries, type StoredFile } from '../../engine/programs/simulated';

type Entry = ReturnType<typeof programEntries>[number];

/** The files of the layout. */
export async function simulatedLayout(): Promise<StoredFile[]> {
  const files = new MemoryFiles();
  let names = 0;
  const store = await ImageStore.open(files, () => `${++names}`);
  await buildLabImages(store, readerOf(programEntries()));
  const blobs = (await files.list('blobs/sha256')).map((name) => `blobs/sha256/${name}`);
  return Promise.all(
    ['oci-layout', 'index.json', ...blobs].map(async (path) => storedFile(path, await whole(files, path))),
  );
}

function storedFile(path: string, bytes: Uint8Array): StoredFile {
  // Documents can be read in a difference of two commits; layers cannot anyway.
  const isDocument = bytes[0] === '{'.charCodeAt(0);
  return isDocument
    ? { path, text: new TextDecoder().decode(bytes) }
    : { path, base64: Buffer.from(bytes).toString('base64') };
}

async function whole(files: MemoryFiles, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await files.open(path)) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

function readerOf(entries: readonly Entry[]): (path: string) => Promise<Uint8Array | null> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry.content]));
  const read = (path: string): Uint8Array | null => {
    const content = byPath.get(path);
    if (content?.kind === 'symlink') return read(new URL(content.target, `file://${path}`).pathname);
    if (content?.kind !== 'file') return null;
    const bytes = new Uint8Array(Math.max(content.size ?? 0, content.bytes.length));
    bytes.set(content.bytes);
    return bytes;
  };
  return async (path) => read(path);
}
