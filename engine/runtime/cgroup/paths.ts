/** Where a container's cgroups are: `linux.cgroupsPath`, below the root of every hierarchy. */
import type { CgroupHierarchy } from '../../kernel';
import { RuntimeError } from '../error';

export interface ContainerCgroup {
  hierarchy: CgroupHierarchy;
  directory: string;
}

/** A relative path is one below the root, too: the specification leaves it to the runtime. Without any it is the id. */
export function cgroupsOf(
  hierarchies: readonly CgroupHierarchy[],
  cgroupsPath: string | undefined,
  id: string,
): ContainerCgroup[] {
  const names = (cgroupsPath || id).split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
  if (names.length === 0)
    throw new RuntimeError('linux.cgroupsPath is the root of all cgroups, which is not for a container');
  return hierarchies.map((hierarchy) => ({ hierarchy, directory: [hierarchy.mountPoint, ...names].join('/') }));
}
