/** One cgroup: its place in the tree, what is in it, and what its controllers count and limit. */
import type { Task } from '../task/task';
import type { Controller } from './controllers';
import { controllers, newCpu, newMemory, newPids } from './controllers';
import type { CgroupNode } from './types';

/** Who may write a cgroup's directory or one of its files (delegation). */
export interface Access {
  mode: number;
  uid: number;
  gid: number;
}

export class Cgroup implements CgroupNode {
  readonly children = new Map<string, Cgroup>();
  readonly tasks = new Set<Task>();
  /** Tasks in it and below. */
  population = 0;
  /** Controllers its children have. */
  readonly enabled = new Set<Controller>();
  pids = newPids();
  memory = newMemory();
  cpu = newCpu();
  cpus: string | null = null;
  mems: string | null = null;
  /** cgroup.freeze as it was written. */
  freeze = false;
  maxDepth: number | null = null;
  maxDescendants: number | null = null;
  /** It was removed; tasks that ended in it may still point here. */
  removed = false;
  /** Time until which nothing in it may run (cpu.max), null when it may. */
  throttled = false;
  /** Where it was changed from root's 0755 and 0644: by name, `''` for the directory. */
  readonly access = new Map<string, Access>();

  constructor(
    readonly name: string,
    readonly parent: Cgroup | null,
    /** Inode number of its directory. */
    readonly ino: number,
    /** When it was made, of the realtime clock. */
    readonly born: number,
  ) {}

  get path(): string {
    if (this.parent === null) return '/';
    return this.parent.parent === null ? `/${this.name}` : `${this.parent.path}/${this.name}`;
  }
  get pidsMax(): number | null {
    return this.pids.max;
  }
  get memoryMax(): number | null {
    return this.memory.max;
  }

  /** Controllers it has files of; the root of all has every one. */
  get available(): Controller[] {
    const { parent } = this;
    return parent === null ? [...controllers] : controllers.filter((name) => parent.enabled.has(name));
  }
  get isFrozen(): boolean {
    for (let node: Cgroup | null = this; node !== null; node = node.parent) if (node.freeze) return true;
    return false;
  }

  /** It and everything below, parents first. */
  *subtree(): Iterable<Cgroup> {
    yield this;
    for (const child of this.children.values()) yield* child.subtree();
  }
  isBelow(other: Cgroup): boolean {
    for (let node: Cgroup | null = this; node !== null; node = node.parent) if (node === other) return true;
    return false;
  }

  /** What a controller held is forgotten when it is switched off. */
  reset(controller: Controller): void {
    if (controller === 'pids') this.pids = { ...newPids(), current: this.pids.current };
    else if (controller === 'memory') this.memory = { ...newMemory(), current: this.memory.current };
    else if (controller === 'cpu') this.cpu = { ...newCpu(), used: this.cpu.used };
    else {
      this.cpus = null;
      this.mems = null;
    }
  }
}
