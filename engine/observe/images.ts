/** The images in the image layouts of a Machine: where ours keep them, and where a learner may have put some. */
import type { Image, MachineId } from '../state';
import type { Glance } from './glance';
import type { KnownBlobs } from './known-blobs';
import { readLayout } from './layout';
import type { Part, Spot } from './part';

/** Of a lab's own images, and of `underlay-image`. */
const usual = ['/usr/share/images', '/var/lib/images'];
/** Any directory that is one, here or one below. */
const home = '/root';
const maxDirectories = 32;
/** The file that makes a directory a layout. */
const mark = 'oci-layout';

/** One place that may be a layout. */
export class Layout implements Part<Image> {
  #images: Record<string, Image> = {};
  #isLayout = false;

  constructor(
    private readonly machine: MachineId,
    private readonly glance: Glance,
    private readonly known: KnownBlobs,
    private readonly path: string,
  ) {}

  get spots(): Spot[] {
    const { path } = this;
    if (!this.#isLayout) return [{ path, concern: { name: mark } }];
    return [path, `${path}/blobs/sha256`].map((each): Spot => ({ path: each, concern: 'anything' }));
  }

  look(): void {
    this.#isLayout = this.glance.stat(`${this.path}/${mark}`)?.kind === 'file';
    this.#images = this.#isLayout ? readLayout(this.glance, this.known, this.machine, this.path) : {};
  }

  entries(): Record<string, Image> {
    return this.#images;
  }
}

/** Which places there are. */
export class LayoutPlaces {
  paths: readonly string[] = [];
  readonly spots: readonly Spot[] = [{ path: home, concern: 'directories' }];

  constructor(private readonly glance: Glance) {}

  look(): void {
    const directories = this.glance.names(home, 'directory').filter((name) => !name.startsWith('.'));
    this.paths = [...usual, home, ...directories.slice(0, maxDirectories).map((name) => `${home}/${name}`)];
  }
}
