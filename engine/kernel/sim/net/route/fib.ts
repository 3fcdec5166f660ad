/** The routing tables and rules of one namespace for one family, and how an address is looked up in them. */
import { type Errno, SysError } from '../../abi/errno';
import type { InetFamily, IpAddress } from '../address/ip';
import type { NetDevice } from '../device/device';
import { isRejecting, type NextHop, type Route, tableDefault, tableLocal, tableMain } from './route';
import { defaultRules, type FlowKey, type RoutingRule, ruleMatches } from './rule';
import { RouteTable } from './table';

export interface RouteResult {
  route: Route;
  nexthop: NextHop;
  device: NetDevice;
}

/** What a lookup answers: a way, or why there is none. */
export type Lookup = { found: RouteResult } | { found: null; errno: Errno; route: Route | null };

/** fib4_rule_action, fib6_rule_action: for a rule `unreachable` is what no route at all is. */
const errnoOfAction = { blackhole: 'EINVAL', unreachable: 'ENETUNREACH', prohibit: 'EACCES' } as const;
const errnoOfType = { blackhole: 'EINVAL', unreachable: 'EHOSTUNREACH', prohibit: 'EACCES' } as const;

export class Fib {
  readonly tables = new Map<number, RouteTable>();
  rules: RoutingRule[];
  #rulesAreDefault = true;

  constructor(
    readonly family: InetFamily,
    /** Picks among the hops of a multipath route. */
    private readonly choose: (flow: FlowKey, route: Route) => number,
  ) {
    this.rules = defaultRules(family);
  }

  table(id: number): RouteTable {
    let table = this.tables.get(id);
    if (!table) {
      // Of IPv4 the local one is kept in the main one as long as the rules are the usual ones (fib_new_table).
      if (id === tableLocal && this.family === 'inet' && this.#rulesAreDefault) this.table(tableMain);
      table = new RouteTable(id);
      this.tables.set(id, table);
    }
    return table;
  }

  /** As the kernel lists tables: by the low byte of their number. */
  listTables(): RouteTable[] {
    return [...this.tables.values()].sort((a, b) => (a.id & 255) - (b.id & 255) || a.id - b.id);
  }

  addRule(rule: RoutingRule): void {
    const at = this.rules.findIndex((other) => other.priority > rule.priority);
    this.rules = at < 0 ? [...this.rules, rule] : [...this.rules.slice(0, at), rule, ...this.rules.slice(at)];
    this.#rulesAreDefault = false;
  }

  deleteRule(rule: RoutingRule): void {
    this.rules = this.rules.filter((other) => other !== rule);
    this.#rulesAreDefault = false;
  }

  lookup(flow: FlowKey): Lookup {
    if (this.#rulesAreDefault) {
      return (
        this.#inTable(tableLocal, flow) ??
        this.#inTable(tableMain, flow) ??
        this.#inTable(tableDefault, flow) ?? { found: null, errno: 'ENETUNREACH', route: null }
      );
    }
    for (const rule of this.rules) {
      if (!ruleMatches(rule, flow)) continue;
      if (rule.action !== 'lookup') return { found: null, errno: errnoOfAction[rule.action], route: null };
      const answer = this.#inTable(rule.table, flow);
      if (answer) return answer;
    }
    return { found: null, errno: 'ENETUNREACH', route: null };
  }

  /** Null: the next rule is asked. */
  #inTable(id: number, flow: FlowKey): Lookup | null {
    const table = this.tables.get(id);
    if (!table) return null;
    let result: RouteResult | null = null;
    const route = table.find(flow.destination, (candidate) => {
      if (isRejecting(candidate.type)) return true;
      result = this.#way(candidate, flow);
      return result !== null;
    });
    if (!route || route.type === 'throw') return null;
    if (result) return { found: result };
    if (route.type === 'blackhole' || route.type === 'unreachable' || route.type === 'prohibit') {
      // RTN_UNREACHABLE of IPv6 is what a missing route is there: ENETUNREACH.
      const errno = route.type === 'unreachable' && this.family === 'inet6' ? 'EHOSTUNREACH' : errnoOfType[route.type];
      return { found: null, errno, route };
    }
    return null;
  }

  #way(route: Route, flow: FlowKey): RouteResult | null {
    const usable = route.nexthops.filter(
      ({ device }) =>
        device !== null &&
        (device.up || route.type === 'local') &&
        (flow.oif === null || route.type === 'local' || device.name === flow.oif),
    );
    const [first] = usable;
    if (!first) return null;
    const nexthop = usable.length === 1 ? first : (usable[pickWeighted(usable, this.choose(flow, route))] ?? first);
    return nexthop.device ? { route, nexthop, device: nexthop.device } : null;
  }
}

export function wayOrThrow(lookup: Lookup): RouteResult {
  if (lookup.found) return lookup.found;
  throw new SysError(lookup.errno);
}

function pickWeighted(hops: readonly NextHop[], hash: number): number {
  const total = hops.reduce((sum, { weight }) => sum + weight, 0);
  let rest = hash % total;
  for (const [at, { weight }] of hops.entries()) {
    if (rest < weight) return at;
    rest -= weight;
  }
  return 0;
}

/** A number from a flow that spreads flows over hops and stays the same for one (fib_multipath_hash_policy 0: addresses). */
export function flowHash(source: IpAddress | null, destination: IpAddress): number {
  const fold = (ip: IpAddress) =>
    typeof ip === 'number' ? ip : Number(BigInt.asUintN(32, ip ^ (ip >> 32n) ^ (ip >> 64n) ^ (ip >> 96n)));
  let hash = fold(destination) ^ Math.imul(source === null ? 0 : fold(source), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
