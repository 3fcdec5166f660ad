/** A terminal as the port has it, whatever world is behind it: the lab may be rewound. */
import type { Disposable, KernelTerminal } from '../../port';
import { concat, encode } from '../bytes';
import type { SimLab } from './sim-lab';
import type { Exit } from './world';
import type { WorldTerminal } from './world-terminal';

/** ESC c, "reset to initial state" (ECMA-48 RIS): clears the screen before it is filled again. */
const clearScreen = encode('\x1bc');
/** How much of its earlier output a rewound terminal shows again. */
const maxReplayBytes = 256 * 1024;
/** Output is kept for a listener that is not there yet: the first prompt must not get lost. */
type Listener = (data: Uint8Array) => void;

export class SimTerminal implements KernelTerminal {
  pid = 0;
  name = '';
  readonly #dataListeners = new Set<Listener>();
  readonly #exitListeners = new Set<(exit: Exit) => void>();
  #unheard: Uint8Array[] = [];
  #exit: Exit | null = null;
  #paused = false;
  /** Resolved when the line discipline has taken what was written before. */
  #writers: Array<() => void> = [];

  constructor(
    readonly id: number,
    private readonly lab: SimLab,
  ) {}

  opened(world: WorldTerminal | undefined): this {
    this.pid = world?.leader.pid ?? 0;
    this.name = world?.name ?? '';
    return this;
  }

  onData(listener: Listener): Disposable {
    this.#dataListeners.add(listener);
    this.#deliver();
    return { dispose: () => this.#dataListeners.delete(listener) };
  }
  onExit(listener: (exit: Exit) => void): Disposable {
    this.#exitListeners.add(listener);
    if (this.#exit) listener(this.#exit);
    return { dispose: () => this.#exitListeners.delete(listener) };
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#exit) return;
    await this.lab.act({ do: 'terminal.write', terminal: this.id, data: data.slice() });
    if (this.#waiting() > 0) await new Promise<void>((resolve) => this.#writers.push(resolve));
  }
  resize(cols: number, rows: number): void {
    void this.lab.act({ do: 'terminal.resize', terminal: this.id, cols, rows });
  }
  pause(): void {
    this.#hold(true);
  }
  resume(): void {
    this.#hold(false);
    this.#deliver();
  }
  close(): void {
    void this.lab.act({ do: 'terminal.close', terminal: this.id });
  }

  /** Called by the lab. */
  output(data: Uint8Array): void {
    this.#unheard.push(data);
    this.#deliver();
  }
  exited(exit: Exit): void {
    this.#exit = exit;
    this.#release();
    for (const listener of [...this.#exitListeners]) listener(exit);
  }
  rewound(world: WorldTerminal | undefined, output: readonly Uint8Array[]): void {
    this.#release();
    if (!world) return this.exited({ exitCode: null, signal: 'SIGHUP' });
    this.opened(world);
    const all = concat(output);
    this.output(concat([clearScreen, all.subarray(Math.max(0, all.length - maxReplayBytes))]));
  }
  /** After each turn of the lab: writers whose bytes were taken go on. */
  afterTurn(): void {
    if (this.#writers.length > 0 && this.#waiting() === 0) this.#release();
  }

  #waiting(): number {
    return this.lab.world.terminals.get(this.id)?.waiting ?? 0;
  }
  #release(): void {
    const writers = this.#writers;
    this.#writers = [];
    for (const resolve of writers) resolve();
  }
  #hold(on: boolean): void {
    if (this.#paused === on) return;
    this.#paused = on;
    void this.lab.act({ do: 'terminal.hold', terminal: this.id, on });
  }
  #deliver(): void {
    if (this.#dataListeners.size === 0) return;
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const data of unheard) for (const listener of [...this.#dataListeners]) listener(data);
  }
}
