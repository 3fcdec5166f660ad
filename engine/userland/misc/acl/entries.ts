/** Access control lists as text and as extended attributes (acl(5)). */
import { isSysError, type Sys } from '../../../kernel/sim';
import type { Accounts } from '../../lib/users';

export type Tag = 'user-obj' | 'user' | 'group-obj' | 'group' | 'mask' | 'other';

export interface Entry {
  tag: Tag;
  /** Of a named user or group; -1 for the others. */
  id: number;
  /** r 4, w 2, x 1. */
  bits: number;
}

const numbers: Readonly<Record<Tag, number>> = {
  'user-obj': 1,
  user: 2,
  'group-obj': 4,
  group: 8,
  mask: 16,
  other: 32,
};
const order: readonly Tag[] = ['user-obj', 'user', 'group-obj', 'group', 'mask', 'other'];

export const attributeOf = { access: 'system.posix_acl_access', default: 'system.posix_acl_default' } as const;
export type Kind = keyof typeof attributeOf;

/** What the mode says, where there is no list. */
export function fromMode(mode: number): Entry[] {
  return [
    { tag: 'user-obj', id: -1, bits: (mode >> 6) & 7 },
    { tag: 'group-obj', id: -1, bits: (mode >> 3) & 7 },
    { tag: 'other', id: -1, bits: mode & 7 },
  ];
}

/** Null when there is no list of that kind. */
export function readList(sys: Sys, path: string, kind: Kind): Entry[] | null {
  let value: Uint8Array;
  try {
    value = sys.getxattr(path, attributeOf[kind]);
  } catch (error) {
    if (isSysError(error, 'ENODATA', 'EOPNOTSUPP')) return null;
    throw error;
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const entries: Entry[] = [];
  for (let at = 4; at + 8 <= value.length; at += 8) {
    const tag = order.find((one) => numbers[one] === view.getUint16(at, true));
    if (!tag) continue;
    const named = tag === 'user' || tag === 'group';
    entries.push({ tag, id: named ? view.getUint32(at + 4, true) : -1, bits: view.getUint16(at + 2, true) & 7 });
  }
  return entries;
}

export function writeList(sys: Sys, path: string, kind: Kind, entries: readonly Entry[]): void {
  const list = sorted(entries);
  const value = new Uint8Array(4 + 8 * list.length);
  const view = new DataView(value.buffer);
  view.setUint32(0, 2, true);
  for (const [at, { tag, id, bits }] of list.entries()) {
    view.setUint16(4 + 8 * at, numbers[tag], true);
    view.setUint16(6 + 8 * at, bits, true);
    view.setUint32(8 + 8 * at, id >>> 0, true);
  }
  sys.setxattr(path, attributeOf[kind], value);
}

export function removeList(sys: Sys, path: string, kind: Kind): void {
  try {
    sys.removexattr(path, attributeOf[kind]);
  } catch (error) {
    if (!isSysError(error, 'ENODATA', 'EOPNOTSUPP')) throw error;
  }
}

function sorted(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => order.indexOf(a.tag) - order.indexOf(b.tag) || a.id - b.id);
}

/** The mask that lets all that is given to groups and named users count. */
export function withMask(entries: readonly Entry[]): Entry[] {
  const rest = entries.filter(({ tag }) => tag !== 'mask');
  const isNamed = rest.some(({ tag }) => tag === 'user' || tag === 'group');
  if (!isNamed) return rest;
  const bits = rest.reduce(
    (all, entry) => (entry.tag === 'user-obj' || entry.tag === 'other' ? all : all | entry.bits),
    0,
  );
  return [...rest, { tag: 'mask', id: -1, bits }];
}

export function permissionText(bits: number): string {
  return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;
}

const words: Readonly<Record<Tag, string>> = {
  'user-obj': 'user',
  user: 'user',
  'group-obj': 'group',
  group: 'group',
  mask: 'mask',
  other: 'other',
};

/** `user:learner:rw-` */
export function entryText({ tag, id, bits }: Entry, accounts: Accounts | null): string {
  const name = id < 0 ? '' : tag === 'user' ? (accounts?.userName(id) ?? id) : (accounts?.groupName(id) ?? id);
  return `${words[tag]}:${name}:${permissionText(bits)}`;
}

/**
 * Lines of a list; where the mask takes something away, what is left is said behind it: in a column on a terminal. `all`:
 * behind every entry the mask is for.
 */
export function listLines(
  entries: readonly Entry[],
  accounts: Accounts | null,
  { prefix = '', all, aligned }: { prefix?: string; all: boolean; aligned: boolean },
): string[] {
  const mask = entries.find(({ tag }) => tag === 'mask')?.bits ?? 7;
  return sorted(entries).map((entry) => {
    const line = prefix + entryText(entry, accounts);
    const isMasked = entry.tag === 'user' || entry.tag === 'group' || entry.tag === 'group-obj';
    if (!isMasked || (!all && (entry.bits & mask) === entry.bits)) return line;
    const tabs = '\t'.repeat(aligned ? Math.max(1, 4 - Math.floor(line.length / 8)) : 1);
    return `${line}${tabs}#effective:${permissionText(entry.bits & mask)}`;
  });
}
