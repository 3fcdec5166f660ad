/** What a page may ask of a simulated lab beside what every lab does: its clock, its past, its packets. */
import type { Disposable, LabKernel, Mistake, PacketHop, Simulation } from '../../engine/kernel';
import type { ClientMessage, ServerMessage } from '../protocol';
import type { Clock } from './clock';
import { LabError } from './errors';
import type { Page } from './page';

export type SimulationRequest = Extract<ClientMessage, { type: 'sim.speed' | 'sim.step' | 'sim.packets' }>;

/** Stations of packets are told of together, this often. */
const tellEveryMs = 50;
const maxHopsAtOnce = 500;

/** Throws `unavailable` for a lab on a real kernel. */
export function simulationOf(kernel: LabKernel): Simulation {
  if (kernel.simulation) return kernel.simulation;
  throw new LabError('unavailable', 'only a simulated lab can do that: a real one has one clock and no way back');
}

export function mistakeInWords({ error, process }: Mistake): string {
  const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (process === null) return `The simulator has made a mistake it cannot go on from (${thrown}).`;
  const who = `${process.comm} (process ${process.pid})`;
  return `The simulator has made a mistake (${thrown}): ${who} was ended as by SIGSEGV; the lab goes on.`;
}

/** Tells pages that want it of every packet's way. */
export class PacketFeed implements Disposable {
  readonly #pages = new Set<Page>();
  #subscription: Disposable | null = null;
  #waiting: PacketHop[] = [];
  #timer: Disposable | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly time: { fromSimulation(ns: number): number },
    private simulation: Simulation | undefined,
  ) {}

  tell(page: Page, on: boolean): void {
    if (on) this.#pages.add(page);
    else this.#pages.delete(page);
    this.#listen();
  }

  replace(simulation: Simulation | undefined): void {
    this.dispose();
    this.simulation = simulation;
    this.#listen();
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#subscription = null;
    this.#timer?.dispose();
    this.#timer = null;
    this.#waiting = [];
  }

  #listen(): void {
    if (this.#pages.size === 0) return this.dispose();
    this.#subscription ??= this.simulation?.onHop((hop) => this.#heard(hop)) ?? null;
  }

  #heard(hop: PacketHop): void {
    this.#waiting.push(hop);
    if (this.#waiting.length > maxHopsAtOnce) this.#waiting.shift();
    this.#timer ??= this.clock.after(tellEveryMs, () => this.#tell());
  }

  #tell(): void {
    this.#timer = null;
    const hops = this.#waiting.map((hop) => ({ ...hop, at: Math.max(0, this.time.fromSimulation(hop.at)) }));
    this.#waiting = [];
    const message: ServerMessage = { type: 'sim.packets', hops };
    for (const page of this.#pages) page.send(message);
  }
}
