/**
 * Contents that were found to be what their digest says. Many Machines have the same images: to compare bytes is a
 * hundredth of the work of hashing them, and a document is parsed once.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type JsonObject, parseObject } from './json';

const maxBlobs = 512;

const decoder = new TextDecoder();

export interface KnownBlob {
  content: Uint8Array;
  /** Undefined until somebody asks for it; null when it is no JSON object. */
  document: JsonObject | null | undefined;
}

export class KnownBlobs {
  readonly #blobs = new Map<string, KnownBlob>();

  /** Null when the content is not what the digest, a SHA-256, says. */
  verified(digest: string, content: Uint8Array): KnownBlob | null {
    const known = this.#blobs.get(digest);
    if (known && isSame(known.content, content)) return known;
    if (`sha256:${bytesToHex(sha256(content))}` !== digest) return null;
    if (this.#blobs.size >= maxBlobs) this.#blobs.clear();
    const blob: KnownBlob = { content, document: undefined };
    this.#blobs.set(digest, blob);
    return blob;
  }
}

export function documentOf(blob: KnownBlob): JsonObject | null {
  if (blob.document === undefined) blob.document = parseObject(decoder.decode(blob.content));
  return blob.document;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i]);
}
