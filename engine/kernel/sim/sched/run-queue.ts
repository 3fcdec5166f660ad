/** Jobs that could run now, the one that has had the least time first; of two alike, the one that was born first. */
export interface Runnable {
  readonly vruntime: number;
  readonly order: number;
  /** Where it is in the heap; -1 when it is not in it. */
  place: number;
}

export class RunQueue<T extends Runnable> {
  /** A binary heap; each job knows its place in it. */
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }
  get first(): T | null {
    return this.#heap[0] ?? null;
  }

  add(job: T): void {
    this.#heap.push(job);
    this.#up(job, this.#heap.length - 1);
  }

  remove(job: T): void {
    const at = job.place;
    if (at < 0) return;
    job.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === job) return;
    this.#down(last, at);
    this.#up(last, last.place);
  }

  #put(job: T, at: number): void {
    this.#heap[at] = job;
    job.place = at;
  }

  #up(job: T, from: number): void {
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

  #down(job: T, from: number): void {
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

  #smallerChild(at: number): T | undefined {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    return left && right && goesBefore(right, left) ? right : left;
  }
}

function goesBefore(one: Runnable, other: Runnable): boolean {
  return one.vruntime < other.vruntime || (one.vruntime === other.vruntime && one.order < other.order);
}
