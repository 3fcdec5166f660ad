/** Namespace identifiers from the kernel's link text. */
import { type NamespaceKind, type NsId, namespaceKinds } from '../../../state';
import { mapKinds } from '../../inspect';
import { readLink } from './raw-file';

const kinds = new Map<string, NamespaceKind>(namespaceKinds.map((kind) => [kind, kind]));

/** `net:[4026532281]`, as readlink(2) and the root field of an nsfs mount have it; null for anything else. */
export function parseNsLink(link: string | null): { id: NsId; kind: NamespaceKind } | null {
  if (link === null || !link.endsWith(']')) return null;
  const colon = link.indexOf(':[');
  const kind = kinds.get(colon < 0 ? '' : link.slice(0, colon));
  return kind ? { id: nsId(kind, Number(link.slice(colon + 2, -1))), kind } : null;
}

export function nsId(kind: NamespaceKind, inode: number): NsId {
  return `${kind}:${inode}`;
}

/** The namespaces this process was born in. */
export function ownNamespaces(): Record<NamespaceKind, NsId> {
  return mapKinds((kind) => parseNsLink(readLink(`/proc/self/ns/${kind}`))?.id ?? nsId(kind, 0));
}
