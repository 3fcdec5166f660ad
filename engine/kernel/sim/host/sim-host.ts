/** The simulator as a place where labs are booted. It needs nothing of the computer but time. */
import type { KernelHost, LabKernel, LabSpec } from '../../port';
import type { OpenStateSource } from '../../state-source';
import type { ImageEntry } from '../fs/image';
import type { Program } from '../sys/sys';
import type { Pace } from './pace';
import { SimLab } from './sim-lab';

export interface SimHostOptions {
  /** The root filesystem of a new lab's Machines, or how to come by it. */
  image: readonly ImageEntry[] | (() => Promise<readonly ImageEntry[]>);
  programs: (name: string) => Program | undefined;
  /** What labs' states have besides what the kernel tells. */
  openSource?: OpenStateSource;
  pace: Pace;
  /** Milliseconds since 1970 for a new lab. */
  wallClock(): number;
  /** What a new lab's randomness grows from; the lab's own name when left out. */
  seed?: (spec: LabSpec) => string;
}

const nsPerMs = 1_000_000;

export class SimHost implements KernelHost {
  readonly name = 'sim';
  /** Names of the labs that are there, or are being booted. */
  readonly #labs = new Set<string>();

  constructor(private readonly options: SimHostOptions) {}

  availability(): { available: true } {
    return { available: true };
  }

  async boot(spec: LabSpec): Promise<LabKernel> {
    if (this.#labs.has(spec.id)) throw new Error(`a lab called "${spec.id}" is running`);
    const { image, programs, openSource, pace, wallClock, seed } = this.options;
    const epoch = Math.floor(wallClock()) * nsPerMs;
    const forget = () => this.#labs.delete(spec.id);
    this.#labs.add(spec.id);
    try {
      const turn = () => new Promise<void>((resolve) => pace.after(0, resolve));
      const entries = typeof image === 'function' ? await image() : image;
      const world = { spec, seed: seed?.(spec) ?? spec.id, epoch, image: entries, programs, turn };
      return await SimLab.boot({ ...world, openSource }, pace, forget);
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Nothing outlives its thread. */
  sweep(): Promise<string[]> {
    return Promise.resolve([]);
  }
}
