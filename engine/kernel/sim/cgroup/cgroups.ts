/** The one hierarchy of cgroups (cgroups(7), version 2): who is where, and what that allows. */
import type { LabLimits } from '../../port';
import { SysError } from '../abi/errno';
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import type { Nanoseconds } from '../sched/blocking';
import { signalBit } from '../task/signal-state';
import type { Task } from '../task/task';
import { type Controller, isController } from './controllers';
import { CpuController } from './cpu';
import type { DeviceUse } from './device-filter';
import { MemoryController } from './memory';
import { Cgroup } from './node';
import type { CgroupNode } from './types';

const cpuPeriod: Nanoseconds = 100_000_000;
/** A whole slice of the scheduler. */
const sliceNs: Nanoseconds = 4_000_000;
const killBit = signalBit(signalNumbers.SIGKILL);

export class Cgroups {
  readonly root: Cgroup;
  readonly #memory: MemoryController;
  readonly #cpu: CpuController;
  /** Which pids are counted where: from fork until the parent has waited. */
  readonly #counted = new WeakMap<Task, Cgroup>();
  #nextIno = 1;

  constructor(private readonly kernel: SimKernel) {
    this.root = this.#make('', null);
    for (const controller of ['cpuset', 'cpu', 'memory', 'pids'] as const) this.root.enabled.add(controller);
    this.#memory = new MemoryController(kernel);
    this.#cpu = new CpuController(kernel, (node) => this.#wake(node));
  }

  /** A Machine's cgroup below its lab's, which carries the limits: `/underlay/LAB/MACHINE`. */
  createMachine(lab: string, machine: string, limits: LabLimits): Cgroup {
    const top = this.#childOf(this.root, 'underlay');
    const isNew = !top.children.has(lab);
    const node = this.#childOf(top, lab);
    if (isNew) {
      node.pids.max = limits.pids;
      node.memory.max = limits.memoryBytes + limits.diskBytes;
      node.memory.swapMax = 0;
      node.cpu.quota = Math.max(1_000_000, Math.round(limits.cpus * cpuPeriod));
    }
    const host = this.#childOf(node, machine);
    host.isHost = true;
    return host;
  }

  // Tasks

  /** A task begins in a cgroup, or moves there. */
  attach(task: Task, target: CgroupNode): void {
    const node = asCgroup(target);
    const before = this.#counted.get(task);
    if (before === node && node.tasks.has(task)) return;
    if (before) this.#leave(task, before);
    task.cgroup = node;
    this.#counted.set(task, node);
    node.tasks.add(task);
    for (let one: Cgroup | null = node; one !== null; one = one.parent) {
      one.population++;
      if (one.population === 1) one.tellEvents();
      one.pids.current++;
      one.pids.peak = Math.max(one.pids.peak, one.pids.current);
    }
    this.kernel.touch('cgroups');
    if (before) {
      task.job.wake();
      this.#stopRunning();
    }
  }

  /** EAGAIN when a limit of processes is reached, here or above. */
  mayFork(task: Task): void {
    const own = asCgroup(task.cgroup);
    for (let node: Cgroup | null = own; node !== null; node = node.parent) {
      const { pids } = node;
      if (pids.max === null || pids.current < pids.max) continue;
      pids.refusedHere++;
      for (let one: Cgroup | null = node; one !== null; one = one.parent) one.pids.refused++;
      throw new SysError('EAGAIN');
    }
  }

  /** It has ended: no longer in any list, and its memory is free. It still counts as a process until it is waited for. */
  ended(task: Task): void {
    const node = this.#counted.get(task);
    if (!node?.tasks.delete(task)) return;
    for (let one: Cgroup | null = node; one !== null; one = one.parent) depopulate(one);
    this.#memory.uncharged(task);
    this.kernel.touch('cgroups');
  }

  /** It was waited for, and is gone. */
  detach(task: Task): void {
    this.ended(task);
    const node = this.#counted.get(task);
    this.#counted.delete(task);
    for (let one: Cgroup | null = node ?? null; one !== null; one = one.parent) one.pids.current--;
  }

