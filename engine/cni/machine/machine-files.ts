/** Files of a Machine, on whatever kernel it stands. */
import { type Kernel, KernelError, type KernelFiles } from '../../kernel';
import type { LeaseFiles } from '../files';

export class MachineFiles implements LeaseFiles {
  private readonly files: KernelFiles;
  /** The last in line for a lock. */
  private readonly queues = new Map<string, Promise<void>>();

  constructor({ files }: Pick<Kernel, 'files'>) {
    this.files = files;
  }

  async read(path: string): Promise<string | null> {
    const content = await unless(['ENOENT', 'ENOTDIR'], this.files.read(path));
    return content && new TextDecoder().decode(content);
  }

  async list(directory: string): Promise<string[]> {
    const entries = (await unless(['ENOENT', 'ENOTDIR'], this.files.list(directory))) ?? [];
    return entries.filter(({ kind, name }) => kind === 'file' && !name.startsWith(unfinished)).map(({ name }) => name);
  }

  async makeDirectory(path: string): Promise<void> {
    const names = path.split('/').filter(Boolean);
    for (const at of names.keys())
      await unless(['EEXIST'], this.files.makeDirectory(`/${names.slice(0, at + 1).join('/')}`));
  }

  async write(path: string, content: string): Promise<void> {
    const slash = path.lastIndexOf('/');
    const draft = `${path.slice(0, slash)}/${unfinished}-${path.slice(slash + 1)}`;
    await this.files.write(draft, new TextEncoder().encode(content), 0o600);
    await this.files.rename(draft, path);
  }

  async create(path: string, content: string): Promise<boolean> {
    if (await unless(['ENOENT'], this.files.stat(path))) return false;
    await this.write(path, content);
    return true;
  }

  async remove(path: string): Promise<void> {
    await unless(['ENOENT', 'ENOTDIR'], this.files.remove(path));
  }

  /** Among those who share this object: processes of the Machine do not hear of it, and there is no file. */
  async lock(path: string): Promise<() => void> {
    const before = this.queues.get(path);
    let leave = () => {};
    const turn = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.queues.set(path, turn);
    await before;
    return () => {
      if (this.queues.get(path) === turn) this.queues.delete(path);
      leave();
    };
  }
}

/** Names that begin so are of a writer at work. */
const unfinished = '.unfinished';

/** Null instead of an error that is expected. */
async function unless<T>(codes: string[], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KernelError && codes.includes(error.code)) return null;
    throw error;
  }
}
