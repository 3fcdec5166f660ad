/** Cgroups below each Machine's own. */
import type { Cgroup } from '../../../state';
import type { CgroupNode } from '../cgroup/types';
import type { ObservedMachine } from './processes';

export function cgroupsOf(machines: readonly ObservedMachine[]): Record<string, Cgroup> {
  const entries: Record<string, Cgroup> = {};
  for (const { id, init } of machines) {
    const visit = (node: CgroupNode, path: string) => {
      entries[`${id}${path}`] = {
        machine: id,
        path,
        processes: node.tasks.size,
        pidsMax: node.pidsMax,
        memoryMaxBytes: node.memoryMax,
      };
      for (const [name, child] of node.children) visit(child, path === '/' ? `/${name}` : `${path}/${name}`);
    };
    visit(init.ns.cgroup.root, '/');
  }
  return entries;
}
