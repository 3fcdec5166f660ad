/**
 * The memory controller: what each task has taken is charged to the cgroup it was in then, and to all above. Where a limit
 * would be passed there is nothing to reclaim, so the kernel ends the process whose end gives back the most.
 */
import { SysError } from '../abi/errno';
import { signalNumbers } from '../abi/signals';
import type { SimKernel } from '../kernel';
import { signalBit } from '../task/signal-state';
import type { Task } from '../task/task';
import { Cgroup } from './node';

const pageBytes = 4096;

interface Charge {
  node: Cgroup;
  bytes: number;
}

export class MemoryController {
  readonly #charges = new WeakMap<Task, Charge[]>();

  constructor(private readonly kernel: SimKernel) {}

  /** ENOMEM when even the OOM killer finds nobody. The caller itself may be the one who is killed. */
  charge(task: Task, bytes: number): void {
    const { cgroup } = task;
    if (!(cgroup instanceof Cgroup) || bytes <= 0) return;
    const full = this.#findFull(cgroup, bytes);
    if (full && !isDying(task)) {
      full.memory.eventsHere.max++;
      countUp(full, (node) => node.memory.events.max++);
      if (!this.#kill(full, task, bytes)) throw new SysError('ENOMEM');
    }
    this.#add(task, cgroup, bytes);
    for (let node: Cgroup | null = cgroup; node !== null; node = node.parent) {
      const { high, current } = node.memory;
      if (high === null || current <= high) continue;
      node.memory.eventsHere.high++;
      countUp(node, (one) => one.memory.events.high++);
      // Above memory.high a task is slowed down, more and more.
      task.job.spend(2_000_000);
    }
  }

  /** Gives back what was taken last. */
  uncharge(task: Task, bytes: number): void {
    const charges = this.#charges.get(task);
    let rest = bytes;
    while (charges && rest > 0) {
      const last = charges.at(-1);
      if (!last) return;
      const part = Math.min(rest, last.bytes);
      last.bytes -= part;
      rest -= part;
      countUp(last.node, (node) => {
        node.memory.current -= part;
      });
      if (last.bytes === 0) charges.pop();
    }
  }

  uncharged(task: Task): void {
    this.uncharge(task, Number.POSITIVE_INFINITY);
    this.#charges.delete(task);
  }

  /** A lower memory.max: kills until what is left fits, or nobody is left. */
  enforce(node: Cgroup): void {
    const { max } = node.memory;
    if (max === null || node.memory.current <= max) return;
    node.memory.eventsHere.max++;
    countUp(node, (one) => one.memory.events.max++);
    let over = node.memory.current - max;
    while (over > 0) {
      const victim = this.#victim(node, ({ memory }) => memory);
      if (!victim) return;
      over -= this.#held(victim);
      this.#end(node, victim);
    }
  }

  #findFull(cgroup: Cgroup, bytes: number): Cgroup | null {
    for (let node: Cgroup | null = cgroup; node !== null; node = node.parent) {
      const limit = node.parent === null ? this.kernel.options.memoryBytes : node.memory.max;
      if (limit !== null && node.memory.current + bytes > limit) return node;
    }
    return null;
  }

  #add(task: Task, node: Cgroup, bytes: number): void {
    const charges = this.#charges.get(task) ?? [];
    this.#charges.set(task, charges);
    const last = charges.at(-1);
    if (last?.node === node) last.bytes += bytes;
    else charges.push({ node, bytes });
    countUp(node, ({ memory }) => {
      memory.current += bytes;
      memory.peak = Math.max(memory.peak, memory.current);
    });
  }

  #held(task: Task): number {
    return (this.#charges.get(task) ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #kill(full: Cgroup, task: Task, wanted: number): boolean {
    countUp(full, ({ memory }) => memory.events.oom++);
    full.memory.eventsHere.oom++;
    // Somebody is on the way out already: what that one holds will be free soon.
    for (const node of full.subtree())
      for (const member of node.tasks) if (isDying(member) && member !== task) return true;
    // Real memory comes page by page: whoever asks for much already has most of it when there is no more.
    const victim = this.#victim(full, (member) => member.memory + (member === task ? wanted : 0));
    if (!victim) return false;
    this.#end(full, victim);
    return true;
  }

  #victim(root: Cgroup, memoryOf: (task: Task) => number): Task | null {
    const total = Math.floor((root.memory.max ?? this.kernel.options.memoryBytes) / pageBytes);
    let worst: Task | null = null;
    let most = Number.NEGATIVE_INFINITY;
    for (const node of root.subtree()) {
      for (const task of node.tasks) {
        if (task.oomScoreAdj === -1000 || isDying(task)) continue;
        const points = Math.ceil(memoryOf(task) / pageBytes) + Math.trunc((task.oomScoreAdj * total) / 1000);
        if (points <= most) continue;
        most = points;
        worst = task;
      }
    }
    return worst;
  }

  #end(root: Cgroup, victim: Task): void {
    const group = groupToKill(root, victim);
    if (!group) return this.#endOne(victim);
    group.memory.eventsHere.oomGroupKill++;
    countUp(group, ({ memory }) => memory.events.oomGroupKill++);
    for (const node of group.subtree()) {
      for (const task of [...node.tasks]) if (task.oomScoreAdj !== -1000) this.#endOne(task);
    }
  }

  #endOne(victim: Task): void {
    if (victim.cgroup instanceof Cgroup) {
      victim.cgroup.memory.eventsHere.oomKill++;
      countUp(victim.cgroup, ({ memory }) => memory.events.oomKill++);
    }
    this.kernel.tasks.signal(victim, signalNumbers.SIGKILL, null);
  }
}

function countUp(from: Cgroup, count: (node: Cgroup) => void): void {
  for (let node: Cgroup | null = from; node !== null; node = node.parent) count(node);
}

function isDying({ state, signals }: Task): boolean {
  return state === 'zombie' || state === 'dead' || (signals.pending & signalBit(signalNumbers.SIGKILL)) !== 0n;
}

/** memory.oom.group: the highest such cgroup below the one that is full goes as a whole. */
function groupToKill(root: Cgroup, victim: Task): Cgroup | null {
  let group: Cgroup | null = null;
  if (!(victim.cgroup instanceof Cgroup)) return null;
  for (let node: Cgroup | null = victim.cgroup; node !== null; node = node.parent) {
    if (node.memory.oomGroup) group = node;
    if (node === root) break;
  }
  return group;
}
