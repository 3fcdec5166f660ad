/** For tests: files of a Machine in a map. */
import { type FileStat, type FilesNow, KernelError } from '../../kernel';

export type Content = string | Uint8Array | { kind: FileStat['kind'] };

export class MapFiles implements FilesNow {
  readonly #files = new Map<string, Content>();
  /** How many calls there were. */
  calls = 0;

  /** With the directories above it. */
  put(path: string, content: Content): void {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const above = path.slice(0, at);
      if (!this.#files.has(above)) this.#files.set(above, { kind: 'directory' });
    }
    this.#files.set(path, content);
  }
  /** With everything below it. */
  remove(path: string): void {
    for (const known of [...this.#files.keys()])
      if (known === path || known.startsWith(`${path}/`)) this.#files.delete(known);
  }

  read(path: string, maxBytes = 1 << 20): Uint8Array {
    const content = this.#at(path);
    if (typeof content === 'object' && 'kind' in content) throw new KernelError('EISDIR', 'read', path);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    if (bytes.byteLength > maxBytes) throw new KernelError('EFBIG', 'read', path);
    return bytes;
  }

  stat(path: string): FileStat {
    const content = this.#at(path);
    const isFile = typeof content === 'string' || content instanceof Uint8Array;
    const size = isFile ? this.read(path).byteLength : 0;
    return { kind: isFile ? 'file' : content.kind, size, mode: 0o644, uid: 0, gid: 0, inode: 1, rdev: null };
  }

  list(path: string): Array<{ name: string } & FileStat> {
    if (this.stat(path).kind !== 'directory') throw new KernelError('ENOTDIR', 'list', path);
    const names = [...this.#files.keys()]
      .filter((known) => known.startsWith(`${path}/`))
      .map((known) => known.slice(path.length + 1))
      .filter((name) => !name.includes('/'));
    return names.sort().map((name) => ({ name, ...this.stat(`${path}/${name}`) }));
  }

  #at(path: string): Content {
    this.calls++;
    const content = this.#files.get(path);
    if (content === undefined) throw new KernelError('ENOENT', 'open', path);
    return content;
  }
}
