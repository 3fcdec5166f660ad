/** A store in a directory of this computer. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Algorithm, Hasher } from '../spec/digest';
import type { NewFile, Part, StoreFiles } from '../store/files';

export class NodeFiles implements StoreFiles {
  constructor(private readonly root: string) {}

  hasher(algorithm: Algorithm): Hasher {
    const hash = createHash(algorithm);
    return { update: (chunk) => void hash.update(chunk), finish: () => hash.digest('hex') };
  }

  async create(path: string): Promise<NewFile> {
    const full = join(this.root, path);
    await mkdir(dirname(full), { recursive: true });
    const handle = await open(full, 'wx', 0o644);
    return new HostFile(handle, full);
  }

  async open(path: string, part?: Part): Promise<AsyncIterable<Uint8Array> | null> {
    const full = join(this.root, path);
    if ((await this.size(path)) === null) return null;
    const range = part ? { start: part.first, end: part.last } : {};
    return createReadStream(full, { highWaterMark: 1 << 20, ...range });
  }

  async size(path: string): Promise<number | null> {
    const found = await orNull(stat(join(this.root, path)));
    // A pipe would never end, a device is no content.
    return found?.isFile() ? found.size : null;
  }

  async list(directory: string): Promise<string[]> {
    return ((await orNull(readdir(join(this.root, directory)))) ?? []).sort();
  }

  async replace(from: string, to: string): Promise<void> {
    const target = join(this.root, to);
    await mkdir(dirname(target), { recursive: true });
    await rename(join(this.root, from), target);
    // The name is on the disk when the directory is (fsync(2), NOTES).
    const directory = await open(dirname(target), 'r');
    await directory.sync().finally(() => directory.close());
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { force: true });
  }
}

class HostFile implements NewFile {
  constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
  ) {}

  async write(chunk: Uint8Array): Promise<void> {
    await this.handle.writeFile(chunk);
  }
  async finish(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
  }
  async discard(): Promise<void> {
    // It may be closed already, by a finish that failed half-way.
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
