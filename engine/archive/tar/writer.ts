/**
 * Writes entries as POSIX pax: a ustar header, and an extended one before it for what does not fit there. The same entry gives the same bytes:
 * records are sorted, no names of users, no time but the entry's own. Sparse files are in GNU tar's format 1.0.
 */
import { hasEscapes, nameToBytes } from '../../kernel';
import { blockBytes, type EntryType, paddingOf, type TarEntry } from './entry';
import { writeBytes, writeChecksum, writeOctal } from './fields';
import { formatPaxTime, paxRecord } from './pax';
import type { Segment } from './sparse';

const encoder = new TextEncoder();
const flags: Readonly<Record<EntryType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  char: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};
const nameBytes = 100;
const maxOctalId = 0o7777777;
const maxOctalSize = 0o77777777777;
const second = 1_000_000_000n;

/** All that stands before the content. With `segments` only those of the content follow, in order. */
export function writeHeader(entry: TarEntry, segments?: readonly Segment[]): Uint8Array {
  const map = segments ? sparseMap(segments) : null;
  const stored = segments && map ? map.byteLength + storedBytes(segments) : entry.size;
  const records = recordsOf(entry, stored, map !== null);
  const name = map ? `GNUSparseFile.0/${baseOf(entry.path)}` : entry.path;
  const blocks = [headerBlock(entry, name, flags[entry.type], stored)];
  if (records.byteLength > 0) {
    const extension = { ...entry, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, target: '', device: null };
    const head = headerBlock(extension, `PaxHeaders/${baseOf(entry.path)}`, 'x', records.byteLength);
    blocks.unshift(head, records, new Uint8Array(paddingOf(records.byteLength)));
  }
  if (map) blocks.push(map);
  return concat(blocks);
}

/** Two zero blocks. */
export function endOfArchive(): Uint8Array {
  return new Uint8Array(2 * blockBytes);
}

export function storedBytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, { bytes }) => sum + bytes, 0);
}

function recordsOf(entry: TarEntry, stored: number, isSparse: boolean): Uint8Array {
  const { path, target, uid, gid, mtimeNs, xattrs } = entry;
  const texts: Array<[string, string]> = [];
  if (isSparse) {
    texts.push(['GNU.sparse.major', '1'], ['GNU.sparse.minor', '0']);
    texts.push(['GNU.sparse.name', path], ['GNU.sparse.realsize', String(entry.size)]);
  } else if (!fits(path)) texts.push(['path', path]);
  if (!fits(target)) texts.push(['linkpath', target]);
  if (uid > maxOctalId) texts.push(['uid', String(uid)]);
  if (gid > maxOctalId) texts.push(['gid', String(gid)]);
  if (stored > maxOctalSize) texts.push(['size', String(stored)]);
  if (!isWholeOctalTime(mtimeNs)) texts.push(['mtime', formatPaxTime(mtimeNs)]);
  const records = texts.map(([key, value]) => [key, nameToBytes(value)] as const);
  for (const [name, value] of xattrs) records.push([`SCHILY.xattr.${name}`, value]);
  records.sort(([a], [b]) => (a < b ? -1 : 1));
  return concat(records.map(([key, value]) => paxRecord(key, value)));
}

function headerBlock(entry: TarEntry, name: string, flag: string, size: number): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const { mode, uid, gid, mtimeNs, target, device } = entry;
  writeBytes(block, 0, shortened(name));
  writeOctal(block, 100, 8, mode);
  writeOctal(block, 108, 8, uid > maxOctalId ? 0 : uid);
  writeOctal(block, 116, 8, gid > maxOctalId ? 0 : gid);
  writeOctal(block, 124, 12, size > maxOctalSize ? 0 : size);
  writeOctal(block, 136, 12, mtimeNs < 0n || mtimeNs / second > BigInt(maxOctalSize) ? 0 : Number(mtimeNs / second));
  block[156] = flag.charCodeAt(0);
  writeBytes(block, 157, shortened(target));
  writeBytes(block, 257, encoder.encode('ustar\u000000'));
  const [major = 0, minor = 0] = device?.split(':').map(Number) ?? [];
  writeOctal(block, 329, 8, major);
  writeOctal(block, 337, 8, minor);
  writeChecksum(block);
  return block;
}

function sparseMap(segments: readonly Segment[]): Uint8Array {
  const lines = [segments.length, ...segments.flatMap(({ offset, bytes }) => [offset, bytes])];
  const text = encoder.encode(`${lines.join('\n')}\n`);
  return concat([text, new Uint8Array(paddingOf(text.byteLength))]);
}

function isWholeOctalTime(timeNs: bigint): boolean {
  return timeNs >= 0n && timeNs % second === 0n && timeNs / second <= BigInt(maxOctalSize);
}

/** ASCII only: what else a short field means depends on the reader. */
function fits(text: string): boolean {
  return text.length <= nameBytes && /^[\x20-\x7e]*$/.test(text);
}

/** For readers that do not know extended headers. */
function shortened(text: string): Uint8Array {
  const bytes = hasEscapes(text) ? nameToBytes(text) : encoder.encode(text);
  return bytes.subarray(0, nameBytes);
}

function baseOf(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