  charge(task: Task, bytes: number): void {
    this.#memory.charge(task, bytes);
  }
  uncharge(task: Task, bytes: number): void {
    this.#memory.uncharge(task, bytes);
  }

  /** Neither frozen nor throttled. What is killed may always run to its end. */
  allows(task: Task): boolean {
    for (let node: CgroupNode | null = task.cgroup; node instanceof Cgroup; node = node.parent) {
      if (node.throttled || node.freeze) return (task.signals.pending & killBit) !== 0n;
    }
    return true;
  }
  /** Whether the programs of its cgroups let whoever runs now use a device. */
  allowsDevice(use: DeviceUse): boolean {
    const owner = this.kernel.scheduler.current?.owner;
    let node: CgroupNode | null = owner && 'cgroup' in owner && owner.cgroup instanceof Cgroup ? owner.cgroup : null;
    for (; node instanceof Cgroup; node = node.parent) if (node.devices?.allows(use) === false) return false;
    return true;
  }
  weight(task: Task): number {
    return this.#cpu.weight(task);
  }
  /** Processor time a task has used just now. */
  used(task: Task, time: Nanoseconds): void {
    this.#cpu.used(task, time);
  }

  // The tree

  /** Relative to the root of a cgroup namespace; with `/..` where it lies outside. */
  pathOf(target: CgroupNode, root: CgroupNode = this.root): string {
    const node = asCgroup(target);
    const from = asCgroup(root);
    let common = from;
    let up = '';
    while (!node.isBelow(common)) {
      up += '/..';
      common = common.parent ?? this.root;
    }
    const names: string[] = [];
    for (let one: Cgroup = node; one !== common && one.parent !== null; one = one.parent) names.unshift(one.name);
    const path = `${up}${names.map((name) => `/${name}`).join('')}`;
    return `${path === '' ? '/' : path}${node.removed ? ' (deleted)' : ''}`;
  }

  /** mkdir. EAGAIN beyond max.depth or max.descendants. */
  create(parent: Cgroup, name: string): Cgroup {
    if (name.includes('\n')) throw new SysError('EINVAL');
    let depth = 1;
    for (let node: Cgroup | null = parent; node !== null; node = node.parent) {
      if (node.maxDepth !== null && depth > node.maxDepth) throw new SysError('EAGAIN');
      if (node.maxDescendants !== null && descendants(node) >= node.maxDescendants) throw new SysError('EAGAIN');
      depth++;
    }
    const node = this.#make(name, parent);
    parent.children.set(name, node);
    this.kernel.touch('cgroups');
    return node;
  }

  /** rmdir. EBUSY while there are processes or children. */
  remove(node: Cgroup): void {
    if (node.population > 0 || node.children.size > 0 || node.parent === null) throw new SysError('EBUSY');
    node.parent.children.delete(node.name);
    node.removed = true;
    this.kernel.touch('cgroups');
  }

  /** cgroup.subtree_control. */
  control(node: Cgroup, changes: ReadonlyArray<{ controller: string; on: boolean }>): void {
    const wanted = new Map<Controller, boolean>();
    for (const { controller, on } of changes) {
      if (!isController(controller)) throw new SysError('EINVAL');
      wanted.set(controller, on);
    }
    for (const [controller, on] of wanted) this.#checkControl(node, controller, on);
    const added = [...wanted].filter(([controller, on]) => on && !node.enabled.has(controller)).map(([name]) => name);
    if (added.length > 0) checkEnable(node, added.includes('memory'));
    for (const [controller, on] of wanted) {
      if (controller === 'cpu') node.sharesByGroup = on;
      if (on) node.enabled.add(controller);
      else if (node.enabled.delete(controller)) for (const child of node.children.values()) child.reset(controller);
    }
    this.kernel.touch('cgroups');
  }

