/**
 * Contents by digest, as `blobs/` of an OCI image layout (image-spec 1.1, image-layout.md). A content is in place only as a whole and
 * only under its own digest: it is written beside, compared, and moved.
 */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import { algorithmOf, type Digest, encodedOf, parseDigest, sha256Of, Verifier } from '../spec/digest';
import type { NewFile, Part, StoreFiles } from './files';
import { Ingest } from './ingest';

/** Where contents are that are not whole yet. */
const ingestDirectory = 'ingest';

export class Blobs {
  /** Whoever asks for one of these waits until it is gone: it is there no longer, though it may still be seen. */
  readonly #leaving = new Map<Digest, Promise<void>>();

  constructor(
    private readonly files: StoreFiles,
    /** Different each time, also across processes. */
    private readonly newName: () => string,
  ) {}

  /** Bytes; null when it is not here. */
  async size(digest: Digest): Promise<number | null> {
    await this.#leaving.get(digest);
    return this.files.size(pathOf(digest));
  }

  /**
   * The content, compared with its digest while it is read: a reader that does not come to the end has no promise. Errors:
   * `unknown-blob`, `digest-mismatch`, `size-mismatch`.
   */
  async *read({ digest, size }: Pick<Descriptor, 'digest' | 'size'>): AsyncGenerator<Uint8Array> {
    const content = await this.files.open(pathOf(digest));
    if (!content) throw new ImageError('unknown-blob', digest, 'is not in the store');
    const verifier = this.verifier(digest, size);
    for await (const chunk of content) {
      verifier.update(chunk);
      yield chunk;
    }
    verifier.finish();
  }

  /** A part of the content, which cannot be compared with the digest. Errors: `unknown-blob`. */
  async *readPart(digest: Digest, part: Part): AsyncGenerator<Uint8Array> {
    const content = await this.files.open(pathOf(digest), part);
    if (!content) throw new ImageError('unknown-blob', digest, 'is not in the store');
    yield* content;
  }

  /** For what is small: manifests and configurations. Errors: those of `read`. */
  async readWhole(descriptor: Pick<Descriptor, 'digest' | 'size'>): Promise<Uint8Array> {
    const whole = new Uint8Array(descriptor.size);
    let at = 0;
    for await (const chunk of this.read(descriptor)) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }

  /**
   * Takes a content in; one that is here already is not written again, but still compared. Errors: `digest-mismatch`,
   * `size-mismatch`, and what the source throws; nothing is left then.
   */
  async write(
    expected: { digest: Digest; size: number | null },
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const verifier = this.verifier(expected.digest, expected.size);
    if ((await this.size(expected.digest)) !== null) {
      for await (const chunk of content) verifier.update(chunk);
      verifier.finish();
      return;
    }
    const beside = `${ingestDirectory}/${this.newName()}`;
    const file = await this.files.create(beside);
    await orDiscard(file, async () => {
      for await (const chunk of content) {
        verifier.update(chunk);
        await file.write(chunk);
      }
      verifier.finish();
      await file.finish();
    });
    await this.#place(beside, expected.digest);
  }

  /** With the fastest hasher there is where the store lies. Errors: `unsupported-digest`. */
  verifier(digest: Digest, size: number | null): Verifier {
    return new Verifier(digest, size, (algorithm) => this.files.hasher(algorithm));
  }

  async #place(from: string, digest: Digest): Promise<void> {
    await this.#leaving.get(digest);
    await this.files.replace(from, pathOf(digest));
  }

  /** Takes in what is in memory, and answers with how to refer to it; `keep` hears of it before it is there, for a lease. */
  async add(content: Uint8Array, mediaType: string, keep?: (digest: Digest) => void): Promise<Descriptor> {
    const descriptor = { mediaType, digest: sha256Of(content), size: content.byteLength };
    keep?.(descriptor.digest);
    await this.write(descriptor, [content]);
    return descriptor;
  }

  /** A content that comes bit by bit, and of which the digest may be known only at the end. */
  async begin(): Promise<Ingest> {
    const path = `${ingestDirectory}/${this.newName()}`;
    const file = await this.files.create(path);
    return new Ingest(this.files, file, path, (from, digest) => this.#place(from, digest));
  }

  remove(digest: Digest): Promise<void> {
    const leaving = this.files.remove(pathOf(digest)).finally(() => this.#leaving.delete(digest));
    this.#leaving.set(digest, leaving);
    return leaving;
  }

  async all(): Promise<Digest[]> {
    const digests: Digest[] = [];
    for (const algorithm of await this.files.list('blobs'))
      for (const encoded of await this.files.list(`blobs/${algorithm}`))
        digests.push(parseDigest(`${algorithm}:${encoded}`));
    return digests;
  }

  /** Removes what a predecessor was writing when it ended. Nobody else may be writing. Returns how many there were. */
  async sweep(): Promise<number> {
    const left = await this.files.list(ingestDirectory);
    for (const name of left) await this.files.remove(`${ingestDirectory}/${name}`);
    return left.length;
  }
}

function pathOf(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${encodedOf(digest)}`;
}

async function orDiscard(file: NewFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
