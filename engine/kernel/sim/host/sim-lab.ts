/** One simulated lab: its world, the pump that moves it, the record of what came from outside, and who listens. */
import type { LabState, MachineId } from '../../../state';
import type { Networks } from '../../network';
import type { Disposable, Kernel, LabKernel, LabSpec } from '../../port';
import type { Action, Mistake, PacketHop, PlacedAction, Simulation } from '../../simulation';
import type { OpenStateSource } from '../../state-source';
import type { System } from '../../system';
import type { Tree } from '../../tree';
import type { Part } from '../sched/part';
import { loadingParts } from './loading';
import { SimNetworks } from './network/sim-networks';
import { Observing } from './observing';
import type { Pace } from './pace';
import { packetHop } from './packet-hop';
import { Pump } from './pump';
import { SimMachine } from './sim-machine';
import { SimTerminal } from './sim-terminal';
import { SimSystem } from './system/sim-system';
import { SimTree } from './tree/sim-tree';
import { applyQuietly, World, type WorldListener, type WorldOptions } from './world';
import type { ProcessResult } from './world-process';

interface LabOptions extends Omit<WorldOptions, 'listener' | 'losses'> {
  openSource: OpenStateSource | undefined;
}

export class SimLab implements LabKernel, Simulation {
  readonly machines: ReadonlyMap<MachineId, Kernel>;
  readonly simulation: Simulation = this;
  #world: World;
  #observing: Observing;
  #pump: Pump;
  #actions: PlacedAction[] = [];
  /** Actions that came in the middle of a step. */
  #waiting: Array<() => void> = [];
  readonly #terminals = new Map<number, SimTerminal>();
  readonly #results = new Map<number, (result: ProcessResult) => void>();
  readonly #stateListeners = new Set<(state: LabState) => void>();
  readonly #exitListeners = new Set<(machine: MachineId) => void>();
  readonly #mistakeListeners = new Set<(mistake: Mistake) => void>();
  readonly #hopListeners = new Set<{ listener: (hop: PacketHop) => void; subscription: Disposable }>();
  #nextTerminal = 0;
  #nextProcess = 0;
  #disposed = false;

  /** Throws `KernelError`. */
  static async boot(options: LabOptions, pace: Pace, onDisposed: () => void): Promise<SimLab> {
    let listener = silent;
    const boot = World.boot({ ...options, listener: relay(() => listener) });
    const lab = new SimLab(options, await loadingParts(boot, options.spec.id), pace, onDisposed);
    listener = lab.#listener();
    return lab;
  }

  private constructor(
    private readonly options: LabOptions,
    world: World,
    private readonly pace: Pace,
    private readonly onDisposed: () => void,
  ) {
    this.#world = world;
    this.#observing = this.#observe(world);
    this.#pump = this.#newPump();
    this.machines = new Map(options.spec.machines.map(({ id }) => [id, new SimMachine(id, this)]));
    this.#pump.kick();
  }

