/**
 * Headers as GNU tar writes them (GNU tar manual, "Basic Tar Format"; POSIX pax, "ustar Interchange Format"): its own format, with long
 * names in entries before the file's; ustar, which refuses what does not fit; and pax, which has records for it.
 */
import {
  blockBytes,
  formatPaxTime,
  paddingOf,
  paxRecord,
  type TarEntry,
  writeBytes,
  writeChecksum,
  writeOctal,
} from '../../../archive';
import { concat, encode } from '../../../kernel/sim';
import { baseName, dirName, joinPath } from '../../lib/paths';
import type { Format } from './settings';

export interface Member extends TarEntry {
  user: string;
  group: string;
  /** Nanoseconds; pax keeps them. */
  atimeNs: bigint;
  ctimeNs: bigint;
}

const flags = { file: '0', link: '1', symlink: '2', char: '3', block: '4', directory: '5', fifo: '6' } as const;
const nameBytes = 100;
const prefixBytes = 155;
const maxId = 0o7777777;
const second = 1_000_000_000n;

/** Why a member cannot be written in this format. */
export class DoesNotFit extends Error {}

/** All that stands before the content. Errors: `DoesNotFit`. */
export function headerOf(member: Member, format: Format): Uint8Array {
  if (format === 'posix') return concat([...paxBlocks(member), headerBlock(member, format)]);
  if (format === 'ustar') return headerBlock(split(member), format);
  const long = [
    ...(tooLong(member.target) ? longBlocks(member.target, 'K', member) : []),
    ...(tooLong(member.path) ? longBlocks(member.path, 'L', member) : []),
  ];
  return concat([...long, headerBlock(member, format)]);
}

function tooLong(text: string): boolean {
  return encode(text).length > nameBytes;
}

function headerBlock(
  member: Member & { prefix?: string },
  format: Format,
  flag: string = flags[member.type],
): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const { mode, uid, gid, size, mtimeNs } = member;
  const isGnu = format === 'gnu';
  writeBytes(block, 0, encode(member.path).subarray(0, nameBytes));
  writeOctal(block, 100, 8, mode);
  writeOctal(block, 108, 8, uid > maxId ? 0 : uid);
  writeOctal(block, 116, 8, gid > maxId ? 0 : gid);
  writeOctal(block, 124, 12, size);
  writeOctal(block, 136, 12, mtimeNs < 0n ? 0 : Number(mtimeNs / second));
  block[156] = flag.charCodeAt(0);
  writeBytes(block, 157, encode(member.target).subarray(0, nameBytes));
  writeBytes(block, 257, encode(isGnu ? 'ustar  \0' : 'ustar\u000000'));
  writeBytes(block, 265, encode(member.user).subarray(0, 31));
  writeBytes(block, 297, encode(member.group).subarray(0, 31));
  const [major, minor] = (member.device ?? (isGnu || flag === 'x' ? '' : '0:0')).split(':');
  if (major !== undefined && minor !== undefined) {
    writeOctal(block, 329, 8, Number(major));
    writeOctal(block, 337, 8, Number(minor));
  }
  if (member.prefix !== undefined) writeBytes(block, 345, encode(member.prefix));
  writeChecksum(block);
  return block;
}

const nobody = { uid: 0, gid: 0, mode: 0o644, target: '', device: null, type: 'file' } as const;

function longBlocks(text: string, flag: 'K' | 'L', member: Member): Uint8Array[] {
  const content = encode(`${text}\0`);
  // Of root, whoever made it; with names where the others have them.
  const names = member.user === '' ? {} : { user: 'root', group: 'root' };
  const head = { ...member, ...nobody, ...names, path: '././@LongLink', size: content.length, mtimeNs: 0n };
  return [headerBlock(head, 'gnu', flag), content, new Uint8Array(paddingOf(content.length))];
}

function paxBlocks(member: Member): Uint8Array[] {
  const { path, target, uid, gid, mtimeNs, atimeNs, ctimeNs, xattrs } = member;
  const records: Array<[string, Uint8Array]> = [];
  const put = (key: string, text: string) => records.push([key, encode(text)]);
  if (tooLong(path)) put('path', path);
  if (tooLong(target)) put('linkpath', target);
  if (uid > maxId) put('uid', String(uid));
  if (gid > maxId) put('gid', String(gid));
  if (mtimeNs < 0n || mtimeNs % second !== 0n) put('mtime', formatPaxTime(mtimeNs));
  put('atime', formatPaxTime(atimeNs));
  put('ctime', formatPaxTime(ctimeNs));
  for (const [name, value] of xattrs) records.push([`SCHILY.xattr.${name}`, value]);
  const content = concat(records.map(([key, value]) => paxRecord(key, value)));
  const name = joinPath(joinPath(dirName(path), 'PaxHeaders'), baseName(path));
  const head = { ...member, ...nobody, user: '', group: '', path: name, size: content.length };
  return [headerBlock(head, 'posix', 'x'), content, new Uint8Array(paddingOf(content.length))];
}

/** A long path of ustar stands in two fields, cut at a slash. */
function split(member: Member): Member & { prefix?: string } {
  const { path, target } = member;
  if (tooLong(target)) throw new DoesNotFit(`${target}: link name is too long; not dumped`);
  if (!tooLong(path)) return member;
  const bytes = encode(path);
  if (bytes.length > nameBytes + prefixBytes + 1)
    throw new DoesNotFit(`${path}: file name is too long (max ${nameBytes + prefixBytes + 1}); not dumped`);
  // As much as goes into the first of them.
  const from = Math.min(prefixBytes, bytes.length - 2);
  const slash = bytes.lastIndexOf(0x2f, from);
  if (slash <= 0 || bytes.length - slash - 1 > nameBytes)
    throw new DoesNotFit(`${path}: file name is too long (cannot be split); not dumped`);
  const cut = [...path].length === bytes.length ? slash : new TextDecoder().decode(bytes.subarray(0, slash)).length;
  return { ...member, prefix: path.slice(0, cut), path: path.slice(cut + 1) };
}
