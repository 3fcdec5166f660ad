/** Ids between a user namespace and the initial one (user_namespaces(7), "User and group ID mappings"). */
import type { IdRange, UserNamespace } from './namespace';

/** What an id without a number in the namespace is shown as (/proc/sys/kernel/overflowuid). */
const overflowId = 65534;
/** (uid_t) -1: no id. */
export const noId = 4_294_967_295;

export type IdKind = 'uid' | 'gid';

/** The initial namespace's number of an id of `ns`, or of the first of `count` in one range; null when it has none. */
export function toKernelId(ns: UserNamespace, kind: IdKind, id: number, count = 1): number | null {
  if (id < 0 || id >= noId) return null;
  let number = id;
  for (let at: UserNamespace = ns; at.parent !== null; at = at.parent) {
    const range = rangesOf(at, kind).find(
      ({ inside, count: size }) => number >= inside && number + count <= inside + size,
    );
    if (!range) return null;
    number = range.outside + number - range.inside;
  }
  return number;
}

/** The number in `ns` of an id of the initial namespace; null when it has none. */
export function fromKernelId(ns: UserNamespace, kind: IdKind, kernelId: number): number | null {
  if (ns.parent === null) return kernelId;
  const number = fromKernelId(ns.parent, kind, kernelId);
  if (number === null) return null;
  const range = rangesOf(ns, kind).find(({ outside, count }) => number >= outside && number < outside + count);
  return range ? range.inside + number - range.outside : null;
}

export function shownId(ns: UserNamespace, kind: IdKind, kernelId: number): number {
  return fromKernelId(ns, kind, kernelId) ?? overflowId;
}

/** The map of `ns` as `reader` reads it in /proc/PID/uid_map: outside ids are those of the reader's namespace, or of the parent for one who is inside. */
export function idMapAsSeen(ns: UserNamespace, kind: IdKind, reader: UserNamespace): IdRange[] {
  if (ns.parent === null) return [{ inside: 0, outside: fromKernelId(reader, kind, 0) ?? noId, count: noId }];
  const { parent } = ns;
  const target = reader === ns ? parent : reader;
  return rangesOf(ns, kind).map(({ inside, outside, count }) => {
    const kernelId = toKernelId(parent, kind, outside);
    const seen = kernelId === null ? null : fromKernelId(target, kind, kernelId);
    return { inside, outside: seen ?? noId, count };
  });
}

export function rangesOf(ns: UserNamespace, kind: IdKind): readonly IdRange[] {
  return kind === 'uid' ? ns.uidMap : ns.gidMap;
}
