/** POSIX access control lists (acl(5)), as their extended attributes hold them. */
import { SysError } from '../abi/errno';
import type { Credentials } from '../task/credentials';
import type { Inode } from './inode';

export const accessAclName = 'system.posix_acl_access';
export const defaultAclName = 'system.posix_acl_default';

const userObj = 1;
const user = 2;
const groupObj = 4;
const group = 8;
const maskTag = 16;
const other = 32;

export interface AclEntry {
  tag: number;
  bits: number;
  /** Of the initial user namespace; only for named users and groups. */
  id: number;
}
export type Acl = readonly AclEntry[];

/** EINVAL, EOPNOTSUPP. `toGlobal` numbers ids as the kernel does. Null: no entries, which is no list. */
export function parseAcl(value: Uint8Array, toGlobal: (kind: 'uid' | 'gid', id: number) => number | null): Acl | null {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (value.length < 4 || (value.length - 4) % 8 !== 0) throw new SysError('EINVAL');
  if (view.getUint32(0, true) !== 2) throw new SysError('EOPNOTSUPP');
  const entries: AclEntry[] = [];
  for (let at = 4; at < value.length; at += 8) {
    const tag = view.getUint16(at, true);
    const named = tag === user || tag === group;
    const id = named ? toGlobal(tag === user ? 'uid' : 'gid', view.getUint32(at + 4, true)) : 0;
    if (id === null) throw new SysError('EINVAL');
    entries.push({ tag, bits: view.getUint16(at + 2, true) & 7, id });
  }
  return entries.length === 0 ? null : checked(entries);
}

export function formatAcl(acl: Acl, fromGlobal: (kind: 'uid' | 'gid', id: number) => number): Uint8Array {
  const value = new Uint8Array(4 + acl.length * 8);
  const view = new DataView(value.buffer);
  view.setUint32(0, 2, true);
  acl.forEach(({ tag, bits, id }, index) => {
    const at = 4 + index * 8;
    const named = tag === user || tag === group;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, bits, true);
    view.setUint32(at + 4, named ? fromGlobal(tag === user ? 'uid' : 'gid', id) : 0xffff_ffff, true);
  });
  return value;
}

/** posix_acl_valid: in order, the three owners once, a mask wherever somebody is named. */
function checked(entries: AclEntry[]): Acl {
  const count = (tag: number) => entries.filter((entry) => entry.tag === tag).length;
  const inOrder = entries.every(({ tag }, at) => at === 0 || (entries[at - 1]?.tag ?? 0) <= tag);
  const named = count(user) + count(group) > 0;
  const known = count(userObj) + count(user) + count(groupObj) + count(group) + count(maskTag) + count(other);
  const isValid =
    inOrder && known === entries.length && count(userObj) === 1 && count(groupObj) === 1 && count(other) === 1;
  if (!isValid || count(maskTag) > 1 || (named && count(maskTag) === 0)) throw new SysError('EINVAL');
  return entries;
}

/** posix_acl_permission, for somebody who does not own the file. */
export function aclPermits(acl: Acl, cred: Credentials, inode: Inode, wanted: number): boolean {
  const mask = acl.find(({ tag }) => tag === maskTag)?.bits ?? 7;
  const grants = (bits: number) => (bits & mask & wanted) === wanted;
  const named = acl.find(({ tag, id }) => tag === user && id === cred.fsuid);
  if (named) return grants(named.bits);
  const isIn = (gid: number) => cred.fsgid === gid || cred.groups.includes(gid);
  const groups = acl.filter(({ tag, id }) => (tag === groupObj && isIn(inode.gid)) || (tag === group && isIn(id)));
  if (groups.length > 0) return groups.some(({ bits }) => grants(bits));
  return ((acl.find(({ tag }) => tag === other)?.bits ?? 0) & wanted) === wanted;
}

/** Nothing beside what the mode says. */
export function isMinimal(acl: Acl): boolean {
  return acl.every(({ tag }) => tag === userObj || tag === groupObj || tag === other);
}

/** The permission bits an access list stands for. */
export function modeOfAcl(acl: Acl): number {
  const bits = (tag: number) => acl.find((entry) => entry.tag === tag)?.bits;
  return ((bits(userObj) ?? 0) << 6) | ((bits(maskTag) ?? bits(groupObj) ?? 0) << 3) | (bits(other) ?? 0);
}

/** chmod(2) of a file with a list: the group's bits are the mask's. */
export function withMode(acl: Acl, mode: number): Acl {
  const hasMask = acl.some(({ tag }) => tag === maskTag);
  return acl.map((entry) => {
    if (entry.tag === userObj) return { ...entry, bits: (mode >> 6) & 7 };
    if (entry.tag === maskTag || (entry.tag === groupObj && !hasMask)) return { ...entry, bits: (mode >> 3) & 7 };
    if (entry.tag === other) return { ...entry, bits: mode & 7 };
    return entry;
  });
}

/** What a new file inherits: of the asked mode only what the list grants (posix_acl_create). The umask does not count. */
export function inherited(acl: Acl, mode: number): { acl: Acl; mode: number } {
  const granted = mode & (modeOfAcl(acl) | ~0o777);
  return { acl: withMode(acl, granted), mode: granted };
}
