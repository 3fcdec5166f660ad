/** Mounts as the LabState has them: the lines of mountinfo, read as the real kernel's observer reads them. */
import type { Mount, NsId } from '../../../state';
import { parseMountLine } from '../../inspect';
import type { SimKernel } from '../kernel';
import type { MountNamespace } from '../ns/namespace';
import { nsId } from './ns-id';
import { topOf } from './processes';

/** More cannot be drawn. */
const maxMounts = 10_000;

/** One namespace as it was read last. */
interface Known {
  lines: readonly string[];
  mounts: ReadonlyArray<Mount | null>;
}

/** Remembers lines: of the many mounts of a lab, few change at a time. */
export class MountReader {
  #known = new Map<MountNamespace, Known>();
  #mounts: Record<string, Mount> = {};

  /** The same object as before when nothing is different. */
  read(kernel: SimKernel, namespaces: Iterable<MountNamespace>): Record<string, Mount> {
    const known = new Map<MountNamespace, Known>();
    let room = maxMounts;
    for (const ns of namespaces) {
      if (ns.root === null) continue;
      const lines = kernel.vfs.mountinfo(ns, topOf(ns.root)).slice(0, room);
      room -= lines.length;
      known.set(ns, readLines(lines, nsId('mnt', ns), this.#known.get(ns)));
    }
    const isSame = known.size === this.#known.size && [...known].every(([ns, one]) => this.#known.get(ns) === one);
    if (!isSame) this.#mounts = byKey(known.values());
    this.#known = known;
    return this.#mounts;
  }
}

/** Lines mostly stand where they stood. */
function readLines(lines: readonly string[], ns: NsId, before: Known | undefined): Known {
  const isSame = before?.lines.length === lines.length && lines.every((line, at) => before.lines[at] === line);
  if (before && isSame) return before;
  const parsed = new Map(before?.lines.map((line, at) => [line, before.mounts[at]]));
  return { lines, mounts: lines.map((line) => parsed.get(line) ?? parseMountLine(line, ns)) };
}

function byKey(all: Iterable<Known>): Record<string, Mount> {
  const mounts: Record<string, Mount> = {};
  for (const one of all) for (const mount of one.mounts) if (mount) mounts[mountKey(mount)] = mount;
  return mounts;
}

export function mountKey({ ns, id }: Mount): string {
  return `${ns}/${id}`;
}
