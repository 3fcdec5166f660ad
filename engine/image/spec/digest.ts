/** Digests of contents (OCI image-spec 1.1, descriptor.md, "Digests"). */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { ImageError } from '../error';

const grammar = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** Any digest that is one by its grammar, whether we can compute it or not. */
export const DigestSchema = z
  .string()
  .regex(grammar, 'a digest looks like sha256: and 64 hexadecimal digits')
  .refine(lengthIsRight, 'has not the length its algorithm gives')
  .brand<'Digest'>();

/** `sha256:` and 64 lower-case hexadecimal digits; other algorithms look alike. */
export type Digest = z.infer<typeof DigestSchema>;

/** Hexadecimal digits by algorithm: the registered ones that have to be lower-case hexadecimal. */
const lengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };
/** Algorithms that can be computed. */
export type Algorithm = 'sha256' | 'sha512';

export interface Hasher {
  update(chunk: Uint8Array): void;
  /** Lower-case hexadecimal, once. */
  finish(): string;
}

/** Where there is nothing faster: anywhere JavaScript runs. */
export function pureHasher(algorithm: Algorithm): Hasher {
  const hash = algorithm === 'sha256' ? sha256.create() : sha512.create();
  return { update: (chunk) => void hash.update(chunk), finish: () => bytesToHex(hash.digest()) };
}

function lengthIsRight(text: string): boolean {
  const { algorithm, encoded } = partsOf(text);
  const length = lengths[algorithm];
  return length === undefined || (encoded.length === length && /^[a-f0-9]+$/.test(encoded));
}

function partsOf(text: string): { algorithm: string; encoded: string } {
  const colon = text.indexOf(':');
  return { algorithm: text.slice(0, colon), encoded: text.slice(colon + 1) };
}

/** Errors: `invalid-digest`. */
export function parseDigest(text: string): Digest {
  const parsed = DigestSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ImageError('invalid-digest', text, parsed.error.issues[0]?.message ?? 'is no digest');
}

export function algorithmOf(digest: Digest): string {
  return partsOf(digest).algorithm;
}

/** What stands behind the algorithm; a file's name under `blobs/ALGORITHM/`. */
export function encodedOf(digest: Digest): string {
  return partsOf(digest).encoded;
}

export function sha256Of(content: Uint8Array): Digest {
  return parseDigest(`sha256:${bytesToHex(sha256(content))}`);
}

/** Follows a content as it passes, and says at its end whether it was the one that was promised. */
export class Verifier {
  readonly #hash: Hasher;
  #size = 0;

  /** Errors: `unsupported-digest`. */
  constructor(
    private readonly digest: Digest,
    /** Bytes; null when nobody knows. */
    private readonly size: number | null,
    newHasher: (algorithm: Algorithm) => Hasher = pureHasher,
  ) {
    const algorithm = algorithmOf(digest);
    if (algorithm !== 'sha256' && algorithm !== 'sha512')
      throw new ImageError('unsupported-digest', digest, `${algorithm} is not supported, sha256 and sha512 are`);
    this.#hash = newHasher(algorithm);
  }

  /** Errors: `size-mismatch` as soon as it is more than was promised, so that nobody has to swallow the rest. */
  update(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    if (this.size !== null && this.#size > this.size)
      throw new ImageError('size-mismatch', this.digest, `is longer than the ${this.size} bytes it was said to have`);
    this.#hash.update(chunk);
  }

  /** Errors: `size-mismatch`, `digest-mismatch`. */
  finish(): void {
    if (this.size !== null && this.#size !== this.size)
      throw new ImageError(
        'size-mismatch',
        this.digest,
        `has ${this.#size} bytes, not the ${this.size} it was said to have`,
      );
    const found = `${algorithmOf(this.digest)}:${this.#hash.finish()}`;
    if (found !== this.digest) throw new ImageError('digest-mismatch', this.digest, `the content is that of ${found}`);
  }
}
