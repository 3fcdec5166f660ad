/** Which groups somebody here listens to. */
import type { IpAddress } from '../address/ip';

export class Multicast {
  readonly #groups = new Map<IpAddress, number>();

  has(group: IpAddress): boolean {
    return this.#groups.has(group);
  }

  join(group: IpAddress): void {
    this.#groups.set(group, (this.#groups.get(group) ?? 0) + 1);
  }

  leave(group: IpAddress): void {
    const left = (this.#groups.get(group) ?? 0) - 1;
    if (left > 0) this.#groups.set(group, left);
    else this.#groups.delete(group);
  }
}
