/** The header of a member of a gzip file (RFC 1952, section 2.3). */
import { nameFromBytes, nameToBytes } from '../../kernel';
import { GzipError } from './error';

export interface GzipHeader {
  /** Of the file it was made of; null when it does not say. */
  name: string | null;
  /** Seconds since 1970, of the file it was made of; 0 when it does not say. */
  mtime: number;
}

const fixedBytes = 10;
const deflate = 8;
const unix = 3;
const hasCrc = 2;
const hasExtra = 4;
const hasName = 8;
const hasComment = 16;
const known = 0x1f;

export function writeGzipHeader({ name, mtime }: GzipHeader, level: number): Uint8Array {
  const named = name === null ? new Uint8Array() : nameToBytes(`${name}\0`);
  const header = new Uint8Array(fixedBytes + named.byteLength);
  const seconds = mtime > 0 && mtime <= 0xffffffff ? mtime : 0;
  header.set([0x1f, 0x8b, deflate, name === null ? 0 : hasName]);
  new DataView(header.buffer).setUint32(4, seconds, true);
  header[8] = level === 9 ? 2 : level === 1 ? 4 : 0;
  header[9] = unix;
  header.set(named, fixedBytes);
  return header;
}

/** Null when there is more to come. Errors: `not gzip`, `unknown method`. */
export function readGzipHeader(bytes: Uint8Array): { header: GzipHeader; length: number } | null {
  const magic = [0x1f, 0x8b];
  if (magic.some((byte, at) => at < bytes.byteLength && bytes[at] !== byte)) throw new GzipError('not gzip');
  if (bytes.byteLength < fixedBytes) return null;
  const flags = bytes[3] ?? 0;
  if (bytes[2] !== deflate || (flags & ~known) !== 0) throw new GzipError('unknown method');
  let at = fixedBytes;
  if (flags & hasExtra) {
    if (bytes.byteLength < at + 2) return null;
    at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  }
  let name: string | null = null;
  if (flags & hasName) {
    const end = bytes.indexOf(0, at);
    if (end < 0) return null;
    name = nameFromBytes(bytes.subarray(at, end));
    at = end + 1;
  }
  if (flags & hasComment) {
    const end = bytes.indexOf(0, at);
    if (end < 0) return null;
    at = end + 1;
  }
  if (flags & hasCrc) at += 2;
  if (at > bytes.byteLength) return null;
  const mtime = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  return { header: { name, mtime }, length: at };
}
