/** A lab played again from its record: as fast as it goes, stopping wherever an observer would have been told something. */
import type { LabState, MachineId } from '../../../state';
import type { Disposable, Kernel, KernelFiles, LabKernel } from '../../port';
import type { PlacedAction } from '../../simulation';
import type { OpenStateSource } from '../../state-source';
import type { Part } from '../sched/part';
import { loadingParts } from './loading';
import { Observing } from './observing';
import { SimFiles } from './sim-files';
import { applyQuietly, World, type WorldListener, type WorldOptions } from './world';

/** The world differs from what the record says it was. */
export class Divergence extends Error {
  constructor(
    /** Number of the action, from 0; the number of actions when it is the end that differs. */
    readonly action: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`at action ${action} the record says ${expected}, playing it gives ${found}`);
    this.name = 'Divergence';
  }
}

export interface ReplayPlace {
  step: number;
  at: number;
  mark: string;
}

type ReplayOptions = Omit<WorldOptions, 'listener' | 'losses'> & { openSource?: OpenStateSource | undefined };

/** A `LabKernel` to look at. Nothing can be done in it but what the record says. */
export class Replay implements LabKernel {
  readonly machines: ReadonlyMap<MachineId, Kernel>;
  readonly #observing: Observing;
  readonly #listeners = new Set<(state: LabState) => void>();
  #publishDue = false;
  #played = 0;

  /** Throws `KernelError`. */
  static async boot(options: ReplayOptions, actions: readonly PlacedAction[], end: ReplayPlace): Promise<Replay> {
    const boot = World.boot({ ...options, losses: actions, listener: silent });
    return new Replay(options, await loadingParts(boot, options.spec.id), actions, end);
  }

  private constructor(
    private readonly options: ReplayOptions,
    private readonly world: World,
    private readonly actions: readonly PlacedAction[],
    private readonly end: ReplayPlace,
  ) {
    this.#observing = new Observing(world, options.openSource, () => {
      this.#publishDue = true;
    });
    this.machines = new Map(options.spec.machines.map(({ id }) => [id, this.#machine(id)]));
  }

  get state(): LabState {
    return this.#observing.read();
  }
  inspect(): Promise<LabState> {
    return Promise.resolve(this.state);
  }
  onState(listener: (state: LabState) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
  onExit(): Disposable {
    return { dispose: () => undefined };
  }
  dispose(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  mark(): string {
    return this.world.mark();
  }

  /** Plays on until somebody was told of a new state: true. False when the end is reached. Throws `Divergence`. */
  play(): Promise<boolean> {
    return loadingParts(this.#play(), this.options.spec.id);
  }

  *#play(): Generator<Part, boolean, void> {
    for (;;) {
      const placed = this.actions[this.#played];
      const next: ReplayPlace = placed ?? this.end;
      if (!(yield* this.#reach(next))) return true;
      this.#compare(next);
      if (!placed) return false;
      applyQuietly(this.world, placed.action);
      this.#played += 1;
    }
  }

  /** False when it stopped on the way, because a new state was told of. */
  *#reach({ step, at }: ReplayPlace): Generator<Part, boolean, void> {
    const { scheduler } = this.world.kernel;
    yield* this.world.steps(Number.POSITIVE_INFINITY, () => scheduler.steps < step && !this.#publishDue);
    if (this.#publishDue) {
      this.#publish();
      return false;
    }
    this.world.kernel.advanceTo(at);
    return true;
  }

  #compare({ mark }: ReplayPlace): void {
    const found = this.world.mark();
    if (found !== mark) throw new Divergence(this.#played, mark, found);
  }

  #publish(): void {
    this.#publishDue = false;
    const before = this.#observing.newest;
    const state = this.#observing.read();
    if (state !== before) for (const listener of [...this.#listeners]) listener(state);
  }

  #machine(id: MachineId): Kernel {
    const refuse = () => Promise.reject(new Error('a lab that is played again takes nothing new'));
    const files: KernelFiles = new SimFiles(id, {
      kernel: () => this.world.kernel,
      init: () => this.world.initOf(id),
      act: refuse,
    });
    return { machine: id, files, spawn: refuse, openTerminal: refuse };
  }
}

const silent: WorldListener = {
  onOutput: () => undefined,
  onTerminalExit: () => undefined,
  onProcessExit: () => undefined,
  onMachineExit: () => undefined,
  // The process ended as it did when the recording was made, or the marks tell.
  onOops: () => undefined,
};
