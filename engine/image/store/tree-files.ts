/** A store in a directory of a Machine, on either kernel. */
import type { Tree } from '../../kernel';
import { pureHasher } from '../spec/digest';
import type { NewFile, Part, StoreFiles } from './files';

const pieceBytes = 1 << 18;

/** All it does is done at once; the promises are the port's. */
export class TreeFiles implements StoreFiles {
  readonly hasher = pureHasher;

  constructor(private readonly tree: Tree) {}

  async create(path: string): Promise<NewFile> {
    const { tree } = this;
    this.#makeDirectoryOf(path);
    const writer = tree.createFile(path, { mode: 0o644 });
    return {
      write: async (chunk) => writer.write(chunk),
      finish: async () => writer.finish({ durable: true }),
      async discard() {
        writer.dispose();
        tree.remove(path);
      },
    };
  }

  async open(path: string, part?: Part): Promise<AsyncIterable<Uint8Array> | null> {
    const size = await this.size(path);
    return size === null ? null : piecesOf(this.tree, path, part ?? { first: 0, last: size - 1 });
  }

  async size(path: string): Promise<number | null> {
    const found = this.tree.find(path);
    return found?.kind === 'file' ? found.size : null;
  }

  async list(directory: string): Promise<string[]> {
    return this.tree.find(directory)?.kind === 'directory' ? this.tree.list(directory) : [];
  }

  async replace(from: string, to: string): Promise<void> {
    this.#makeDirectoryOf(to);
    this.tree.rename(from, to);
    this.tree.syncDirectory(directoryOf(to));
  }

  async remove(path: string): Promise<void> {
    if (this.tree.find(path) !== null) this.tree.remove(path);
  }

  #makeDirectoryOf(path: string): void {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const directory = path.slice(0, end);
      if (this.tree.find(directory) === null) this.tree.makeDirectory(directory, { mode: 0o755 });
    }
  }
}

function directoryOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

async function* piecesOf(tree: Tree, path: string, { first, last }: Part): AsyncGenerator<Uint8Array> {
  const reader = tree.openFile(path);
  try {
    for (let at = first; at <= last; ) {
      const buffer = new Uint8Array(Math.min(pieceBytes, last + 1 - at));
      const count = reader.read(buffer, at);
      if (count === 0) return;
      at += count;
      yield buffer.subarray(0, count);
    }
  } finally {
    reader.dispose();
  }
}
