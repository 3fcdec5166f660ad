/**
 * Images by name. The store is an OCI image layout (image-spec 1.1, image-layout.md): its `index.json` holds the names, and is what
 * everything hangs on that is kept. Whatever no name and no lease leads to is garbage.
 */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import type { Digest } from '../spec/digest';
import { childrenOf, type Index, type Manifest, parseIndex, parseManifest } from '../spec/manifest';
import { isIndexType, isManifestType, isNonDistributable, mediaTypes } from '../spec/media-types';
import { canonicalName, familiarName, parseReference, type Reference } from '../spec/reference';
import { joined } from '../streams';
import { Blobs } from './blobs';
import type { StoreFiles } from './files';

/** image-layout.md, "index.json": the annotation that names what a descriptor stands for. */
const nameAnnotation = 'org.opencontainers.image.ref.name';
const layoutFile = 'oci-layout';
const indexFile = 'index.json';
const layout = { imageLayoutVersion: '1.0.0' };

export interface NamedImage {
  name: string;
  target: Descriptor;
}

/** What is removed is removed first. */
export interface NameChange {
  add: ReadonlyArray<{ reference: Reference; target: Descriptor }>;
  remove: readonly Reference[];
}

/** Keeps what is being put together from being collected. */
export interface Lease {
  keep(digest: Digest): void;
  release(): void;
}

export class ImageStore {
  readonly blobs: Blobs;
  #images: Map<string, Descriptor>;
  readonly #leases = new Set<Set<Digest>>();
  /** Changes of the index, and collections, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly files: StoreFiles,
    private readonly newName: () => string,
    images: Map<string, Descriptor>,
  ) {
    this.blobs = new Blobs(files, newName);
    this.#images = images;
  }

  /** Opens the store or makes one. One process at a time. Errors: `invalid-manifest` when its index is damaged. */
  static async open(files: StoreFiles, newName: () => string): Promise<ImageStore> {
    const content = await files.open(indexFile);
    const images = content ? namesIn(parseIndex(await whole(content), mediaTypes.index, indexFile)) : new Map();
    const store = new ImageStore(files, newName, images);
    await store.blobs.sweep();
    if (!content) {
      await store.#put(layoutFile, layout);
      await store.#save(images);
    }
    return store;
  }

  list(): NamedImage[] {
    return [...this.#images].map(([name, target]) => ({ name, target }));
  }

  find(reference: Reference): Descriptor | null {
    return this.#images.get(canonicalName(reference)) ?? null;
  }

  /** Gives an image a name; another that had it loses it. Errors: `unknown-blob` when a part of it is missing. */
  tag(reference: Reference, target: Descriptor): Promise<void> {
    return this.change({ add: [{ reference, target }], remove: [] });
  }

  /** Takes a name away; what it stood for stays until the next collection. Errors: `unknown-image`. */
  untag(reference: Reference): Promise<void> {
    return this.change({ add: [], remove: [reference] });
  }

  /** Several names at once: all of it or nothing. Errors: those of `tag` and `untag`. */
  change({ add, remove }: NameChange): Promise<void> {
    return this.#inTurn(async () => {
      const images = new Map(this.#images);
      for (const name of remove.map(canonicalName))
        if (!images.delete(name)) throw new ImageError('unknown-image', name, 'no image has this name');
      for (const { reference, target } of add) {
        await this.#mustBeWhole(target, canonicalName(reference));
        images.set(canonicalName(reference), target);
      }
      await this.#save(images);
    });
  }

  lease(): Lease {
    const kept = new Set<Digest>();
    this.#leases.add(kept);
    return { keep: (digest) => void kept.add(digest), release: () => void this.#leases.delete(kept) };
  }

  /**
   * Removes every content that nothing leads to. An image of which a manifest cannot be read makes it fail before anything is
   * removed: what hangs on it is unknown then. Returns what was removed.
   */
  collect(): Promise<Digest[]> {
    return this.#inTurn(async () => {
      const kept = new Set<Digest>();
      for (const target of this.#images.values()) for await (const part of this.partsOf(target)) kept.add(part.digest);
      const removed: Digest[] = [];
      for (const digest of await this.blobs.all()) {
        const isLeased = [...this.#leases].some((lease) => lease.has(digest));
        if (kept.has(digest) || isLeased) continue;
        await this.blobs.remove(digest);
        removed.push(digest);
      }
      return removed;
    });
  }

  async readManifest(descriptor: Descriptor): Promise<Manifest> {
    return parseManifest(await this.blobs.readWhole(descriptor), descriptor.mediaType, descriptor.digest);
  }

  async readIndex(descriptor: Descriptor): Promise<Index> {
    return parseIndex(await this.blobs.readWhole(descriptor), descriptor.mediaType, descriptor.digest);
  }

  async #mustBeWhole(target: Descriptor, name: string): Promise<void> {
    for await (const part of this.partsOf(target)) {
      if ((await this.blobs.size(part.digest)) === null)
        throw new ImageError('unknown-blob', part.digest, `is missing of ${name}`);
    }
  }

  /** It and everything below it. Manifests of other platforms may be missing, and layers that nobody may pass on. */
  async *partsOf(root: Descriptor): AsyncGenerator<Descriptor> {
    const seen = new Set<Digest>();
    const waiting = [root];
    for (let part = waiting.pop(); part; part = waiting.pop()) {
      if (seen.has(part.digest)) continue;
      seen.add(part.digest);
      const isOptional = isManifestType(part.mediaType) || isNonDistributable(part.mediaType);
      if (part !== root && isOptional && (await this.blobs.size(part.digest)) === null) continue;
      yield part;
      if (isIndexType(part.mediaType)) waiting.push(...childrenOf(await this.readIndex(part)));
      else if (isManifestType(part.mediaType)) waiting.push(...childrenOf(await this.readManifest(part)));
    }
  }

  async #save(images: Map<string, Descriptor>): Promise<void> {
    const manifests = [...images].map(([name, target]) => ({
      ...target,
      annotations: { ...target.annotations, [nameAnnotation]: familiarName(parseReference(name)) },
    }));
    await this.#put(indexFile, { schemaVersion: 2, mediaType: mediaTypes.index, manifests });
    this.#images = images;
  }

  async #put(path: string, document: object): Promise<void> {
    const beside = `ingest/${this.newName()}`;
    const file = await this.files.create(beside);
    try {
      await file.write(new TextEncoder().encode(JSON.stringify(document)));
      await file.finish();
    } catch (error) {
      await file.discard();
      throw error;
    }
    await this.files.replace(beside, path);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function namesIn({ manifests }: Index): Map<string, Descriptor> {
  return new Map(
    manifests.flatMap(({ annotations, ...target }) => {
      const { [nameAnnotation]: name, ...others } = annotations ?? {};
      const rest = Object.keys(others).length > 0 ? { annotations: others } : {};
      return name === undefined ? [] : [[inFull(name), { ...target, ...rest }] as const];
    }),
  );
}

/** Others write names in other ways; one that is none of an image is kept as it is. */
function inFull(name: string): string {
  try {
    return canonicalName(parseReference(name));
  } catch (error) {
    if (error instanceof ImageError) return name;
    throw error;
  }
}

async function whole(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return joined(pieces);
}