  /** May processes be put into it? EOPNOTSUPP, EBUSY. */
  checkTarget(node: Cgroup): void {
    if (!node.domain.isValidDomain) throw new SysError('EOPNOTSUPP');
    if (node.canBeThreadRoot || node.isThreaded) return;
    if (node.enabled.size > 0) throw new SysError('EBUSY');
  }

  /** cgroup.type: only `threaded` can be asked for, and not taken back. */
  makeThreaded(node: Cgroup): void {
    const { parent } = node;
    if (node.isThreaded) return;
    if (parent === null || node.isPopulated || node.enablesDomainControllers) throw new SysError('EOPNOTSUPP');
    const { domain } = parent;
    if (!domain.isValidDomain || !domain.canBeThreadRoot) throw new SysError('EOPNOTSUPP');
    node.isThreaded = true;
  }

  setFreeze(node: Cgroup, on: boolean): void {
    if (node.freeze === on) return;
    node.freeze = on;
    for (const one of node.subtree()) one.tellEvents();
    this.kernel.touch('cgroups', 'processes');
    if (on) this.#stopRunning();
    else this.#wake(node);
  }
  kill(node: Cgroup): void {
    for (const one of node.subtree()) {
      for (const task of [...one.tasks]) this.kernel.tasks.signal(task, signalNumbers.SIGKILL, null);
    }
  }
  cpuMaxChanged(node: Cgroup): void {
    this.#cpu.changed(node);
  }
  memoryMaxChanged(node: Cgroup): void {
    this.#memory.enforce(node);
    this.kernel.touch('cgroups');
  }

  /** Whoever has just frozen itself gets no further than the end of its call. */
  #stopRunning(): void {
    const { current } = this.kernel.scheduler;
    if (current && !current.owner.mayRun) current.spend(sliceNs);
  }

  #checkControl(node: Cgroup, controller: Controller, on: boolean): void {
    if (on && !node.available.includes(controller)) throw new SysError('ENOENT');
    if (on || !node.enabled.has(controller)) return;
    for (const child of node.children.values()) if (child.enabled.has(controller)) throw new SysError('EBUSY');
  }

  #leave(task: Task, node: Cgroup): void {
    const wasIn = node.tasks.delete(task);
    for (let one: Cgroup | null = node; one !== null; one = one.parent) {
      one.pids.current--;
      if (wasIn) depopulate(one);
    }
  }

  /** Whoever had to wait because of the cgroup looks again. */
  #wake(node: Cgroup): void {
    for (const one of node.subtree()) for (const task of one.tasks) task.job.wake();
  }

  #childOf(parent: Cgroup, name: string): Cgroup {
    const known = parent.children.get(name);
    if (known) return known;
    for (const controller of parent.available) parent.enabled.add(controller);
    const node = this.#make(name, parent);
    parent.children.set(name, node);
    return node;
  }

  #make(name: string, parent: Cgroup | null): Cgroup {
    const node = new Cgroup(name, parent, this.#nextIno, this.kernel.realtime);
    // Its files have the numbers behind it.
    this.#nextIno += 64;
    return node;
  }
}

function depopulate(node: Cgroup): void {
  node.population--;
  if (node.population === 0) node.tellEvents();
}

/** Controllers are for cgroups without processes of their own, but where those share a domain with the children. */
function checkEnable(node: Cgroup, isForDomains: boolean): void {
  if (!node.domain.isValidDomain) throw new SysError('EOPNOTSUPP');
  if (node.parent === null || node.isHost) return;
  if (isForDomains) {
    if (node.isThreadRoot || node.isThreaded) throw new SysError('EOPNOTSUPP');
  } else if (node.canBeThreadRoot || node.isThreaded) return;
  if (node.tasks.size > 0) throw new SysError('EBUSY');
}

export function asCgroup(node: CgroupNode): Cgroup {
  if (!(node instanceof Cgroup)) throw new SysError('EINVAL');
  return node;
}

export function descendants(node: Cgroup): number {
  let count = -1;
  for (const _ of node.subtree()) count++;
  return count;
}
