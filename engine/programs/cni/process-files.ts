/** CNI's files by the eyes of a process. */
import type { LeaseFiles } from '../../cni';
import { KernelError, type SystemFiles } from '../../kernel';

export class ProcessFiles implements LeaseFiles {
  constructor(private readonly files: SystemFiles) {}

  async read(path: string): Promise<string | null> {
    return this.files.read(path);
  }

  async list(directory: string): Promise<string[]> {
    const names = this.files.list(directory).filter((name) => this.files.kind(`${directory}/${name}`) === 'file');
    return names.sort();
  }

  async makeDirectory(path: string, mode: number): Promise<void> {
    const names = path.split('/').filter(Boolean);
    for (const at of names.keys()) {
      try {
        this.files.makeDirectory(`/${names.slice(0, at + 1).join('/')}`, mode);
      } catch (error) {
        if (!(error instanceof KernelError && error.code === 'EEXIST')) throw error;
      }
    }
  }

  async write(path: string, content: string): Promise<void> {
    this.files.replace(path, content);
  }

  async create(path: string, content: string): Promise<boolean> {
    if (this.files.kind(path) !== null) return false;
    this.files.replace(path, content);
    return true;
  }

  async remove(path: string): Promise<void> {
    this.files.remove(path);
  }

  async lock(path: string): Promise<() => void> {
    const lock = await this.files.lock(path, 0o644);
    return () => lock.dispose();
  }
}
