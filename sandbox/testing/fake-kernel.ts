/**
 * A kernel of the least kind: files in a map, terminals that a test plays the shell of, a state that a test sets. For
 * tests of what stands on the port, where a real one would only be slow.
 */
import {
  type Disposable,
  type FileStat,
  type FilesNow,
  type Kernel,
  KernelError,
  type KernelFiles,
  type KernelHost,
  type KernelTerminal,
  type LabKernel,
  type LabSpec,
  type TerminalSpec,
} from '../../engine/kernel';
import { emptyState, type LabState } from '../../engine/state';

class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();
  add(listener: (value: T) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }
  emit(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
  get size(): number {
    return this.#listeners.size;
  }
}

export class FakeTerminal implements KernelTerminal {
  readonly pid = 100;
  readonly name = 'pts/0';
  readonly typed: Uint8Array[] = [];
  paused = false;
  closed = false;
  size: { cols: number; rows: number };
  /** Set to keep writes waiting, as a program that does not read would. */
  blocked: Promise<void> = Promise.resolve();
  readonly #data = new Listeners<Uint8Array>();
  readonly #exit = new Listeners<{ exitCode: number | null; signal: string | null }>();

  constructor(readonly spec: TerminalSpec) {
    this.size = { cols: spec.cols, rows: spec.rows };
  }
  onData(listener: (data: Uint8Array) => void) {
    return this.#data.add(listener);
  }
  onExit(listener: (exit: { exitCode: number | null; signal: string | null }) => void) {
    return this.#exit.add(listener);
  }
  async write(data: Uint8Array) {
    await this.blocked;
    this.typed.push(data);
  }
  resize(cols: number, rows: number) {
    this.size = { cols, rows };
  }
  pause() {
    this.paused = true;
  }
  resume() {
    this.paused = false;
  }
  close() {
    this.exit(null, 'SIGHUP');
  }
  print(data: string | Uint8Array): void {
    this.#data.emit(typeof data === 'string' ? new TextEncoder().encode(data) : data);
  }
  exit(exitCode: number | null, signal: string | null = null): void {
    if (this.closed) return;
    this.closed = true;
    this.#exit.emit({ exitCode, signal });
  }
  get typedText(): string {
    return Buffer.concat(this.typed).toString();
  }
}

class FakeFilesNow implements FilesNow {
  constructor(private readonly content: ReadonlyMap<string, Uint8Array>) {}

  read(path: string, maxBytes = 1024 * 1024) {
    const content = this.content.get(path);
    if (!content) throw new KernelError('ENOENT', 'open', path);
    if (content.byteLength > maxBytes) throw new KernelError('EFBIG', 'open', path);
    return content;
  }
  stat(path: string): FileStat {
    const content = this.read(path);
    return { kind: 'file', size: content.byteLength, mode: 0o644, uid: 0, gid: 0, inode: 1, rdev: null };
  }
  list(path: string) {
    const base = path.endsWith('/') ? path : `${path}/`;
    const names = [...this.content.keys()].filter((name) => name.startsWith(base));
    return names.sort().map((name) => ({ name: name.slice(base.length), ...this.stat(name) }));
  }
}

export class FakeFiles implements KernelFiles {
  readonly #content = new Map<string, Uint8Array>();
  readonly #watchers = new Map<string, Listeners<void>>();
  readonly now = new FakeFilesNow(this.#content);

  async read(path: string, maxBytes?: number) {
    return this.now.read(path, maxBytes);
  }
  async write(path: string, content: Uint8Array) {
    this.#content.set(path, content);
    this.#watchers.get(path)?.emit();
  }
  async stat(path: string) {
    return this.now.stat(path);
  }
  async list(path: string) {
    return this.now.list(path);
  }
  async readlink(path: string): Promise<string> {
    throw new KernelError('EINVAL', 'readlink', path);
  }
  async makeDirectory() {}
  async remove(path: string) {
    if (!this.#content.delete(path)) throw new KernelError('ENOENT', 'unlink', path);
    this.#watchers.get(path)?.emit();
  }
  async rename(from: string, to: string) {
    await this.write(to, await this.read(from));
    await this.remove(from);
  }
  watch(path: string, listener: () => void) {
    const listeners = this.#watchers.get(path) ?? new Listeners<void>();
    this.#watchers.set(path, listeners);
    return listeners.add(listener);
  }
  get watched(): string[] {
    return [...this.#watchers].filter(([, listeners]) => listeners.size > 0).map(([path]) => path);
  }
}

export class FakeMachine implements Kernel {
  readonly files = new FakeFiles();
  readonly terminals: FakeTerminal[] = [];
  constructor(readonly machine: string) {}
  spawn(): Promise<never> {
    return Promise.reject(new KernelError('ENOSYS', 'spawn', this.machine));
  }
  async openTerminal(spec: TerminalSpec) {
    const terminal = new FakeTerminal(spec);
    this.terminals.push(terminal);
    return terminal;
  }
}

export class FakeLabKernel implements LabKernel {
  readonly fakes: ReadonlyMap<string, FakeMachine>;
  disposed = false;
  state: LabState = emptyState();
  readonly #state = new Listeners<LabState>();
  readonly #exit = new Listeners<string>();

  constructor(readonly spec: LabSpec) {
    this.fakes = new Map(spec.machines.map(({ id }) => [id, new FakeMachine(id)]));
  }
  get machines() {
    return this.fakes;
  }
  async inspect() {
    return this.state;
  }
  onState(listener: (state: LabState) => void) {
    return this.#state.add(listener);
  }
  onExit(listener: (machine: string) => void) {
    return this.#exit.add(listener);
  }
  async dispose() {
    this.disposed = true;
    for (const machine of this.fakes.values()) for (const terminal of machine.terminals) terminal.exit(null, 'SIGKILL');
  }
  change(state: Partial<LabState>): void {
    this.state = { ...this.state, ...state };
    this.#state.emit(this.state);
  }
  stop(machine: string): void {
    this.#exit.emit(machine);
  }
}

export class FakeHost implements KernelHost {
  readonly name = 'sim';
  readonly labs: FakeLabKernel[] = [];
  unavailable: string | null = null;
  /** The next boots fail with this. */
  failure: Error | null = null;

  availability() {
    return this.unavailable === null
      ? { available: true as const }
      : { available: false as const, reason: this.unavailable };
  }
  async boot(spec: LabSpec) {
    if (this.failure) throw this.failure;
    const lab = new FakeLabKernel(spec);
    this.labs.push(lab);
    return lab;
  }
  async sweep() {
    return [];
  }
  /** A terminal of the lab booted last. */
  terminal(machine = 'lab', index = 0): FakeTerminal {
    const terminal = this.labs.at(-1)?.fakes.get(machine)?.terminals[index];
    if (!terminal) throw new Error(`no terminal ${index} on ${machine}`);
    return terminal;
  }
  files(machine = 'lab'): FakeFiles {
    const found = this.labs.at(-1)?.fakes.get(machine);
    if (!found) throw new Error(`no Machine ${machine}`);
    return found.files;
  }
}
