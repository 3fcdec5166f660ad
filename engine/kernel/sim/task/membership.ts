/** Who belongs to which process group, or to which session: by the leader's number in the initial pid namespace. */
import type { SimTask } from './sim-task';

const nobody: ReadonlySet<SimTask> = new Set();

export class Membership {
  readonly #members = new Map<number, Set<SimTask>>();

  /** Zombies count until they were waited for. */
  of(leader: number): ReadonlySet<SimTask> {
    return this.#members.get(leader) ?? nobody;
  }
  has(leader: number): boolean {
    return this.#members.has(leader);
  }

  move(task: SimTask, from: number, to: number): void {
    this.leave(task, from);
    const members = this.#members.get(to);
    if (members) members.add(task);
    else this.#members.set(to, new Set([task]));
  }

  leave(task: SimTask, from: number): void {
    const members = this.#members.get(from);
    if (!members?.delete(task)) return;
    if (members.size === 0) this.#members.delete(from);
  }
}
