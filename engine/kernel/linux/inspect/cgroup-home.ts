/** Where a Machine's processes are found: its cgroup in one hierarchy, v1 or v2 (cgroups(7)). */
import { readdirSync } from 'node:fs';
import { parseMountLine } from '../../inspect';
import { readWhole } from './raw-file';

/** A cgroup filesystem of the host. */
interface Hierarchy {
  mountPoint: string;
  /** Controllers of v1, `name=systemd` among them; empty for v2. */
  controllers: string[];
}

export class CgroupHome {
  private constructor(
    /** Absolute directory. */
    readonly directory: string,
    /** What finds the hierarchy in `/proc/PID/cgroup`; empty for v2. */
    readonly controller: string,
    /** The cgroup's path in its hierarchy, as `/proc/PID/cgroup` shows it. */
    readonly path: string,
    /** All directories of the Machine, one a hierarchy, in which limits may be found. */
    readonly directories: readonly string[],
  ) {}

  /** Prefers the hierarchy that counts processes; `directories` must not be empty. */
  static of(directories: readonly string[]): CgroupHome {
    const hierarchies = readHierarchies();
    const candidates = directories.flatMap((directory) => {
      const hierarchy = hierarchies.find(({ mountPoint }) => isBelow(directory, mountPoint));
      return hierarchy ? [{ directory, hierarchy }] : [];
    });
    const best =
      candidates.find(({ hierarchy }) => hierarchy.controllers.includes('pids')) ??
      candidates.find(({ hierarchy }) => hierarchy.controllers.length === 0) ??
      candidates[0];
    if (!best) return new CgroupHome(directories[0] ?? '', '', '/', directories);
    const path = best.directory.slice(best.hierarchy.mountPoint.length) || '/';
    return new CgroupHome(best.directory, best.hierarchy.controllers[0] ?? '', path, directories);
  }

  /** The path below the Machine's cgroup; `/` for the cgroup itself or when it lies elsewhere. */
  below(path: string | null): string {
    if (path === null || !this.contains(path)) return '/';
    return path.slice(this.path === '/' ? 0 : this.path.length) || '/';
  }

  contains(path: string): boolean {
    return isBelow(path, this.path);
  }

  /** Every cgroup of the tree: its path below the Machine's (`/` first) and its absolute directory. */
  tree(limit = 256): Array<{ path: string; directory: string }> {
    const found = [{ path: '/', directory: this.directory }];
    for (let i = 0; i < found.length && found.length < limit; i++) {
      const at = found[i];
      if (!at) break;
      for (const name of subdirectories(at.directory)) {
        found.push({ path: at.path === '/' ? `/${name}` : `${at.path}/${name}`, directory: `${at.directory}/${name}` });
      }
    }
    return found;
  }
}

/** Process ids in one cgroup (`cgroup.procs`). */
export function processesOf(directory: string): number[] {
  const text = readWhole(`${directory}/cgroup.procs`);
  return text ? text.trim().split('\n').filter(Boolean).map(Number) : [];
}

function readHierarchies(): Hierarchy[] {
  const hierarchies: Hierarchy[] = [];
  for (const line of (readWhole('/proc/self/mountinfo') ?? '').split('\n')) {
    const mount = parseMountLine(line, 'mnt:0');
    if (mount?.fsType === 'cgroup2') hierarchies.push({ mountPoint: mount.mountPoint, controllers: [] });
    else if (mount?.fsType === 'cgroup') {
      const controllers = mount.superOptions.filter((option) => !generalOptions.has(option));
      hierarchies.push({ mountPoint: mount.mountPoint, controllers });
    }
  }
  // The deepest mount point first: `/sys/fs/cgroup` may be v2 with nothing below, or a tmpfs with many below.
  return hierarchies.sort((a, b) => b.mountPoint.length - a.mountPoint.length);
}

const generalOptions = new Set(['rw', 'ro', 'xattr', 'noprefix', 'clone_children']);

function isBelow(path: string, base: string): boolean {
  return base === '/' || path === base || path.startsWith(`${base}/`);
}

function subdirectories(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
