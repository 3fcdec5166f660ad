import type { Simulation } from '../../engine/kernel';
import type { Clock } from './clock';

const nsPerMs = 1_000_000;

/**
 * Lab time, in milliseconds: real time, or the lab's own where it has one, which may stand still, run fast and go back.
 * It goes on where it was when the Machines are replaced.
 */
export class LabTime {
  #simulation: Simulation | undefined;
  /** Lab time when the simulation's clock stood at `origin`. */
  #base = 0;
  #origin = 0;

  constructor(
    private readonly clock: Clock,
    simulation: Simulation | undefined,
  ) {
    this.#follow(simulation);
  }

  now(): number {
    if (!this.#simulation) return this.clock.now();
    return this.#base + (this.#simulation.time.now - this.#origin) / nsPerMs;
  }

  /** New Machines, new clock. */
  replace(simulation: Simulation | undefined): void {
    this.#base = this.now();
    this.#follow(simulation);
  }

  /** A moment of lab time on the simulation's clock, in nanoseconds; not before its Machines were up. */
  toSimulation(ms: number): number {
    return Math.max(this.#origin, Math.round(this.#origin + (ms - this.#base) * nsPerMs));
  }

  /** The other way round. */
  fromSimulation(ns: number): number {
    return this.#base + (ns - this.#origin) / nsPerMs;
  }

  #follow(simulation: Simulation | undefined): void {
    this.#simulation = simulation;
    this.#origin = simulation?.time.now ?? 0;
  }
}
