/** The cgroup hierarchies mounted on this host (cgroups(7)): version 1 controllers, version 2, or both at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Hierarchy {
  version: 1 | 2;
  /** Where it is mounted, `/sys/fs/cgroup/memory`. */
  mountPoint: string;
  /** Name of the directory it is usually mounted at, `memory`, `cpu,cpuacct`, `systemd`, `unified`; `` for version 2 alone. */
  name: string;
  /** `pids`, `memory` ...; none for a named hierarchy of version 1. */
  controllers: string[];
  /** Mount options that name a version 1 hierarchy, so that a Machine can mount it too: `cpu,cpuacct`, `name=systemd`. */
  options: string;
}

const genericOptions = new Set([
  'rw',
  'ro',
  'xattr',
  'clone_children',
  'noprefix',
  'cpuset_v2_mode',
  'favordynmods',
  'nsdelegate',
]);

/** Reads the hierarchies from the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)), the first mount of each. */
export function parseHierarchies(mountinfo: string, readControllers: (mountPoint: string) => string[]): Hierarchy[] {
  const found = new Map<string, Hierarchy>();
  for (const line of mountinfo.split('\n')) {
    const [mount, filesystem] = line.split(' - ').map((part) => part.split(' '));
    const [, , device, root, mountPoint] = mount ?? [];
    const [type, , superOptions] = filesystem ?? [];
    if (device === undefined || mountPoint === undefined || root !== '/' || found.has(device)) continue;
    if (type === 'cgroup2') {
      const name = mountPoint === '/sys/fs/cgroup' ? '' : (mountPoint.split('/').pop() ?? '');
      found.set(device, { version: 2, mountPoint, name, controllers: readControllers(mountPoint), options: '' });
    } else if (type === 'cgroup') {
      const options = (superOptions ?? '')
        .split(',')
        .filter((option) => !genericOptions.has(option) && !option.startsWith('release_agent='));
      const controllers = options.filter((option) => !option.startsWith('name='));
      const name = mountPoint.split('/').pop() ?? '';
      found.set(device, { version: 1, mountPoint, name, controllers, options: options.join(',') });
    }
  }
  return [...found.values()];
}

export function hierarchies(): Hierarchy[] {
  return parseHierarchies(readFileSync('/proc/self/mountinfo', 'utf8'), (mountPoint) => {
    const text = readFileSync(join(mountPoint, 'cgroup.controllers'), 'utf8').trim();
    return text === '' ? [] : text.split(' ');
  });
}

/** The hierarchy whose `controller` is in use, if there is one. */
export function controlledBy(all: readonly Hierarchy[], controller: string): Hierarchy | undefined {
  return all.find((hierarchy) => hierarchy.controllers.includes(controller));
}
