import type { NamespaceKind, NsId } from '../../../state';
import type { Namespace } from '../ns/namespace';

export function nsId(kind: NamespaceKind, ns: Namespace): NsId {
  return `${kind}:${ns.inum}`;
}
