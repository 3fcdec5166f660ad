/** A store in memory: of a lab in a browser's tab, and of tests. */
import { pureHasher } from '../spec/digest';
import { joined } from '../streams';
import type { NewFile, Part, StoreFiles } from './files';

export class MemoryFiles implements StoreFiles {
  readonly hasher = pureHasher;
  readonly #files = new Map<string, Uint8Array>();

  async create(path: string): Promise<NewFile> {
    if (this.#files.has(path)) throw new Error(`${path} exists`);
    this.#files.set(path, new Uint8Array());
    const pieces: Uint8Array[] = [];
    return {
      write: async (chunk) => void pieces.push(chunk.slice()),
      finish: async () => void this.#files.set(path, joined(pieces)),
      discard: async () => void this.#files.delete(path),
    };
  }

  async open(path: string, part?: Part): Promise<AsyncIterable<Uint8Array> | null> {
    const content = this.#files.get(path);
    return content ? inPieces(part ? content.subarray(part.first, part.last + 1) : content) : null;
  }

  async size(path: string): Promise<number | null> {
    return this.#files.get(path)?.byteLength ?? null;
  }

  async list(directory: string): Promise<string[]> {
    const prefix = directory === '' ? '' : `${directory}/`;
    const below = [...this.#files.keys()].filter((path) => path.startsWith(prefix));
    return [...new Set(below.map((path) => path.slice(prefix.length).replace(/\/.*/, '')))].sort();
  }

  async replace(from: string, to: string): Promise<void> {
    const content = this.#files.get(from);
    if (!content) throw new Error(`there is no ${from}`);
    this.#files.set(to, content);
    this.#files.delete(from);
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(path);
  }
}

const pieceBytes = 1 << 20;

async function* inPieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += pieceBytes) yield content.subarray(at, at + pieceBytes);
}
