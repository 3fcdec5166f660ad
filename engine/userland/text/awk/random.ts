/** random(3) of the GNU C library (its additive generator of 31 words), which mawk's rand() is made from. */
const degree = 31;
const separation = 3;

export class GlibcRandom {
  #state: number[] = [];
  #front = separation;
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#start(seed);
  }

  /** Answers the seed before. */
  seed(seed: number): number {
    const before = this.#seed;
    this.#seed = seed;
    this.#start(seed);
    return before;
  }

  /** At least 0, below 1. */
  next(): number {
    return this.#word() / 2_147_483_647;
  }

  #start(seed: number): void {
    let word = Math.trunc(seed) >>> 0 === 0 ? 1 : Math.trunc(seed) | 0;
    this.#state = [word];
    for (let at = 1; at < degree; at++) {
      // word * 16807 modulo 2^31 - 1 without overflow (Schrage's method).
      const high = Math.trunc(word / 127_773);
      const low = word % 127_773;
      word = 16_807 * low - 2_836 * high;
      if (word < 0) word += 2_147_483_647;
      this.#state.push(word);
    }
    this.#front = separation;
    for (let count = 0; count < degree * 10; count++) this.#word();
  }

  #word(): number {
    const rear = (this.#front - separation + degree) % degree;
    const sum = ((this.#state[this.#front] ?? 0) + (this.#state[rear] ?? 0)) | 0;
    this.#state[this.#front] = sum;
    this.#front = (this.#front + 1) % degree;
    return sum >>> 1;
  }
}
