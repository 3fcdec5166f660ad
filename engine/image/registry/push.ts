/** Brings an image from a store into a registry: what it is made of first, it last (distribution-spec 1.1, "Push"). */
import { ImageError } from '../error';
import type { Descriptor, Platform } from '../spec/descriptor';
import type { Digest } from '../spec/digest';
import { isIndexType, isManifestType, isNonDistributable } from '../spec/media-types';
import { selectPlatform } from '../spec/platform';
import { canonicalName, parseReference, type Reference } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import { joined, streamOf } from '../streams';
import { type Connection, RegistryFailure } from './connection';
import { inParallel } from './parallel';

export interface PushOptions {
  /** Of an index: only the image for this one, under the name of the whole. */
  platform?: Platform;
  /** Hears of each content that is there. */
  onContent?: (content: Descriptor) => void;
  /** Of a piece, when a blob has to be sent in pieces. 8 MiB when left out. */
  chunkBytes?: number;
}

const usualChunkBytes = 8 << 20;
const blobsAtATime = 3;

export class Push {
  readonly #scope: string;
  /** Other repositories of the same registry that have a blob, as far as our names tell. */
  readonly #elsewhere = new Map<Digest, string>();

  constructor(
    private readonly connection: Connection,
    private readonly store: ImageStore,
    private readonly reference: Reference,
    private readonly options: PushOptions,
  ) {
    this.#scope = `repository:${reference.path}:pull,push`;
  }

  /** `target` is what the name shall stand for there. Returns what it does then. Errors: `unknown-blob` when a part of it is not here. */
  async run(target: Descriptor): Promise<Descriptor> {
    const root = await this.#chosen(target);
    await this.#lookElsewhere();
    await this.#below(root);
    const { tag, digest } = this.reference;
    if (digest !== null && digest !== root.digest)
      throw new ImageError('digest-mismatch', canonicalName(this.reference), `the image is ${root.digest}`);
    await this.#manifest(root, tag ?? (digest === null ? 'latest' : root.digest));
    return root;
  }

