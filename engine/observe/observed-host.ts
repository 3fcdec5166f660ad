/**
 * A kernel whose labs' states have what the files of their Machines tell besides. For kernels that know nothing of it
 * themselves: the simulated one reads it at moments of the lab's own, and so is given the source instead.
 */
import type { Disposable, Kernel, KernelHost, LabKernel, MachineSpec, StateSource, WatchedPath } from '../kernel';
import type { LabState } from '../state';
import { openEngineSource } from './source';

export interface Timers {
  /** Milliseconds that only ever grow. */
  now(): number;
  after(ms: number, run: () => void): Disposable;
}

export function observedHost(host: KernelHost, timers: Timers): KernelHost {
  return {
    name: host.name,
    availability: () => host.availability(),
    boot: async (spec) => new ObservedLab(await host.boot(spec), timers),
    sweep: () => host.sweep(),
  };
}

/** A look may cost one part in so many of the time: the dearer it is, the longer until the next. */
const share = 20;
const maxGapMs = 1000;
/** Until a process that a container has should be seen, or be over. */
const unseenMs = 50;

class ObservedLab implements LabKernel {
  readonly #source: StateSource;
  readonly #watches = new Map<string, Disposable>();
  #followed: ReadonlyMap<string, WatchedPath> | null = null;
  readonly #listeners = new Set<(state: LabState) => void>();
  readonly #subscription: Disposable;
  /** What listeners have heard last. */
  #told: LabState;
  #timer: Disposable | null = null;
  #nextAt = 0;
  #disposed = false;

  constructor(
    private readonly lab: LabKernel,
    private readonly timers: Timers,
  ) {
    this.#source = openEngineSource(new Map([...lab.machines].map(([id, { files }]) => [id, files.now])));
    this.#follow();
    this.#told = this.state;
    this.#subscription = lab.onState(() => this.#tell());
  }

  get machines(): ReadonlyMap<MachineSpec['id'], Kernel> {
    return this.lab.machines;
  }
  get state(): LabState {
    return this.#source.complete(this.lab.state);
  }

  async inspect(): Promise<LabState> {
    await this.lab.inspect();
    this.#source.suspect();
    return this.state;
  }

  onState(listener: (state: LabState) => void): Disposable {
    const own = (state: LabState) => listener(state);
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
  }

  onExit(listener: (machine: MachineSpec['id']) => void): Disposable {
    return this.lab.onExit(listener);
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    this.#subscription.dispose();
    this.#timer?.dispose();
    for (const watch of this.#watches.values()) watch.dispose();
    this.#watches.clear();
    this.#listeners.clear();
    return this.lab.dispose();
  }

  #look(): void {
    this.#timer = null;
    const began = this.timers.now();
    this.#follow();
    this.#tell();
    const ended = this.timers.now();
    this.#nextAt = ended + Math.min(maxGapMs, share * (ended - began));
  }

  #tell(): void {
    const { state } = this;
    if (hasUnseen(state)) this.#lookAgain();
    if (state === this.#told) return;
    this.#told = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  /** What is watched from now on only may have changed before. */
  #follow(): void {
    const wanted = this.#source.watched();
    if (wanted === this.#followed) return;
    this.#followed = wanted;
    for (const [key, watch] of this.#watches) {
      if (wanted.has(key)) continue;
      watch.dispose();
      this.#watches.delete(key);
    }
    for (const [key, watched] of wanted) if (!this.#watches.has(key)) this.#watch(key, watched);
  }

  #watch(key: string, { machine, path, changed }: WatchedPath): void {
    const heard = () => {
      changed();
      this.#plan();
    };
    const watch = this.lab.machines.get(machine)?.files.watch(path, heard);
    if (watch) this.#watches.set(key, watch);
    heard();
  }

  /** The end of a process that the kernel's observer never saw is no change to it, and so is not told. */
  #lookAgain(): void {
    this.#plan(unseenMs, () => this.#source.suspect());
  }

  #plan(ms = 0, before: () => void = () => undefined): void {
    if (this.#disposed || this.#timer) return;
    this.#timer = this.timers.after(Math.max(ms, this.#nextAt - this.timers.now()), () => {
      before();
      this.#look();
    });
  }
}

/** A container lives whose process is not among those of the state. */
function hasUnseen({ containers }: LabState): boolean {
  return Object.values(containers).some(({ status, pid }) => status !== 'stopped' && pid === null);
}
