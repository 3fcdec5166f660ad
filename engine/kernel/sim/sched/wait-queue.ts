/** Tasks that wait for something to happen, in the order they came. */
export interface Waiter {
  wake(): void;
}

export class WaitQueue {
  readonly #waiters = new Set<Waiter>();

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  delete(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  /** Everybody looks again. Woken waiters have left every queue they were in by the time they run. */
  wake(): void {
    for (const waiter of [...this.#waiters]) waiter.wake();
  }
}
