/** One cgroup: its place in the tree, what is in it, and what its controllers count and limit. */
import { WaitQueue } from '../sched/wait-queue';
import type { Task } from '../task/task';
import type { Controller } from './controllers';
import { controllers, newCpu, newMemory, newPids } from './controllers';
import type { DeviceFilter } from './device-filter';
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
  /** Somebody in the lab has switched cpu on for its children: they share the processor as groups. */
  sharesByGroup = false;
  /** What devices may be used in it and below; null: no word on that. */
  devices: DeviceFilter | null = null;
  /** cgroup.freeze as it was written. */
  freeze = false;
  maxDepth: number | null = null;
  maxDescendants: number | null = null;
  /** It was removed; tasks that ended in it may still point here. */
  removed = false;
  /** Its budget of cpu.max is used up: nothing in it may run until the next period. */
  throttled = false;
  /** Its processes belong to the domain of the nearest one above that is not (cgroup.type). */
  isThreaded = false;
  /** A Machine's own: as the root of a computer's it may have processes beside children with controllers. */
  isHost = false;
  /** Woken when what cgroup.events tells has changed. */
  readonly eventsChanged = new WaitQueue();
  eventsVersion = 0;
  /** Whom it and its files belong to. */
  maker = { uid: 0, gid: 0 };
  /** Where it was changed from the maker's 0755 and 0644: by name, `''` for the directory. */
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

  tellEvents(): void {
    this.eventsVersion++;
    this.eventsChanged.wake();
  }
  get isPopulated(): boolean {
    return this.population > 0;
  }
  /** Where memory is counted for those in it. */
  get domain(): Cgroup {
    let node: Cgroup = this;
    while (node.isThreaded && node.parent !== null) node = node.parent;
    return node;
  }
  get enablesDomainControllers(): boolean {
    return this.enabled.has('memory');
  }
  /** Processes may be in it although there are children with controllers: they share a domain. */
  get isThreadRoot(): boolean {
    if (this.isThreaded || this.parent === null || this.isHost) return false;
    for (const child of this.children.values()) if (child.isThreaded) return true;
    return this.tasks.size > 0 && this.enabled.size > 0 && !this.enablesDomainControllers;
  }
  get canBeThreadRoot(): boolean {
    if (this.parent === null || this.isHost) return true;
    if (this.enablesDomainControllers) return false;
    for (const child of this.children.values()) if (child.isPopulated && !child.isThreaded) return false;
    return true;
  }
  /** False below a thread root: no process may be put there. */
  get isValidDomain(): boolean {
    if (this.isThreaded) return false;
    for (let node = this.parent; node !== null && node.parent !== null; node = node.parent) {
      if (node.isThreadRoot || node.isThreaded) return false;
    }
    return true;
  }
  get typeName(): string {
    if (this.isThreaded) return 'threaded';
    if (!this.isValidDomain) return 'domain invalid';
    return this.isThreadRoot ? 'domain threaded' : 'domain';
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
