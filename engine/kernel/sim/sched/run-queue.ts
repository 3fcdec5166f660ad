/** Jobs that could run now, the one that has had the least time first; of two alike, the one that was born first. */
import type { Job } from './scheduler';

export class RunQueue {
  /** A binary heap; each job knows its place in it. */
  readonly #heap: Job[] = [];

  get size(): number {
    return this.#heap.length;
  }
  get first(): Job | null {
    return this.#heap[0] ?? null;
  }

  add(job: Job): void {
    this.#heap.push(job);
    this.#up(job, this.#heap.length - 1);
  }

  remove(job: Job): void {
    const at = job.place;
    if (at < 0) return;
    job.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === job) return;
    this.#down(last, at);
    this.#up(last, last.place);
  }

  #put(job: Job, at: number): void {
    this.#heap[at] = job;
    job.place = at;
  }

  #up(job: Job, from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (!parent || !goesBefore(job, parent)) break;
      this.#put(parent, at);
      at = above;
    }
    this.#put(job, at);
  }

  #down(job: Job, from: number): void {
    let at = from;
    for (;;) {
      const below = this.#smallerChild(at);
      if (!below || !goesBefore(below, job)) break;
      const place = below.place;
      this.#put(below, at);
      at = place;
    }
    this.#put(job, at);
  }

  #smallerChild(at: number): Job | undefined {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    return left && right && goesBefore(right, left) ? right : left;
  }
}

function goesBefore(one: Job, other: Job): boolean {
  return one.vruntime < other.vruntime || (one.vruntime === other.vruntime && one.order < other.order);
}
