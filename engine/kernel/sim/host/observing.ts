/** What can be seen of a world: its state, and the moments at which whoever listens is told that it changed. */
import type { LabState, MachineId } from '../../../state';
import type { FilesNow } from '../../port';
import type { OpenStateSource, StateSource } from '../../state-source';
import { LabStateReader } from '../inspect';
import type { Nanoseconds } from '../sched/blocking';
import { FileWatches } from './file-watches';
import { SimFilesNow } from './sim-files';
import type { World } from './world';

/**
 * After a change, how long until those who listen are told, on the lab's own clock: an event of the lab like any other,
 * so that a lab that is played again is seen at the same moments.
 */
const publishAfterNs: Nanoseconds = 4_000_000;

export class Observing {
  readonly #reader: LabStateReader;
  readonly #source: StateSource | null;
  readonly #watches: FileWatches;
  #planned = false;
  #newest: LabState;

  /** For a world that has just been booted: from then on it is part of its history when something is told. */
  constructor(
    private readonly world: World,
    openSource: OpenStateSource | undefined,
    /** Something changed a little while ago. */
    private readonly tell: () => void,
  ) {
    const { kernel, machines } = world;
    this.#reader = new LabStateReader(kernel, [...machines.values()]);
    this.#newest = this.#reader.newest;
    this.#watches = new FileWatches(kernel, (id) => world.initOf(id));
    const files = [...machines.keys()].map((id): [MachineId, FilesNow] => [
      id,
      new SimFilesNow({ kernel: () => kernel, init: () => world.initOf(id) }),
    ]);
    this.#source = openSource?.(new Map(files)) ?? null;
    kernel.onTouch(() => this.#plan());
    this.#follow();
  }

  /** What was read last. */
  get newest(): LabState {
    return this.#newest;
  }

  /** The same object as before when nothing is different. */
  read(): LabState {
    const state = this.#reader.read();
    this.#newest = this.#source?.complete(state) ?? state;
    return this.#newest;
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    this.world.kernel.after(publishAfterNs, () => {
      this.#planned = false;
      this.#follow();
      this.tell();
    });
  }

  /** Only here, at a moment of the lab's own: what is watched is a part of its history. */
  #follow(): void {
    if (this.#source) this.#watches.follow(this.#source.watched());
  }
}
