/** The directory of a runtime's containers (`--root`): one directory each, whose making is what claims the name. */
import { type Disposable, KernelError, type System } from '../../kernel';
import { RuntimeError } from '../error';
import { type ContainerRecord, RecordSchema } from './record';

const names = /^[\w+.-]{1,1024}$/;

export class ContainerStore {
  constructor(
    readonly root: string,
    readonly system: System,
  ) {}

  directory(id: string): string {
    return `${this.root}/${id}`;
  }

  /** Pipes of a container: what starts it, and what tells how that went. The first is gone once it was started. */
  fifos(id: string): { start: string; result: string } {
    return { start: `${this.directory(id)}/start`, result: `${this.directory(id)}/result` };
  }

  /** Makes the directory. Errors: a bad name, a name in use. */
  claim(id: string): void {
    checkName(id);
    makePath(this.system, this.root);
    try {
      this.system.files.makeDirectory(this.directory(id), 0o711);
    } catch (error) {
      if (error instanceof KernelError && error.code === 'EEXIST') {
        throw new RuntimeError(`container with given ID already exists: ${id}`);
      }
      throw error;
    }
    const { start, result } = this.fifos(id);
    this.system.files.makeFifo(start);
    this.system.files.makeFifo(result);
  }

  /** One command at a time works on a container. */
  lock(id: string): Promise<Disposable> {
    this.#existing(id);
    return this.system.files.lock(`${this.directory(id)}/lock`);
  }

  save(record: ContainerRecord): void {
    this.system.files.replace(`${this.directory(record.id)}/state.json`, `${JSON.stringify(record)}\n`);
  }

  /** Null when a create has claimed the name and not got further. Errors: no such container, a file that is not ours. */
  load(id: string): ContainerRecord | null {
    this.#existing(id);
    const path = `${this.directory(id)}/state.json`;
    const text = this.system.files.read(path);
    if (text === null) return null;
    const parsed = RecordSchema.safeParse(JSON.parse(text));
    if (!parsed.success) throw new RuntimeError(`${path} was not written by this runtime: ${parsed.error.message}`);
    return parsed.data;
  }

  saveConfig(id: string, text: string): void {
    this.system.files.replace(`${this.directory(id)}/config.json`, text);
  }

  loadConfig(id: string): string {
    const text = this.system.files.read(`${this.directory(id)}/config.json`);
    if (text === null) throw new RuntimeError(`container ${id} has lost its configuration: delete it with --force`);
    return text;
  }

  /** By name, in whatever order the directory has them. */
  list(): string[] {
    const { files } = this.system;
    const names = files.list(this.root).filter((id) => files.kind(this.directory(id)) === 'directory');
    return names.sort();
  }

  remove(id: string): void {
    const directory = this.directory(id);
    for (const name of this.system.files.list(directory)) this.system.files.remove(`${directory}/${name}`);
    this.system.files.remove(directory);
  }

  #existing(id: string): void {
    checkName(id);
    if (this.system.files.kind(this.directory(id)) !== 'directory') {
      throw new RuntimeError(`container does not exist: ${id}`);
    }
  }
}

function checkName(id: string): void {
  if (!names.test(id) || id === '.' || id === '..') {
    throw new RuntimeError(`invalid container ID ${JSON.stringify(id)}: letters, digits and _ + - . only`);
  }
}

function makePath(system: System, path: string): void {
  if (system.files.kind(path) === 'directory') return;
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (parent !== '') makePath(system, parent);
  try {
    system.files.makeDirectory(path, 0o711);
  } catch (error) {
    // Another command has made it meanwhile.
    if (!(error instanceof KernelError && error.code === 'EEXIST')) throw error;
  }
}
