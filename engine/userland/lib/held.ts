/**
 * Memory a program takes for what it keeps: told to the kernel, so that its cgroup's limit, the OOM killer and `ulimit -v`
 * count it. Little is not told of; every process has that much.
 */
import type { Sys } from '../../kernel/sim';

const unnoticed = 1 << 20;
/** Told of in steps, as malloc(3) gets its memory. */
const step = 256 * 1024;

export class Held {
  #bytes = 0;
  #told = 0;

  constructor(private readonly sys: Sys) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** ENOMEM where it may have no more; the process may be killed for it, too. */
  add(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes + bytes);
    const wanted = this.#bytes <= unnoticed ? 0 : Math.ceil((this.#bytes - unnoticed) / step) * step;
    if (wanted === this.#told || (wanted < this.#told && wanted > this.#told / 2)) return;
    this.sys.allocate(wanted - this.#told);
    this.#told = wanted;
  }

  /** Gives back all of it. */
  release(): void {
    this.add(-this.#bytes);
  }
}
