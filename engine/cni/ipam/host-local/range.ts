/** Ranges of addresses, and sets of ranges: a container gets one address of each set. */
import {
  bitsOf,
  type Cidr,
  CniError,
  contains,
  errorCodes,
  formatCidr,
  formatIp,
  type Ip,
  lastOf,
  networkOf,
  parseCidr,
  parseIp,
  sameIp,
} from '../../spec';

export interface Range {
  subnet: Cidr;
  /** Both belong to the range. */
  first: Ip;
  last: Ip;
  /** Never handed out. */
  gateway: Ip;
}
export type RangeSet = Range[];

export interface RangeConfig {
  subnet: string;
  rangeStart?: string | undefined;
  rangeEnd?: string | undefined;
  gateway?: string | undefined;
}

/** Errors: 7 with the number of the set. */
export function rangeSets(configs: RangeConfig[][]): RangeSet[] {
  if (configs.length === 0) throw invalid('no IP ranges specified');
  const sets = configs.map((set, at) => {
    try {
      return rangeSet(set);
    } catch (error) {
      throw error instanceof CniError ? error.within(`invalid range set ${at}`) : error;
    }
  });
  for (const [at, set] of sets.entries())
    for (const [beyond, other] of sets.slice(at + 1).entries())
      if (set.some((range) => other.some((second) => overlap(range, second))))
        throw invalid(`range set ${at} overlaps with ${at + beyond + 1}`);
  return sets;
}

export const familyOf = (set: RangeSet): 4 | 6 => (set[0]?.first.family === 6 ? 6 : 4);

/** The range that has the address; undefined when none has. */
export const rangeWith = (set: RangeSet, ip: Ip): Range | undefined => set.find((range) => isWithin(range, ip));

export const describeSet = (set: RangeSet): string =>
  set.map(({ first, last }) => `${formatIp(first)}-${formatIp(last)}`).join(',');

/**
 * Every address that can be handed out, once, beginning after the one that was handed out last: one that was given back
 * stays unused as long as possible.
 */
export function* candidates(set: RangeSet, lastGiven: Ip | null): Generator<{ ip: Ip; range: Range }> {
  const found = lastGiven ? set.findIndex((range) => isWithin(range, lastGiven)) : -1;
  const begin = Math.max(found, 0);
  const order = [...set.slice(begin), ...set.slice(0, begin)];
  const [start] = order;
  if (!start) return;
  const after = lastGiven && found !== -1 ? lastGiven.value + 1n : start.first.value;
  yield* addresses(start, after, start.last.value);
  for (const range of order.slice(1)) yield* addresses(range, range.first.value, range.last.value);
  yield* addresses(start, start.first.value, after - 1n);
}

function* addresses(range: Range, from: bigint, to: bigint): Generator<{ ip: Ip; range: Range }> {
  for (let value = from; value <= to; value++) {
    const ip: Ip = { family: range.first.family, value };
    if (!sameIp(ip, range.gateway)) yield { ip, range };
  }
}

function rangeSet(configs: RangeConfig[]): RangeSet {
  if (configs.length === 0) throw invalid('empty range set');
  const set = configs.map(rangeOf);
  for (const [at, range] of set.entries()) {
    if (range.first.family !== familyOf(set)) throw invalid('mixed address families');
    const other = set.slice(at + 1).find((second) => overlap(range, second));
    if (other) throw invalid(`subnets ${describeSet([range])} and ${describeSet([other])} overlap`);
  }
  return set;
}

function rangeOf(config: RangeConfig): Range {
  const subnet = subnetOf(config.subnet);
  const next = { family: subnet.ip.family, value: subnet.ip.value + 1n };
  const first = within(subnet, 'RangeStart', config.rangeStart) ?? next;
  const last = within(subnet, 'RangeEnd', config.rangeEnd) ?? lastUsable(subnet);
  if (last.value < first.value) throw invalid(`RangeEnd ${formatIp(last)} is before RangeStart ${formatIp(first)}`);
  return { subnet, first, last, gateway: addressOf('gateway', config.gateway) ?? next };
}

function subnetOf(text: string): Cidr {
  const subnet = parseCidr(text);
  if (!subnet) throw invalid(`subnet ${JSON.stringify(text)} is no network`);
  if (subnet.prefix > bitsOf(subnet.ip) - 2) throw invalid(`Network ${formatCidr(subnet)} too small to allocate from`);
  const network = networkOf(subnet);
  if (!sameIp(network, subnet.ip))
    throw invalid(
      `Network has host bits set. For a subnet mask of length ${subnet.prefix} the network address is ${formatIp(network)}`,
    );
  return subnet;
}

/** IPv4's last address is the broadcast's. */
function lastUsable(subnet: Cidr): Ip {
  const { family, value } = lastOf(subnet);
  return { family, value: family === 4 ? value - 1n : value };
}

function within(subnet: Cidr, name: string, text: string | undefined): Ip | undefined {
  const ip = addressOf(name, text);
  if (ip && !contains(subnet, ip)) throw invalid(`${name} ${formatIp(ip)} not in network ${formatCidr(subnet)}`);
  return ip;
}

function addressOf(name: string, text: string | undefined): Ip | undefined {
  if (text === undefined) return undefined;
  const ip = parseIp(text);
  if (!ip) throw invalid(`${name} ${JSON.stringify(text)} is no address`);
  return ip;
}

const isWithin = ({ first, last }: Range, ip: Ip) =>
  first.family === ip.family && first.value <= ip.value && ip.value <= last.value;

const overlap = (a: Range, b: Range) =>
  a.first.family === b.first.family && a.first.value <= b.last.value && b.first.value <= a.last.value;

const invalid = (problem: string) => new CniError(errorCodes.invalidConfig, problem);
