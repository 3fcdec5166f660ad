/**
 * A content on its way in: written piece by piece, by and by, and only at the end compared with its digest and put in its place. So a
 * transfer that broke off can go on where it stopped.
 */
import { ImageError } from '../error';
import { algorithmOf, type Digest, type Hasher, parseDigest, Verifier } from '../spec/digest';
import type { NewFile, StoreFiles } from './files';

export class Ingest {
  /** Of what came so far: nearly always the algorithm that is asked for at the end. */
  readonly #hash: Hasher;
  #size = 0;

  constructor(
    private readonly files: StoreFiles,
    private readonly file: NewFile,
    private readonly path: string,
    private readonly place: (from: string, digest: Digest) => Promise<void>,
  ) {
    this.#hash = files.hasher('sha256');
  }

  /** Bytes that came so far. */
  get size(): number {
    return this.#size;
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.file.write(chunk);
    this.#hash.update(chunk);
    this.#size += chunk.byteLength;
  }

  /** Ends it: the content is in the store, or it was another one and nothing is left. Errors: `digest-mismatch`, `unsupported-digest`. */
  async commit(digest: Digest): Promise<void> {
    try {
      await this.file.finish();
      if (algorithmOf(digest) === 'sha256') this.#compare(digest);
      else await this.#readAgain(digest);
    } catch (error) {
      await this.discard();
      throw error;
    }
    await this.place(this.path, digest);
  }

  /** Ends it, whatever it is, under its own digest; `keep` hears of that before it is there, for a lease. */
  async commitAsIs(keep: (digest: Digest) => void): Promise<Digest> {
    await this.file.finish().catch(async (error) => {
      await this.discard();
      throw error;
    });
    const digest = parseDigest(`sha256:${this.#hash.finish()}`);
    keep(digest);
    await this.place(this.path, digest);
    return digest;
  }

  discard(): Promise<void> {
    return this.file.discard();
  }

  #compare(digest: Digest): void {
    const found = `sha256:${this.#hash.finish()}`;
    if (found !== digest) throw new ImageError('digest-mismatch', digest, `the content is that of ${found}`);
  }

  async #readAgain(digest: Digest): Promise<void> {
    const verifier = new Verifier(digest, this.#size, (algorithm) => this.files.hasher(algorithm));
    for await (const chunk of (await this.files.open(this.path)) ?? []) verifier.update(chunk);
    verifier.finish();
  }
}
