/** A routing table: finds the longest prefix that holds an address. */
import { bitsOf, type IpAddress, networkOf } from '../address/ip';
import { compareRoutes, type Route } from './route';

export class RouteTable {
  /** By prefix length, then by network; the best metric first. */
  readonly #byLength = new Map<number, Map<IpAddress, Route[]>>();
  /** Lengths there are, longest first. */
  #lengths: number[] = [];
  #size = 0;

  constructor(readonly id: number) {}

  get size(): number {
    return this.#size;
  }

  add(route: Route, where: 'first' | 'last' = 'first'): void {
    const { address, length } = route.prefix;
    let networks = this.#byLength.get(length);
    if (!networks) {
      networks = new Map();
      this.#byLength.set(length, networks);
      this.#lengths = [...this.#byLength.keys()].sort((a, b) => b - a);
    }
    const routes = networks.get(address) ?? [];
    networks.set(address, routes);
    const after =
      where === 'first'
        ? (other: Route) => other.metric >= route.metric
        : (other: Route) => other.metric > route.metric;
    const at = routes.findIndex(after);
    if (at < 0) routes.push(route);
    else routes.splice(at, 0, route);
    this.#size++;
  }

  delete(route: Route): boolean {
    const { address, length } = route.prefix;
    const networks = this.#byLength.get(length);
    const routes = networks?.get(address);
    const at = routes?.indexOf(route) ?? -1;
    if (!networks || !routes || at < 0) return false;
    routes.splice(at, 1);
    if (routes.length === 0) networks.delete(address);
    if (networks.size === 0) {
      this.#byLength.delete(length);
      this.#lengths = this.#lengths.filter((one) => one !== length);
    }
    this.#size--;
    return true;
  }

  at(address: IpAddress, length: number): readonly Route[] {
    return this.#byLength.get(length)?.get(address) ?? [];
  }

  /** The first route `accept` takes, most specific first. */
  find(destination: IpAddress, accept: (route: Route) => boolean): Route | null {
    for (const length of this.#lengths) {
      if (length > bitsOf(destination)) continue;
      const routes = this.#byLength.get(length)?.get(networkOf(destination, length));
      const found = routes?.find(accept);
      if (found) return found;
    }
    return null;
  }

  /** All of them, as the kernel lists them. */
  list(): Route[] {
    const all: Route[] = [];
    for (const networks of this.#byLength.values()) for (const routes of networks.values()) all.push(...routes);
    return all.sort(compareRoutes);
  }
}
