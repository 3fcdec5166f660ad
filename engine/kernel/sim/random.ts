/** The lab's only source of randomness: seeded, so that a lab can be played again (xoshiro128**, Blackman and Vigna). */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: string) {
    // FNV-1a over the seed, then splitmix32 to fill the state.
    let hash = 0x811c9dc5;
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
    this.#state = new Uint32Array(4).map(() => {
      hash = (hash + 0x9e3779b9) | 0;
      let z = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    });
  }

  /** 32 random bits, unsigned. */
  next(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const [c1, d1] = [c ^ a, d ^ b];
    state[1] = b ^ c1;
    state[0] = a ^ d1;
    state[2] = c1 ^ (b << 9);
    state[3] = (d1 << 11) | (d1 >>> 21);
    return result;
  }

  /** A whole number from 0 to `below`, which is not included. */
  below(below: number): number {
    return Math.floor((this.next() / 2 ** 32) * below);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next() & 0xff);
  }
}
