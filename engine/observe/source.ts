/** Puts what the parts read into the state, and says which paths would tell of a change. */
import { type FilesNow, type OpenStateSource, type StateSource, shareEntries, type WatchedPath } from '../kernel';
import type { CniAttachment, CniCall, Container, Image, LabState, MachineId } from '../state';
import { CniAttachments, CniCalls } from './cni';
import { Containers } from './containers';
import { Glance } from './glance';
import { Layout, LayoutPlaces } from './images';
import { KnownBlobs } from './known-blobs';
import type { Part, Spot } from './part';

/** The containers, images and networks of a lab's Machines. */
export const openEngineSource: OpenStateSource = (machines) => new EngineSource(machines);

/** Something that is looked at again only when it may have changed. */
class Looked<P extends { look(): void; readonly spots: readonly Spot[] }> {
  isDirty = true;
  constructor(readonly part: P) {}

  /** True when it was looked at. */
  refresh(): boolean {
    if (!this.isDirty) return false;
    this.isDirty = false;
    this.part.look();
    return true;
  }
}

class EngineSource implements StateSource {
  readonly #machines: MachineSource[];
  #watched: ReadonlyMap<string, WatchedPath> = new Map();
  #isDirty = true;
  /** It was looked at since the state was completed. */
  #isNew = true;
  #given: LabState | null = null;
  #completed: LabState | null = null;

  constructor(machines: ReadonlyMap<MachineId, FilesNow>) {
    const heard = () => {
      this.#isDirty = true;
    };
    const known = new KnownBlobs();
    this.#machines = [...machines].map(
      ([machine, files]) => new MachineSource(machine, new Glance(files), known, heard),
    );
  }

  watched(): ReadonlyMap<string, WatchedPath> {
    this.#look();
    return this.#watched;
  }

  suspect(): void {
    for (const machine of this.#machines) machine.suspect();
    this.#isDirty = true;
  }

  complete(state: LabState): LabState {
    this.#look();
    if (this.#completed && !this.#isNew && state === this.#given) return this.#completed;
    const completed = this.#complete(state, this.#completed ?? state);
    this.#given = state;
    this.#completed = completed;
    this.#isNew = false;
    return completed;
  }

  #look(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.#isNew = true;
    const before = this.#machines.map(({ watched }) => watched);
    for (const machine of this.#machines) machine.refresh();
    if (this.#machines.every(({ watched }, i) => watched === before[i])) return;
    this.#watched = new Map(this.#machines.flatMap(({ watched }) => [...watched]));
  }

  #complete(state: LabState, before: LabState): LabState {
    const all = <T>(old: Record<string, T>, of: (machine: MachineSource) => Record<string, T>): Record<string, T> =>
      shareEntries(old, Object.assign({}, ...this.#machines.map(of)));
    // Only the status of containers follows from anything but files.
    const files = this.#isNew
      ? {
          images: all<Image>(before.images, ({ images }) => images),
          cniCalls: all<CniCall>(before.cniCalls, ({ calls }) => calls),
          cniAttachments: all<CniAttachment>(before.cniAttachments, ({ attachments }) => attachments),
        }
      : { images: before.images, cniCalls: before.cniCalls, cniAttachments: before.cniAttachments };
    return {
      ...state,
      ...files,
      containers: all<Container>(before.containers, (machine) => machine.containers(state)),
    };
  }
}

class MachineSource {
  readonly #containers: Looked<Containers>;
  readonly #calls: Looked<CniCalls>;
  readonly #attachments: Looked<CniAttachments>;
  readonly #places: Looked<LayoutPlaces>;
  #layouts = new Map<string, Looked<Layout>>();
  watched: ReadonlyMap<string, WatchedPath> = new Map();

  constructor(
    private readonly machine: MachineId,
    private readonly glance: Glance,
    private readonly known: KnownBlobs,
    private readonly heard: () => void,
  ) {
    this.#containers = new Looked(new Containers(machine, glance));
    this.#calls = new Looked(new CniCalls(machine, glance));
    this.#attachments = new Looked(new CniAttachments(machine, glance));
    this.#places = new Looked(new LayoutPlaces(glance));
  }

  get images(): Record<string, Image> {
    return Object.assign({}, ...[...this.#layouts.values()].map(({ part }) => part.entries()));
  }
  get calls(): Record<string, CniCall> {
    return this.#calls.part.entries();
  }
  get attachments(): Record<string, CniAttachment> {
    return this.#attachments.part.entries();
  }
  containers(state: LabState): Record<string, Container> {
    return this.#containers.part.entries(state);
  }

  suspect(): void {
    for (const looked of this.#all()) looked.isDirty = true;
  }

  refresh(): void {
    if (this.#places.refresh()) this.#findLayouts();
    const looked = this.#all().filter((each) => each.refresh());
    if (looked.length > 0) this.#watch();
  }

  #all(): Array<Looked<Part<unknown> | LayoutPlaces>> {
    return [this.#containers, this.#calls, this.#attachments, this.#places, ...this.#layouts.values()];
  }

  #findLayouts(): void {
    const before = this.#layouts;
    this.#layouts = new Map(
      this.#places.part.paths.map((path) => [
        path,
        before.get(path) ?? new Looked(new Layout(this.machine, this.glance, this.known, path)),
      ]),
    );
    this.#watch();
  }

  #watch(): void {
    const watched = new Map<string, WatchedPath>();
    this.#all().forEach((looked, i) => {
      const changed = () => {
        looked.isDirty = true;
        this.heard();
      };
      for (const { path, concern } of looked.part.spots)
        watched.set(`${this.machine}:${path}:${JSON.stringify(concern)}:${i}`, {
          machine: this.machine,
          path,
          concern,
          changed,
        });
    });
    if (watched.size !== this.watched.size || [...watched.keys()].some((key) => !this.watched.has(key)))
      this.watched = watched;
  }
}
