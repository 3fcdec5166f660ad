/** Mounts as the LabState has them: the lines of mountinfo, read as the real kernel's observer reads them. */
import type { Mount, NsId } from '../../../state';
import { parseMountLine } from '../../inspect';
import type { SimKernel } from '../kernel';
import type { MountNamespace } from '../ns/namespace';
import { nsId } from './ns-id';
import { topOf } from './processes';

/** More cannot be drawn. */
const maxMounts = 10_000;

/** Remembers lines: of the many mounts of a lab, few change at a time. */
export class MountReader {
  #lines = new Map<string, Mount>();

  read(kernel: SimKernel, namespaces: Iterable<MountNamespace>): Record<string, Mount> {
    const mounts: Record<string, Mount> = {};
    const lines = new Map<string, Mount>();
    let count = 0;
    for (const ns of namespaces) {
      if (ns.root === null) continue;
      const id = nsId('mnt', ns);
      for (const line of kernel.vfs.mountinfo(ns, topOf(ns.root))) {
        if (++count > maxMounts) break;
        const mount = this.#parse(line, id, lines);
        if (mount) mounts[mountKey(mount)] = mount;
      }
    }
    this.#lines = lines;
    return mounts;
  }

  #parse(line: string, ns: NsId, lines: Map<string, Mount>): Mount | null {
    const key = `${ns} ${line}`;
    const mount = this.#lines.get(key) ?? parseMountLine(line, ns);
    if (mount) lines.set(key, mount);
    return mount;
  }
}

export function mountKey({ ns, id }: Mount): string {
  return `${ns}/${id}`;
}