  get spec(): LabSpec {
    return this.options.spec;
  }
  get world(): World {
    return this.#world;
  }
  get state(): LabState {
    return this.#observing.read();
  }
  inspect(): Promise<LabState> {
    if (!this.#disposed) this.#pump.catchUp();
    return Promise.resolve(this.state);
  }

  onState(listener: (state: LabState) => void): Disposable {
    const own = (state: LabState) => listener(state);
    this.#stateListeners.add(own);
    return { dispose: () => this.#stateListeners.delete(own) };
  }
  onExit(listener: (machine: MachineId) => void): Disposable {
    this.#exitListeners.add(listener);
    return { dispose: () => this.#exitListeners.delete(listener) };
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#pump.dispose();
    this.#stateListeners.clear();
    this.#exitListeners.clear();
    this.#mistakeListeners.clear();
    this.onDisposed();
  }

  // What its Machines, terminals and programs ask of it.

  /** Does the action as soon as no step is under way, and notes its place. Rejects with what the kernel says. */
  act(action: Action): Promise<void> {
    return this.#between(() => {
      this.#note(action);
      this.#world.apply(action);
    });
  }

  openTerminal(open: Omit<Extract<Action, { do: 'terminal.open' }>, 'do' | 'terminal'>): Promise<SimTerminal> {
    const id = this.#nextTerminal++;
    const terminal = new SimTerminal(id, this);
    this.#terminals.set(id, terminal);
    return this.act({ do: 'terminal.open', terminal: id, ...open }).then(
      () => terminal.opened(this.#world.terminals.get(id)),
      (error) => {
        this.#terminals.delete(id);
        throw error;
      },
    );
  }

  async spawn(spawn: Omit<Extract<Action, { do: 'spawn' }>, 'do' | 'process'>) {
    const id = this.#nextProcess++;
    const result = new Promise<ProcessResult>((resolve) => this.#results.set(id, resolve));
    await this.act({ do: 'spawn', process: id, ...spawn });
    return { id, pid: this.#world.processes.get(id)?.task.pid ?? 0, result };
  }

  // Simulation: what only a simulated lab can do.

  get time() {
    const { kernel } = this.#world;
    return { now: kernel.now, step: kernel.scheduler.steps, speed: this.#pump.speed };
  }
  get actions(): readonly PlacedAction[] {
    return this.#actions;
  }
  get seed(): string {
    return this.options.seed;
  }
  get epoch(): number {
    return this.options.epoch;
  }
  onHop(listener: (hop: PacketHop) => void): Disposable {
    const own = { listener, subscription: this.#watchPackets(listener) };
    this.#hopListeners.add(own);
    return {
      dispose: () => {
        own.subscription.dispose();
        this.#hopListeners.delete(own);
      },
    };
  }
  onMistake(listener: (mistake: Mistake) => void): Disposable {
    const own = (mistake: Mistake) => listener(mistake);
    this.#mistakeListeners.add(own);
    return { dispose: () => this.#mistakeListeners.delete(own) };
  }
  setSpeed(speed: number): void {
    this.#pump.setSpeed(speed);
  }
  step(): boolean {
    return this.#pump.step();
  }
  between<T>(look: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#between(() => resolve(look())).catch(reject);
    });
  }
  openTree(machine: MachineId, path: string): Tree {
    const tree = SimTree.open(this.#world.kernel, this.#world.initOf(machine), path);
    this.#pump.kick();
    return tree;
  }
  openSystem(machine: MachineId): System {
    return SimSystem.start(this.#world.kernel, this.#world.initOf(machine), this.#pump);
  }
  openNetworks(machine: MachineId): Networks {
    return SimNetworks.start(this.#world.kernel, this.#world.initOf(machine), () => this.#pump.kick());
  }
  mark(): string {
    return this.#world.mark();
  }

  /**
   * Back to an earlier moment of the lab's clock: a new world, played up to there, takes the place of this one. Terminals
   * that were open then go on, and show what they showed; others end.
   */
  async rewind(at: number): Promise<void> {
    // No action comes in between: they wait as in the middle of a step.
    await this.#between(() => this.#pump.hold());
    try {
      await this.#playUpTo(at);
    } finally {
      this.#pump.release();
    }
  }

  async #playUpTo(at: number): Promise<void> {
    const kept = this.#actions.filter((placed) => placed.at <= at);
    const replayed = new Map<number, Uint8Array[]>();
    const quiet: WorldListener = {
      ...silent,
      onOutput: (terminal, data) => {
        const chunks = replayed.get(terminal) ?? [];
        chunks.push(data);
        replayed.set(terminal, chunks);
      },
    };
    let listener = quiet;
    const { id } = this.spec;
    const boot = World.boot({ ...this.options, losses: kept, listener: relay(() => listener) });
    const world = await loadingParts(boot, id);
    const observing = this.#observe(world);
    await loadingParts(playUpTo(world, at, kept), id);
    if (this.#disposed) return;
    listener = this.#listener();
    this.#pump.dispose();
    this.#world = world;
    this.#actions = kept;
    this.#observing = observing;
    this.#pump = this.#newPump();
    for (const [id, terminal] of this.#terminals) terminal.rewound(world.terminals.get(id), replayed.get(id) ?? []);
    for (const own of this.#hopListeners) own.subscription = this.#watchPackets(own.listener);
    this.#publish();
  }

  #note(action: Action): void {
    const { kernel } = this.#world;
    this.#actions.push({ step: kernel.scheduler.steps, at: kernel.now, action, mark: this.#world.mark() });
  }

  #newPump(): Pump {
    return new Pump(this.#world.kernel, this.pace, {
      afterTurn: () => this.#afterTurn(),
      lost: ({ name }) => this.#note({ do: 'part.lost', part: name }),
      failed: (error) => this.#tellMistake({ error, process: null }),
    });
  }

  #tellMistake(mistake: Mistake): void {
    for (const listener of [...this.#mistakeListeners]) listener(mistake);
  }

  #watchPackets(listener: (hop: PacketHop) => void): Disposable {
    return this.#world.kernel.network.trace.subscribe((hop) => listener(packetHop(hop)));
  }

  #between(work: () => void): Promise<void> {
    if (this.#disposed) return Promise.reject(new Error('the lab has ended'));
    if (this.#waiting.length === 0) this.#pump.catchUp();
    if (!this.#pump.isRunning && this.#waiting.length === 0) return this.#tryNow(work);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => void this.#tryNow(work).then(resolve, reject));
    });
  }

  async #tryNow(work: () => void): Promise<void> {
    try {
      work();
    } finally {
      this.#pump.kick();
    }
  }

  #afterTurn(): void {
    // One of them may hold the lab.
    while (!this.#pump.isRunning) {
      const work = this.#waiting.shift();
      if (!work) break;
      work();
    }
    for (const terminal of this.#terminals.values()) terminal.afterTurn();
  }

  /** Also while it is played up to where it takes another's place: its history has the same events then. */
  #observe(world: World): Observing {
    return new Observing(world, this.options.openSource, () => {
      if (this.#world === world) this.#publish();
    });
  }

  #publish(): void {
    if (this.#stateListeners.size === 0) return;
    const before = this.#observing.newest;
    const state = this.#observing.read();
    if (state !== before) for (const listener of [...this.#stateListeners]) listener(state);
  }

  #listener(): WorldListener {
    return {
      onOutput: (terminal, data) => this.#terminals.get(terminal)?.output(data),
      onTerminalExit: (terminal, exit) => {
        this.#terminals.get(terminal)?.exited(exit);
        this.#terminals.delete(terminal);
      },
      onProcessExit: (process, result) => {
        this.#results.get(process)?.(result);
        this.#results.delete(process);
      },
      onMachineExit: (machine) => {
        for (const listener of [...this.#exitListeners]) listener(machine);
      },
      onOops: (error, { pid, comm, numbers }) => {
        // The number it has in its Machine, whose namespace is the first below the lab's own.
        this.#tellMistake({ error, process: { pid: numbers[1]?.number ?? pid, comm } });
      },
    };
  }
}

const silent: WorldListener = {
  onOutput: () => undefined,
  onTerminalExit: () => undefined,
  onProcessExit: () => undefined,
  onMachineExit: () => undefined,
  onOops: () => undefined,
};

function relay(to: () => WorldListener): WorldListener {
  return {
    onOutput: (terminal, data) => to().onOutput(terminal, data),
    onTerminalExit: (terminal, exit) => to().onTerminalExit(terminal, exit),
    onProcessExit: (process, result) => to().onProcessExit(process, result),
    onMachineExit: (machine) => to().onMachineExit(machine),
    onOops: (error, task) => to().onOops(error, task),
  };
}

/** Does the actions, each at its place, and goes on up to that moment. */
function* playUpTo(world: World, at: number, actions: readonly PlacedAction[]): Generator<Part, void, void> {
  const { kernel } = world;
  for (const placed of actions) {
    yield* world.steps(Number.POSITIVE_INFINITY, () => kernel.scheduler.steps < placed.step);
    kernel.advanceTo(placed.at);
    applyQuietly(world, placed.action);
  }
  yield* world.steps(at, () => true);
}
