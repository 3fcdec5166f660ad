/** Checksums of the files on the command line: cryptographic digests by name, and those of cksum(1) and sum(1). */
import { blake2b } from '@noble/hashes/blake2.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';

export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'blake2b';

/** Takes data piece by piece. */
export interface RunningDigest {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** `bits`: the length of the digest, for blake2b only (512 when left out). */
export function createDigest(name: DigestName, bits = 512): RunningDigest {
  switch (name) {
    case 'md5':
      return md5.create();
    case 'sha1':
      return sha1.create();
    case 'sha224':
      return sha224.create();
    case 'sha256':
      return sha256.create();
    case 'sha384':
      return sha384.create();
    case 'sha512':
      return sha512.create();
    case 'blake2b':
      return blake2b.create({ dkLen: bits / 8 });
  }
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** The CRC of POSIX cksum: over the data, then its length. */
export class PosixCrc {
  #value = 0;
  length = 0;

  update(data: Uint8Array): void {
    let value = this.#value;
    for (const byte of data) value = (value << 8) ^ (crcTable[((value >>> 24) ^ byte) & 0xff] ?? 0);
    this.#value = value;
    this.length += data.length;
  }

  get result(): number {
    let value = this.#value;
    for (let rest = this.length; rest > 0; rest = Math.floor(rest / 256)) {
      value = (value << 8) ^ (crcTable[((value >>> 24) ^ rest) & 0xff] ?? 0);
    }
    return ~value >>> 0;
  }
}