  async #chosen(target: Descriptor): Promise<Descriptor> {
    const { platform } = this.options;
    if (!platform || !isIndexType(target.mediaType)) return target;
    const { manifests } = await this.store.readIndex(target);
    return selectPlatform(manifests, platform, canonicalName(this.reference));
  }

  async #lookElsewhere(): Promise<void> {
    for (const { name, target } of this.store.list()) {
      if (!name.startsWith(`${this.reference.domain}/`)) continue;
      const { path } = parseReference(name);
      if (path === this.reference.path) continue;
      for await (const { digest } of this.store.partsOf(target)) this.#elsewhere.set(digest, path);
    }
  }

  async #below(descriptor: Descriptor): Promise<void> {
    if (isIndexType(descriptor.mediaType)) {
      for (const child of (await this.store.readIndex(descriptor)).manifests) {
        const isManifest = isIndexType(child.mediaType) || isManifestType(child.mediaType);
        if (isManifest) await this.#below(child);
        await (isManifest ? this.#manifest(child, child.digest) : this.#blob(child));
      }
      return;
    }
    const { config, layers } = await this.store.readManifest(descriptor);
    const blobs = new Map([config, ...layers].map((each) => [each.digest, each]));
    await inParallel([...blobs.values()], blobsAtATime, (each) => this.#blob(each));
  }

  async #manifest(descriptor: Descriptor, reference: string): Promise<void> {
    const content = await this.store.blobs.readWhole(descriptor);
    const url = `/v2/${this.reference.path}/manifests/${reference}`;
    const headers = { 'content-type': descriptor.mediaType };
    const body = () => Uint8Array.from(content);
    await this.#drained({ method: 'PUT', url, headers, body }, [200, 201]);
    this.options.onContent?.(descriptor);
  }

  async #blob(descriptor: Descriptor): Promise<void> {
    const isLeftOut =
      isNonDistributable(descriptor.mediaType) && (await this.store.blobs.size(descriptor.digest)) === null;
    if (isLeftOut) return;
    if (!(await this.#isThere(descriptor))) await this.#send(descriptor);
    this.options.onContent?.(descriptor);
  }

  async #isThere({ digest }: Descriptor): Promise<boolean> {
    const url = `/v2/${this.reference.path}/blobs/${digest}`;
    return (await this.#drained({ method: 'HEAD', url }, [200, 404])).status === 200;
  }

  /** All at once; when that does not get through, in pieces, from where it stopped. */
  async #send(descriptor: Descriptor): Promise<void> {
    const location = await this.#begin(descriptor);
    if (location === null) return;
    try {
      const headers = { 'content-type': 'application/octet-stream', 'content-length': `${descriptor.size}` };
      const body = () => streamOf(this.store.blobs.read(descriptor));
      await this.#once({ method: 'PUT', url: ending(location, descriptor.digest), headers, body }, [201]);
    } catch (error) {
      if (error instanceof ImageError && !(error instanceof RegistryFailure)) throw error;
      if (error instanceof RegistryFailure && error.status < 500 && error.status !== 413) throw error;
      await this.#sendInPieces(descriptor, location);
    }
  }

  /** Where to send it; null when it could be mounted from elsewhere. */
  async #begin({ digest }: Descriptor): Promise<string | null> {
    const from = this.#elsewhere.get(digest);
    const mount = from === undefined ? '' : `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
    const scopes = from === undefined ? [] : [`repository:${from}:pull`];
    const url = `/v2/${this.reference.path}/blobs/uploads/${mount}`;
    const response = await this.#drained({ method: 'POST', url, scopes }, [201, 202]);
    return response.status === 201 ? null : locationOf(response, url);
  }

  async #sendInPieces(descriptor: Descriptor, begun: string): Promise<void> {
    const { digest, size } = descriptor;
    let { location, offset } = await this.#stateOf(descriptor, begun);
    while (offset < size) {
      const last = Math.min(size, offset + (this.options.chunkBytes ?? usualChunkBytes)) - 1;
      const pieces: Uint8Array[] = [];
      for await (const piece of this.store.blobs.readPart(digest, { first: offset, last })) pieces.push(piece);
      const content = Uint8Array.from(joined(pieces));
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `${offset}-${last}`,
        'content-length': `${content.byteLength}`,
      };
      const url = location;
      const response = await this.#drained({ method: 'PATCH', url, headers, body: () => content }, [202, 416]);
      location = locationOf(response, location);
      // 416 after an attempt of which the answer was lost: it says where to go on.
      offset = response.status === 202 ? last + 1 : furtherThan(offset, response, url);
    }
    await this.#drained({ method: 'PUT', url: ending(location, digest) }, [201]);
  }

  /** How far it came; from the beginning when the registry has given it up. */
  async #stateOf(descriptor: Descriptor, location: string): Promise<{ location: string; offset: number }> {
    const response = await this.#drained({ method: 'GET', url: location }, [204, 404]);
    if (response.status === 204) return { location: locationOf(response, location), offset: offsetIn(response) };
    const url = `/v2/${this.reference.path}/blobs/uploads/`;
    const again = await this.#drained({ method: 'POST', url }, [202]);
    if (again.headers.has('location')) return { location: locationOf(again, url), offset: 0 };
    throw new ImageError('registry-failure', descriptor.digest, 'the registry begins no upload');
  }

  #drained(asked: PushAsk, expected: readonly number[]): Promise<Response> {
    return this.connection.persistently(() => this.#once(asked, expected));
  }

  async #once({ scopes = [], ...asked }: PushAsk, expected: readonly number[]): Promise<Response> {
    const response = await this.connection.ask({ ...asked, scopes: [this.#scope, ...scopes] }, expected);
    await response.body?.cancel();
    return response;
  }
}

type PushAsk = Omit<Parameters<Connection['ask']>[0], 'scopes'> & { scopes?: readonly string[] };

/** Relative to what was asked. Errors: `registry-failure` without one. */
function locationOf(response: Response, asked: string): string {
  const location = response.headers.get('location');
  if (location !== null) return location;
  throw new ImageError('registry-failure', asked, 'the registry does not say where to go on');
}

/** Bytes that are there: `0-99` is a hundred, and `0-0` is said of none. */
function offsetIn(response: Response): number {
  const [, last = '0'] = /^(?:bytes=)?0-(\d+)$/.exec(response.headers.get('range') ?? '') ?? [];
  return last === '0' ? 0 : Number(last) + 1;
}

/** A registry that refuses what is next by its own account would be asked for ever. */
function furtherThan(offset: number, response: Response, asked: string): number {
  const there = offsetIn(response) || 1;
  if (there > offset) return there;
  throw new ImageError('registry-failure', asked, `refuses what comes after byte ${offset}, and has ${there}`);
}

function ending(location: string, digest: Digest): string {
  return `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
}
