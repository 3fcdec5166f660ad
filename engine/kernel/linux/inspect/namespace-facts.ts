/** What the kernel tells of a namespace by its descriptor (ioctl_ns(2)), which never changes while it exists. */
import { fstatSync } from 'node:fs';
import type { NamespaceKind, NsId } from '../../../state';
import { close, nativeFunction } from '../syscall';
import { nsId } from './ns-id';
import { tryOpen } from './raw-file';

const ioctl = nativeFunction('int ioctl(int fd, unsigned long request, void *argument)');

const NS_GET_USERNS = 0xb701;
const NS_GET_PARENT = 0xb702;
const NS_GET_OWNER_UID = 0xb704;

export interface NamespaceFacts {
  id: NsId;
  kind: NamespaceKind;
  owner: NsId | null;
  parent: NsId | null;
  ownerUid: number | undefined;
}

/**
 * The facts of the namespace `path` leads to, and of all that it keeps alive: its owner, its parent, theirs, and so on
 * up to the initial ones. The first is the namespace itself; empty when `path` leads nowhere.
 */
export function readNamespaceFacts(path: string, kind: NamespaceKind): NamespaceFacts[] {
  const fd = tryOpen(path);
  if (fd < 0) return [];
  try {
    return factsOf(fd, kind);
  } catch {
    return [];
  } finally {
    close(fd);
  }
}

function factsOf(fd: number, kind: NamespaceKind): NamespaceFacts[] {
  const owner = related(fd, NS_GET_USERNS, 'user');
  // Only pid and user namespaces are nested. A user namespace's parent is its owner: one look is enough.
  const parent = kind === 'pid' ? related(fd, NS_GET_PARENT, 'pid') : kind === 'user' ? owner : [];
  const uid = Buffer.alloc(4);
  const hasUid = kind === 'user' && ioctl(fd, NS_GET_OWNER_UID, uid) >= 0;
  const facts: NamespaceFacts = {
    id: nsId(kind, fstatSync(fd).ino),
    kind,
    owner: owner[0]?.id ?? null,
    parent: parent[0]?.id ?? null,
    ownerUid: hasUid ? uid.readUInt32LE(0) : undefined,
  };
  return kind === 'user' ? [facts, ...owner] : [facts, ...owner, ...parent];
}

/** Empty when the related namespace is out of sight (EPERM): the initial ones have nothing above them. */
function related(fd: number, request: number, kind: NamespaceKind): NamespaceFacts[] {
  const other = ioctl(fd, request, null);
  if (other < 0) return [];
  try {
    return factsOf(other, kind);
  } finally {
    close(other);
  }
}
