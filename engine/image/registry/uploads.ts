/** Uploads that are under way. Each is forgotten, with what came of it, when nobody goes on with it for a while. */
import { ImageError } from '../error';
import { type Digest, parseDigest } from '../spec/digest';
import type { Blobs } from '../store/blobs';
import type { Ingest } from '../store/ingest';
import { piecesOf } from '../streams';
import { RegistryError } from './errors';

export interface UploadOptions {
  newId: () => string;
  now: () => number;
  /** Milliseconds. */
  idleMs: number;
  /** Uploads at the same time; more are refused. */
  most: number;
  /** Bytes of one blob. */
  maxBytes: number;
}

/** What a request says of its body: where in the blob it begins, and how long it is. Null: nothing. */
export interface Chunk {
  range: { first: number; last: number } | null;
  length: number | null;
  body: ReadableStream<Uint8Array> | null;
}

export class Upload {
  until = 0;
  /** One request after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #requests = 0;
  /** Committed, or given up. */
  isOver = false;

  constructor(
    readonly id: string,
    readonly repository: string,
    private readonly ingest: Ingest,
    private readonly maxBytes: number,
  ) {}

  /** Bytes that are here. */
  get size(): number {
    return this.ingest.size;
  }

  /** Nothing is coming in at this moment. */
  get isIdle(): boolean {
    return this.#requests === 0;
  }

  /** Where to go on, as the headers of every answer about an upload have it. */
  headers(): Record<string, string> {
    return {
      Location: `/v2/${this.repository}/blobs/uploads/${this.id}`,
      Range: `0-${Math.max(0, this.size - 1)}`,
      'Docker-Upload-UUID': this.id,
    };
  }

  /** What came before the body broke off is kept. Errors: 416 when it is not what comes next; SIZE_INVALID. */
  append(chunk: Chunk): Promise<void> {
    return this.#inTurn(() => this.#append(chunk));
  }

  /** Errors: those of `append`, DIGEST_INVALID; the upload is over then, and nothing is left of it. */
  finish(chunk: Chunk, digest: Digest): Promise<void> {
    return this.#inTurn(async () => {
      await this.#append(chunk);
      this.isOver = true;
      await this.ingest.commit(digest);
    });
  }

  discard(): Promise<void> {
    return this.#inTurn(async () => {
      this.isOver = true;
      await this.ingest.discard();
    });
  }

  async #append({ range, length, body }: Chunk): Promise<void> {
    const announced = range ? range.last - range.first + 1 : length;
    if (range && (range.first !== this.size || range.last < range.first)) throw this.#outOfOrder(range);
    if (range && length !== null && length !== announced)
      throw new RegistryError(
        'SIZE_INVALID',
        `Content-Range speaks of ${announced} bytes, Content-Length of ${length}`,
      );
    const end = this.size + (announced ?? 0);
    if (end > this.maxBytes) throw this.#tooLong();
    for await (const piece of piecesOf(body)) {
      if (this.size + piece.byteLength > this.maxBytes) throw this.#tooLong();
      if (range && this.size + piece.byteLength > end)
        throw new RegistryError('SIZE_INVALID', `the body is longer than the ${announced} bytes of Content-Range`);
      await this.ingest.write(piece);
    }
    if (announced !== null && this.size !== end)
      throw new RegistryError('SIZE_INVALID', `the body is shorter than the ${announced} bytes it was said to have`);
  }

  #outOfOrder({ first, last }: { first: number; last: number }): RegistryError {
    const message = `${this.size} bytes are here, so what comes next begins at ${this.size}, and is not ${first}-${last}`;
    return new RegistryError('BLOB_UPLOAD_INVALID', message, { status: 416, headers: this.headers() });
  }

  #tooLong(): RegistryError {
    return new RegistryError('SIZE_INVALID', `a blob may have ${this.maxBytes} bytes here`, { status: 413 });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#requests++;
    const turn = this.#turn.then(() => {
      if (this.isOver) throw unknown(this.id);
      return work();
    });
    this.#turn = turn.catch(() => undefined).finally(() => this.#requests--);
    return turn;
  }
}

export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  constructor(
    private readonly blobs: Blobs,
    private readonly options: UploadOptions,
  ) {}

  /** Errors: TOOMANYREQUESTS. */
  async start(repository: string): Promise<Upload> {
    const { most, newId, maxBytes } = this.options;
    if (this.#uploads.size >= most)
      throw new RegistryError('TOOMANYREQUESTS', `${most} uploads are under way: finish or cancel one first`);
    const upload = new Upload(newId(), repository, await this.blobs.begin(), maxBytes);
    this.#uploads.set(upload.id, upload);
    this.#touch(upload);
    return upload;
  }

  /** Errors: BLOB_UPLOAD_UNKNOWN. */
  find(repository: string, id: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload?.repository !== repository) throw unknown(id);
    this.#touch(upload);
    return upload;
  }

  async append(upload: Upload, chunk: Chunk): Promise<void> {
    await upload.append(chunk).finally(() => this.#touch(upload));
  }

  /** A chunk that was out of order leaves it as it was, and one that broke off, as far as it came; after all else it is over. */
  async finish(upload: Upload, chunk: Chunk, digest: Digest): Promise<void> {
    try {
      await upload.finish(chunk, digest);
    } catch (error) {
      const isRefused = error instanceof ImageError || (error instanceof RegistryError && error.status !== 416);
      if (isRefused || upload.isOver) await this.cancel(upload);
      throw error;
    }
    this.#uploads.delete(upload.id);
  }

  async cancel(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id);
    // It is over already when a comparison failed, and has cleaned up then.
    await upload.discard().catch((error) => {
      if (!(error instanceof RegistryError)) throw error;
    });
  }

  /** One that is coming in, however slowly, goes on. */
  async expire(now: number): Promise<void> {
    for (const upload of [...this.#uploads.values()])
      if (upload.until <= now && upload.isIdle) await this.cancel(upload);
  }

  async close(): Promise<void> {
    for (const upload of [...this.#uploads.values()]) await this.cancel(upload);
  }

  #touch(upload: Upload): void {
    upload.until = this.options.now() + this.options.idleMs;
  }
}

function unknown(id: string): RegistryError {
  return new RegistryError('BLOB_UPLOAD_UNKNOWN', `there is no upload ${id} here, or no longer: begin again`);
}

/** The query's `digest`. Errors: DIGEST_INVALID. */
export function digestOf(url: URL): Digest {
  return parseDigest(url.searchParams.get('digest') ?? '');
}
