/** What a registry has to know of manifests. A manifest never changes, so each is read once. */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import type { Digest } from '../spec/digest';
import { childrenOf, type Index, type Manifest } from '../spec/manifest';
import { isIndexType } from '../spec/media-types';
import type { ImageStore } from '../store/image-store';

export interface Facts {
  descriptor: Descriptor;
  children: Descriptor[];
  /** What it is about: the digest of another manifest. */
  subject: Digest | null;
  /** As the referrers API has it: that of the manifest, else the media type of its config. */
  artifactType: string | null;
  annotations: Readonly<Record<string, string>> | null;
}

export function factsOf(descriptor: Descriptor, parsed: Manifest | Index): Facts {
  const ofConfig = 'config' in parsed ? parsed.config.mediaType : null;
  return {
    descriptor,
    children: childrenOf(parsed),
    subject: parsed.subject?.digest ?? null,
    artifactType: parsed.artifactType ?? ofConfig,
    annotations: parsed.annotations ?? null,
  };
}

export class ManifestFacts {
  readonly #known = new Map<Digest, Facts>();

  constructor(private readonly store: ImageStore) {}

  /** Null when it is not in the store: an index may list images that nobody brought. */
  async of(descriptor: Descriptor): Promise<Facts | null> {
    const known = this.#known.get(descriptor.digest);
    if (known) return known;
    try {
      const isIndex = isIndexType(descriptor.mediaType);
      const parsed = isIndex ? await this.store.readIndex(descriptor) : await this.store.readManifest(descriptor);
      const facts = factsOf(descriptor, parsed);
      this.#known.set(descriptor.digest, facts);
      return facts;
    } catch (error) {
      if (error instanceof ImageError && error.code === 'unknown-blob') return null;
      throw error;
    }
  }

  keepOnly(digests: ReadonlySet<Digest>): void {
    for (const digest of this.#known.keys()) if (!digests.has(digest)) this.#known.delete(digest);
  }
}
