/** Blobs of a repository: reading and deleting, and all the ways in which they come (distribution-spec 1.1, "Pulling blobs", "Pushing Blobs"). */
import { type Digest, parseDigest } from '../spec/digest';
import type { ImageStore } from '../store/image-store';
import { streamOf } from '../streams';
import { RegistryError } from './errors';
import { chunkOf, partOf } from './headers';
import type { Repositories } from './repositories';
import { digestOf, type Upload, type Uploads } from './uploads';

export class BlobEndpoints {
  constructor(
    private readonly store: ImageStore,
    private readonly repositories: Repositories,
    private readonly uploads: Uploads,
    /** When a blob of which no manifest speaks may go. */
    private readonly keepUntil: () => number,
  ) {}

  async get(name: string, digestText: string, range: string | null): Promise<Response> {
    const digest = parseDigest(digestText);
    const size = (await this.repositories.hasBlob(name, digest)) ? await this.store.blobs.size(digest) : null;
    if (size === null) throw this.#unknown(name, digest);
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Docker-Content-Digest': digest,
      ETag: `"${digest}"`,
      'Accept-Ranges': 'bytes',
      // It is named by what it is.
      'Cache-Control': 'max-age=31536000, immutable',
    };
    const part = partOf(range, size);
    if (!part)
      return new Response(streamOf(this.store.blobs.read({ digest, size })), {
        headers: { ...headers, 'Content-Length': `${size}` },
      });
    return new Response(streamOf(this.store.blobs.readPart(digest, part)), {
      status: 206,
      headers: {
        ...headers,
        'Content-Length': `${part.last - part.first + 1}`,
        'Content-Range': `bytes ${part.first}-${part.last}/${size}`,
      },
    });
  }

  async delete(name: string, digestText: string): Promise<Response> {
    const digest = parseDigest(digestText);
    if (!(await this.repositories.hasBlob(name, digest))) throw this.#unknown(name, digest);
    if (!(await this.repositories.dropBlob(name, digest)))
      throw new RegistryError(
        'UNSUPPORTED',
        `a manifest in ${name} needs ${digest}: delete that, and the blob goes, too`,
      );
    return new Response(null, { status: 202 });
  }

  /** `mayPull`: whether whoever asks may read the repository a blob is to be mounted from. */
  async post(name: string, request: Request, url: URL, mayPull: (from: string) => boolean): Promise<Response> {
    const mount = url.searchParams.get('mount');
    const mounted = mount === null ? null : await this.#mount(name, mount, url.searchParams.get('from'), mayPull);
    if (mounted) return mounted;
    const isWhole = url.searchParams.has('digest');
    const digest = isWhole ? digestOf(url) : null;
    const upload = await this.uploads.start(name);
    if (digest) return this.#finish(upload, request, digest).finally(() => this.uploads.cancel(upload));
    return new Response(null, { status: 202, headers: { ...upload.headers(), 'Content-Length': '0' } });
  }

  async patch(name: string, id: string, request: Request): Promise<Response> {
    const upload = this.uploads.find(name, id);
    await this.uploads.append(upload, chunkOf(request));
    return new Response(null, { status: 202, headers: { ...upload.headers(), 'Content-Length': '0' } });
  }

  async put(name: string, id: string, request: Request, url: URL): Promise<Response> {
    const upload = this.uploads.find(name, id);
    return this.#finish(upload, request, digestOf(url));
  }

  status(name: string, id: string): Response {
    return new Response(null, { status: 204, headers: this.uploads.find(name, id).headers() });
  }

  async cancel(name: string, id: string): Promise<Response> {
    await this.uploads.cancel(this.uploads.find(name, id));
    return new Response(null, { status: 204 });
  }

  async #finish(upload: Upload, request: Request, digest: Digest): Promise<Response> {
    const { repository } = upload;
    const isNew = !(await this.repositories.hasBlob(repository, digest));
    // Held before it is there, or a collection could come in between.
    this.repositories.keepBlob(repository, digest, this.keepUntil());
    try {
      await this.uploads.finish(upload, chunkOf(request), digest);
    } catch (error) {
      if (isNew) this.repositories.forgetBlob(repository, digest);
      throw error;
    }
    return created(repository, digest);
  }

  /** Null when it cannot be: then an upload begins, as if nobody had asked. Without `from` any repository will do. */
  async #mount(
    name: string,
    mount: string,
    from: string | null,
    mayPull: (from: string) => boolean,
  ): Promise<Response | null> {
    const digest = parseDigest(mount);
    const sources = (from === null ? this.repositories.all() : [from]).filter(mayPull);
    if (!(await this.#isIn([name, ...sources], digest))) return null;
    this.repositories.keepBlob(name, digest, this.keepUntil());
    if ((await this.store.blobs.size(digest)) !== null) return created(name, digest);
    this.repositories.forgetBlob(name, digest);
    return null;
  }

  async #isIn(names: readonly string[], digest: Digest): Promise<boolean> {
    for (const name of names) if (await this.repositories.hasBlob(name, digest)) return true;
    return false;
  }

  #unknown(name: string, digest: Digest): RegistryError {
    return new RegistryError('BLOB_UNKNOWN', `${name} has no blob ${digest}`);
  }
}

function created(name: string, digest: Digest): Response {
  return new Response(null, {
    status: 201,
    headers: { Location: `/v2/${name}/blobs/${digest}`, 'Docker-Content-Digest': digest, 'Content-Length': '0' },
  });
}
