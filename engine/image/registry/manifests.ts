/** Manifests of a repository, and what can be found out about them (distribution-spec 1.1, "Pushing Manifests", "Content Discovery"). */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import { type Digest, DigestSchema, parseDigest, sha256Of, Verifier } from '../spec/digest';
import { maxManifestBytes, mediaTypeOf, parseIndex, parseManifest } from '../spec/manifest';
import { isIndexType, isManifestType, isNonDistributable, mediaTypes } from '../spec/media-types';
import { isTag } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import { streamOf, wholeOf } from '../streams';
import { RegistryError } from './errors';
import { accepts } from './headers';
import { type Facts, factsOf } from './manifest-facts';
import type { Repositories } from './repositories';

export class ManifestEndpoints {
  constructor(
    private readonly store: ImageStore,
    private readonly repositories: Repositories,
    /** When a manifest that was not taken in after all may go. */
    private readonly keepUntil: () => number,
  ) {}

  async get(name: string, reference: string, accept: string | null): Promise<Response> {
    const found = await this.repositories.manifest(name, validReference(reference));
    if (!found) throw this.#unknown(name, reference);
    // Who knows the digest knows what it is of.
    if (isTag(reference) && !accepts(accept, found.mediaType))
      throw new RegistryError('MANIFEST_UNKNOWN', `${name}:${reference} is ${found.mediaType}, which is not accepted`);
    return new Response(streamOf(this.store.blobs.read(found)), {
      headers: {
        'Content-Type': found.mediaType,
        'Content-Length': `${found.size}`,
        'Docker-Content-Digest': found.digest,
        ETag: `"${found.digest}"`,
      },
    });
  }

  async put(name: string, reference: string, request: Request): Promise<Response> {
    validReference(reference);
    const content = await wholeOf(request.body, maxManifestBytes);
    if (!content)
      throw new RegistryError('SIZE_INVALID', `a manifest has at most ${maxManifestBytes} bytes`, { status: 413 });
    const digest = DigestSchema.safeParse(reference).data ?? sha256Of(content);
    const facts = this.#read(content, digest, request.headers.get('content-type'));
    await this.#mustHaveAll(name, facts);
    this.repositories.keepBlob(name, digest, this.keepUntil());
    try {
      await this.store.blobs.write(facts.descriptor, [content]);
      await this.repositories.put(name, isTag(reference) ? reference : null, facts);
    } finally {
      this.repositories.forgetBlob(name, digest);
    }
    const subject: Record<string, string> = facts.subject === null ? {} : { 'OCI-Subject': facts.subject };
    const location = `/v2/${name}/manifests/${digest}`;
    return new Response(null, {
      status: 201,
      headers: { Location: location, 'Docker-Content-Digest': digest, 'Content-Length': '0', ...subject },
    });
  }

  /** A tag goes alone; a digest takes its tags with it. */
  async delete(name: string, reference: string): Promise<Response> {
    const found = await this.repositories.manifest(name, validReference(reference));
    if (!found) throw this.#unknown(name, reference);
    if (isTag(reference)) await this.repositories.untag(name, reference);
    else await this.repositories.remove(name, found.digest, this.keepUntil());
    return new Response(null, { status: 202 });
  }

  /** All that says it is about this digest, whether that is here or not. */
  async referrers(name: string, digestText: string, artifactType: string | null): Promise<Response> {
    const digest = parseDigest(digestText);
    const all = [...(await this.repositories.manifests(name)).values()].filter(({ subject }) => subject === digest);
    const manifests = all
      .filter((facts) => artifactType === null || facts.artifactType === artifactType)
      .map(referrer)
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
    const filtered: Record<string, string> = artifactType === null ? {} : { 'OCI-Filters-Applied': 'artifactType' };
    return Response.json(
      { schemaVersion: 2, mediaType: mediaTypes.index, manifests },
      { headers: { 'Content-Type': mediaTypes.index, ...filtered } },
    );
  }

  #read(content: Uint8Array, digest: Digest, contentType: string | null): Facts {
    const verifier = new Verifier(digest, null);
    verifier.update(content);
    verifier.finish();
    const mediaType = contentType?.split(';', 1)[0]?.trim() || mediaTypeOf(content, digest);
    const descriptor: Descriptor = { mediaType, digest, size: content.byteLength };
    if (isIndexType(mediaType)) return factsOf(descriptor, parseIndex(content, mediaType, digest));
    return factsOf(descriptor, parseManifest(content, mediaType, digest));
  }

  /** A repository never refers to what is not in it: knowing a digest is not enough to get at another's content. */
  async #mustHaveAll(name: string, { children, descriptor }: Facts): Promise<void> {
    const manifests = await this.repositories.manifests(name);
    for (const { digest, mediaType } of children) {
      if (isNonDistributable(mediaType)) continue;
      const isManifest = isIndexType(mediaType) || isManifestType(mediaType);
      const isHere = isManifest ? manifests.has(digest) : await this.repositories.hasBlob(name, digest);
      if (!isHere)
        throw new ImageError('unknown-blob', digest, `is missing in ${name}, and ${descriptor.digest} needs it`);
    }
  }

  #unknown(name: string, reference: string): RegistryError {
    return this.repositories.has(name)
      ? new RegistryError('MANIFEST_UNKNOWN', `${name} has no manifest ${reference}`)
      : new RegistryError('NAME_UNKNOWN', `there is no repository ${name}`, { status: 404 });
  }
}

function referrer({ descriptor, artifactType, annotations }: Facts): Descriptor {
  const { mediaType, digest, size } = descriptor;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === null ? {} : { artifactType }),
    ...(annotations ? { annotations: { ...annotations } } : {}),
  };
}

function validReference(reference: string): string {
  if (reference.includes(':')) return parseDigest(reference);
  if (isTag(reference)) return reference;
  throw new RegistryError('MANIFEST_INVALID', `${reference} is neither a tag nor a digest`);
}
