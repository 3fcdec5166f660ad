/** Brings an image from a registry into a store. What is here already is not fetched again. */
import { ImageError } from '../error';
import type { Descriptor, Platform } from '../spec/descriptor';
import { type Digest, sha256Of, Verifier } from '../spec/digest';
import { maxManifestBytes, mediaTypeOf, parseIndex, parseManifest } from '../spec/manifest';
import { isIndexType, isManifestType, isNonDistributable, mediaTypes } from '../spec/media-types';
import { selectPlatform } from '../spec/platform';
import { canonicalName, type Reference } from '../spec/reference';
import type { ImageStore, Lease } from '../store/image-store';
import type { Ingest } from '../store/ingest';
import { verifyImage } from '../store/verify-image';
import { piecesOf, wholeOf } from '../streams';
import { type Connection, RegistryFailure } from './connection';
import { inParallel } from './parallel';

export interface PullOptions {
  /** Of an index: the image for this one, or all of them. */
  platform: Platform | 'all';
  /** Hears of each content that is here. */
  onContent?: (content: Descriptor) => void;
}

const accepted = [mediaTypes.index, mediaTypes.manifest, mediaTypes.dockerIndex, mediaTypes.dockerManifest].join(', ');
const blobsAtATime = 3;

export class Pull {
  readonly #lease: Lease;
  readonly #scopes: readonly string[];

  constructor(
    private readonly connection: Connection,
    private readonly store: ImageStore,
    private readonly reference: Reference,
    private readonly options: PullOptions,
  ) {
    this.#lease = store.lease();
    this.#scopes = [`repository:${reference.path}:pull`];
  }

  /** Returns what the name stands for then: an index, if it is one there. After an error the name is what it was. */
  async run(): Promise<Descriptor> {
    try {
      const { tag, digest } = this.reference;
      const root = await this.#manifest(digest ?? tag ?? 'latest', digest);
      await this.#below(root);
      await verifyImage(this.store, root);
      await this.store.tag(this.reference, root);
      return root;
    } finally {
      this.#lease.release();
    }
  }

  async #below(descriptor: Descriptor): Promise<void> {
    const content = await this.store.blobs.readWhole(descriptor);
    if (isIndexType(descriptor.mediaType)) {
      const { manifests } = parseIndex(content, descriptor.mediaType, descriptor.digest);
      const { platform } = this.options;
      const wanted =
        platform === 'all' ? manifests : [selectPlatform(manifests, platform, canonicalName(this.reference))];
      for (const each of wanted) await this.#child(each);
      return;
    }
    const { config, layers } = parseManifest(content, descriptor.mediaType, descriptor.digest);
    const blobs = new Map([config, ...layers].map((each) => [each.digest, each]));
    await inParallel([...blobs.values()], blobsAtATime, (each) => this.#blob(each));
  }

  /** An index may list what is no image: that is carried along as it is. */
  async #child(descriptor: Descriptor): Promise<void> {
    if (!isIndexType(descriptor.mediaType) && !isManifestType(descriptor.mediaType)) return this.#blob(descriptor);
    this.#lease.keep(descriptor.digest);
    const isHere = (await this.store.blobs.size(descriptor.digest)) !== null;
    if (!isHere) await this.#manifest(descriptor.digest, descriptor.digest);
    await this.#below(descriptor);
  }

  async #manifest(reference: string, expected: Digest | null): Promise<Descriptor> {
    const url = `/v2/${this.reference.path}/manifests/${reference}`;
    const { content, type } = await this.connection.persistently(async () => {
      const headers = { accept: accepted };
      const response = await this.connection.ask({ method: 'GET', url, scopes: this.#scopes, headers }, [200]);
      return { content: await wholeOf(response.body, maxManifestBytes), type: response.headers.get('content-type') };
    });
    if (!content) throw new ImageError('invalid-manifest', url, `is longer than ${maxManifestBytes} bytes`);
    const digest = expected ?? sha256Of(content);
    const verifier = new Verifier(digest, null);
    verifier.update(content);
    verifier.finish();
    const mediaType = type?.split(';', 1)[0]?.trim() || mediaTypeOf(content, digest);
    const descriptor = { mediaType, digest, size: content.byteLength };
    this.#lease.keep(digest);
    await this.store.blobs.write(descriptor, [content]);
    this.options.onContent?.(descriptor);
    return descriptor;
  }

  async #blob(descriptor: Descriptor): Promise<void> {
    this.#lease.keep(descriptor.digest);
    if ((await this.store.blobs.size(descriptor.digest)) === null && !(await this.#fetch(descriptor))) return;
    this.options.onContent?.(descriptor);
  }

  /** Goes on where a line broke. False when it is a layer that a registry need not have, and it has not. */
  async #fetch(descriptor: Descriptor): Promise<boolean> {
    const ingest = await this.store.blobs.begin();
    try {
      await this.connection.persistently(() => this.#fetchRest(descriptor, ingest));
    } catch (error) {
      await ingest.discard();
      const isMissing = error instanceof RegistryFailure && error.status === 404;
      if (isMissing && isNonDistributable(descriptor.mediaType)) return false;
      throw error;
    }
    await ingest.commit(descriptor.digest);
    return true;
  }

  async #fetchRest({ digest, size }: Descriptor, ingest: Ingest): Promise<void> {
    if (ingest.size === size && size > 0) return;
    const from = ingest.size;
    const url = `/v2/${this.reference.path}/blobs/${digest}`;
    const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-${size - 1}` } : {};
    const response = await this.connection.ask({ method: 'GET', url, scopes: this.#scopes, headers }, [200, 206]);
    // A server that cannot give a part gives all of it again.
    let toSkip = response.status === 206 ? 0 : from;
    for await (const piece of piecesOf(response.body)) {
      const rest = piece.subarray(Math.min(toSkip, piece.byteLength));
      toSkip -= piece.byteLength - rest.byteLength;
      if (ingest.size + rest.byteLength > size)
        throw new ImageError('size-mismatch', digest, `is longer than the ${size} bytes it was said to have`);
      await ingest.write(rest);
    }
    if (ingest.size < size) throw new Error(`${url}: the line broke after ${ingest.size} of ${size} bytes`);
  }
}
