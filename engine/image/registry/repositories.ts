/**
 * Repositories over the store. All that is known of one is the names that begin with it: `DOMAIN/PATH:TAG` for its tags, and
 * `DOMAIN/PATH@DIGEST` for every manifest that was pushed, so that a collection keeps what no tag stands for any more. Blobs belong to a
 * repository through its manifests; before the first of those comes, a lease of limited time holds them.
 */
import type { Descriptor } from '../spec/descriptor';
import { type Digest, DigestSchema } from '../spec/digest';
import { isIndexType, isManifestType } from '../spec/media-types';
import type { Reference } from '../spec/reference';
import type { ImageStore, Lease } from '../store/image-store';
import { type Facts, ManifestFacts } from './manifest-facts';

interface Named {
  tag: string | null;
  target: Descriptor;
}

/** Blobs that were uploaded, and no manifest speaks of yet. */
interface Pending {
  lease: Lease;
  until: number;
}

export class Repositories {
  readonly #pending = new Map<string, Map<Digest, Pending>>();
  readonly #facts: ManifestFacts;

  constructor(
    private readonly store: ImageStore,
    /** `registry.lab:5000`: what the names in the store begin with. */
    private readonly domain: string,
  ) {
    this.#facts = new ManifestFacts(store);
  }

  /** All that have something. */
  all(): string[] {
    const prefix = `${this.domain}/`;
    const names = this.store.list().filter(({ name }) => name.startsWith(prefix));
    const named = names.map(({ name }) => name.slice(prefix.length).replace(/(:[^:/@]*)?(@.*)?$/, ''));
    return [...new Set([...named, ...this.#pending.keys()])];
  }

  has(path: string): boolean {
    return this.#named(path).length > 0 || this.#pending.has(path);
  }

  tags(path: string): string[] {
    return this.#named(path).flatMap(({ tag }) => (tag === null ? [] : [tag]));
  }

  /** `reference` is a tag or a digest. */
  async manifest(path: string, reference: string): Promise<Descriptor | null> {
    const digest = DigestSchema.safeParse(reference);
    if (digest.success) return (await this.manifests(path)).get(digest.data)?.descriptor ?? null;
    return this.#named(path).find(({ tag }) => tag === reference)?.target ?? null;
  }

  /** What can be asked for by digest. Of an index that came into the store some other way, what it lists is there, too. */
  async manifests(path: string): Promise<Map<Digest, Facts>> {
    const named = this.#named(path);
    const pushed = new Set(named.filter(({ tag }) => tag === null).map(({ target }) => target.digest));
    const found = new Map<Digest, Facts>();
    const waiting = named.map(({ target }) => target);
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const facts = found.has(next.digest) ? null : await this.#facts.of(next);
      if (!facts) continue;
      found.set(next.digest, facts);
      if (isIndexType(next.mediaType) && !pushed.has(next.digest)) waiting.push(...facts.children.filter(isManifest));
    }
    return found;
  }

  async hasBlob(path: string, digest: Digest): Promise<boolean> {
    const isKnown = this.#pending.get(path)?.has(digest) || (await this.#isPart(path, digest));
    return isKnown && (await this.store.blobs.size(digest)) !== null;
  }

  /** Keeps a blob for a manifest that is to come. Call it before the blob is in its place. */
  keepBlob(path: string, digest: Digest, until: number): void {
    const blobs = this.#pending.get(path) ?? new Map<Digest, Pending>();
    this.#pending.set(path, blobs);
    blobs.get(digest)?.lease.release();
    const lease = this.store.lease();
    lease.keep(digest);
    blobs.set(digest, { lease, until });
  }

  /** False when a manifest needs it: then it stays. */
  async dropBlob(path: string, digest: Digest): Promise<boolean> {
    if (await this.#isPart(path, digest)) return false;
    this.forgetBlob(path, digest);
    return true;
  }

  forgetBlob(path: string, digest: Digest): void {
    const blobs = this.#pending.get(path);
    blobs?.get(digest)?.lease.release();
    blobs?.delete(digest);
    if (blobs?.size === 0) this.#pending.delete(path);
  }

  /** Takes a manifest in that is in the store already. Errors: `unknown-blob`. */
  async put(path: string, tag: string | null, { descriptor, children }: Facts): Promise<void> {
    const manifests = [descriptor, ...children.filter(isManifest)];
    await this.store.change({
      add: [
        ...manifests.map((target) => ({ reference: this.#reference(path, null, target.digest), target: bare(target) })),
        ...(tag === null ? [] : [{ reference: this.#reference(path, tag), target: descriptor }]),
      ],
      remove: [],
    });
    for (const { digest } of [descriptor, ...children]) this.forgetBlob(path, digest);
  }

  untag(path: string, tag: string): Promise<void> {
    return this.store.untag(this.#reference(path, tag));
  }

  /**
   * Removes a manifest and its tags. Indexes that list it stay, and are without it then. What it was made of stays until `until`, for
   * whoever pushes the next one of it.
   */
  async remove(path: string, digest: Digest, until: number): Promise<void> {
    const manifests = await this.manifests(path);
    for (const child of manifests.get(digest)?.children ?? [])
      if (!isManifest(child) && (await this.hasBlob(path, child.digest))) this.keepBlob(path, child.digest, until);
    const gone = this.#named(path).filter(({ target }) => target.digest === digest);
    const listing = [...manifests.values()].filter(({ children }) => children.some((child) => child.digest === digest));
    // From now on they are as if they had been pushed: without that they would go on showing all they list.
    const explicit = listing.flatMap(({ descriptor, children }) => [descriptor, ...children.filter(isManifest)]);
    const present = await Promise.all(
      explicit.map(async (one) => (await this.store.blobs.size(one.digest)) !== null && one.digest !== digest),
    );
    await this.store.change({
      remove: gone.map(({ tag, target }) => this.#reference(path, tag, tag === null ? target.digest : null)),
      add: explicit
        .filter((_, index) => present[index])
        .map((target) => ({ reference: this.#reference(path, null, target.digest), target: bare(target) })),
    });
  }

  /** Lets go of blobs for which no manifest came. */
  expire(now: number): void {
    for (const [path, blobs] of [...this.#pending])
      for (const [digest, { until }] of [...blobs]) if (until <= now) this.forgetBlob(path, digest);
    this.#facts.keepOnly(new Set(this.store.list().map(({ target }) => target.digest)));
  }

  close(): void {
    this.expire(Number.POSITIVE_INFINITY);
  }

  async #isPart(path: string, digest: Digest): Promise<boolean> {
    const manifests = await this.manifests(path);
    return [...manifests.values()].some(({ children }) =>
      children.some((child) => child.digest === digest && !isManifest(child)),
    );
  }

  #named(path: string): Named[] {
    const prefix = `${this.domain}/${path}`;
    return this.store.list().flatMap(({ name, target }): Named[] => {
      if (!name.startsWith(prefix)) return [];
      const rest = name.slice(prefix.length);
      if (rest.startsWith('@')) return [{ tag: null, target }];
      return rest.startsWith(':') && !rest.includes('/') ? [{ tag: rest.slice(1).replace(/@.*$/, ''), target }] : [];
    });
  }

  #reference(path: string, tag: string | null, digest: Digest | null = null): Reference {
    return { domain: this.domain, path, tag, digest };
  }
}

function isManifest({ mediaType }: Descriptor): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType);
}

/** What an index says of a manifest is the index's own. */
function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
