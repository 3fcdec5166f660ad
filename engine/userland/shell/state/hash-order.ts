/** The order in which bash's hash tables give their entries: by bucket of FNV-1 (hashlib.c), so scripts print the same. */
import { encode } from '../../../kernel/sim';

const bucketMask = 1023;
/** Of the table of commands. */
export const commandBuckets = 255;

const offset = 2166136261;

function hashOf(name: string): number {
  let hash = offset;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code > 127) return hashOfBytes(encode(name));
    hash = mix(hash, code);
  }
  return hash;
}

function hashOfBytes(bytes: Uint8Array): number {
  return bytes.reduce(mix, offset);
}

const mix = (hash: number, byte: number) => (Math.imul(hash, 16777619) ^ byte) >>> 0;

/** Within a bucket the newest comes first. */
export function inHashOrder(names: readonly string[], mask = bucketMask): string[] {
  return names
    .map((name, age) => ({ name, age, bucket: hashOf(name) & mask }))
    .sort((a, b) => a.bucket - b.bucket || b.age - a.age)
    .map(({ name }) => name);
}
