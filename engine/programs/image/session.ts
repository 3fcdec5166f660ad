/** What a command of `underlay-image` works with. */
import {
  type Compression,
  ImageError,
  ImageStore,
  isIndexType,
  type Platform,
  parsePlatform,
  parseReference,
  selectPlatform,
  TreeFiles,
} from '../../image';
import type { ProgramProcess, Tree } from '../../kernel';
import type { Command } from '../command-line';
import { resolvePath } from '../lib/path';

type Pieces = AsyncIterable<Uint8Array>;

/** How layers are packed and unpacked where the program runs. */
export interface LayerCodec {
  compress(plain: Pieces, compression: Compression): Pieces;
  decompress(packed: Pieces, compression: Compression): Pieces;
}

export interface Session {
  process: ProgramProcess;
  codec: LayerCodec;
  /** Where the store lies. */
  directory: string;
}

export type ImageCommand = Command<Session>;

export function say({ process }: Session, line: string): void {
  process.write(1, `${line}\n`);
}

/** As seen from where the command was given. */
export function pathOf({ process }: Session, path: string): string {
  return resolvePath(process.cwd, path);
}

/** The store is this process's alone as long as `work` lasts; it is made when it is not there. */
export async function inStore(session: Session, work: (store: ImageStore) => Promise<void>): Promise<void> {
  const { process, directory } = session;
  makeDirectories(process, directory);
  // Written once, and never replaced.
  const lock = await process.system.files.lock(`${directory}/oci-layout`);
  try {
    await withTree(session, directory, async (tree) => {
      let names = 0;
      const newName = () => `${process.system.facts.pid}-${++names}`;
      await work(await ImageStore.open(new TreeFiles(tree), newName));
    });
  } finally {
    lock.dispose();
  }
}

export async function withTree<T>({ process }: Session, path: string, work: (tree: Tree) => Promise<T>): Promise<T> {
  const tree = process.openTree(path);
  try {
    return await work(tree);
  } finally {
    tree.dispose();
  }
}

export function makeDirectories({ system }: ProgramProcess, path: string): void {
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const directory = end < 0 ? path : path.slice(0, end);
    if (system.files.kind(directory) === null) system.files.makeDirectory(directory, 0o755);
    if (end < 0) return;
  }
}

/** What programs of this Machine are for. */
export function ownPlatform({ system }: ProgramProcess): Platform {
  const { architecture } = system.facts;
  return parsePlatform(`linux/${architecture === 'x64' ? 'amd64' : architecture}`);
}

/** Errors: `unknown-image`. */
export function targetOf(store: ImageStore, name: string) {
  const target = store.find(parseReference(name));
  if (target) return target;
  throw new ImageError('unknown-image', name, 'no image has this name');
}

/** The image for one platform. Errors: `unknown-image`, `no-platform`. */
export async function manifestFor(store: ImageStore, name: string, platform: Platform) {
  const target = targetOf(store, name);
  return isIndexType(target.mediaType)
    ? selectPlatform((await store.readIndex(target)).manifests, platform, name)
    : target;
}
