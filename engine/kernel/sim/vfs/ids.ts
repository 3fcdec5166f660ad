/** Gives out the smallest free number, as Linux's ida does. */
export class IdAllocator {
  /** Given back, largest first. */
  readonly #free: number[] = [];
  #next: number;

  constructor(first = 1) {
    this.#next = first;
  }

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  giveBack(id: number): void {
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#free[middle] ?? 0) > id) low = middle + 1;
      else high = middle;
    }
    this.#free.splice(low, 0, id);
  }
}
