/** One address of each set for a container's interface, or none at all. */
import { CniError, errorCodes, formatIp, type Ip, sameIp } from '../../spec';
import type { Lease, Leases, Owner } from './leases';
import { candidates, describeSet, type Range, type RangeSet, rangeWith } from './range';

export interface Allocation {
  ip: Ip;
  range: Range;
}

/** `requested` has an address for some of the sets. Errors: 7, 11 when a set has none left; nothing is kept then. */
export async function allocate(leases: Leases, sets: RangeSet[], requested: Ip[], owner: Owner): Promise<Allocation[]> {
  const existing = await leases.all();
  const mine = await leases.of(owner);
  const unmet = [...requested];
  const given: Allocation[] = [];
  try {
    for (const [at, set] of sets.entries()) {
      const wanted = unmet.findIndex((ip) => rangeWith(set, ip));
      const [ip] = wanted === -1 ? [] : unmet.splice(wanted, 1);
      const allocation = await numbered(at, () =>
        ip ? reserveThis(leases, set, ip, owner) : reserveAny(leases, set, at, { owner, existing, mine }),
      );
      given.push(allocation);
      await leases.noteLast(at, allocation.ip);
    }
    if (unmet.length > 0)
      throw new CniError(
        errorCodes.invalidConfig,
        `failed to allocate all requested IPs: ${unmet.map(formatIp).join(' ')}`,
      );
    return given;
  } catch (error) {
    for (const { ip } of given) await leases.release(ip);
    throw error;
  }
}

/** Whether a set has an address left. */
export function hasFree(set: RangeSet, existing: Lease[]): boolean {
  return firstFree(set, null, existing) !== undefined;
}

async function reserveThis(leases: Leases, set: RangeSet, ip: Ip, owner: Owner): Promise<Allocation> {
  const range = rangeWith(set, ip);
  if (!range) throw new CniError(errorCodes.invalidConfig, `${formatIp(ip)} not in range set ${describeSet(set)}`);
  if (sameIp(ip, range.gateway))
    throw new CniError(errorCodes.invalidConfig, `requested ip ${formatIp(ip)} is subnet's gateway`);
  if (await leases.reserve(ip, owner)) return { ip, range };
  throw new CniError(
    errorCodes.tryAgainLater,
    `requested IP address ${formatIp(ip)} is not available in range set ${describeSet(set)}`,
  );
}

interface Situation {
  owner: Owner;
  existing: Lease[];
  /** The interface's own, of an ADD before. */
  mine: Lease[];
}

async function reserveAny(leases: Leases, set: RangeSet, at: number, situation: Situation): Promise<Allocation> {
  const { owner, existing, mine } = situation;
  const double = mine.find(({ ip }) => rangeWith(set, ip));
  if (double)
    throw new CniError(
      errorCodes.invalidConfig,
      `${formatIp(double.ip)} has been allocated to ${owner.containerId}, duplicate allocation is not allowed`,
    );
  const free = firstFree(set, await leases.lastGiven(at), existing);
  if (free && (await leases.reserve(free.ip, owner))) return free;
  throw new CniError(errorCodes.tryAgainLater, `no IP addresses available in range set: ${describeSet(set)}`);
}

function firstFree(set: RangeSet, lastGiven: Ip | null, existing: Lease[]): Allocation | undefined {
  const taken = new Set(existing.map(({ ip }) => formatIp(ip)));
  for (const candidate of candidates(set, lastGiven)) if (!taken.has(formatIp(candidate.ip))) return candidate;
  return undefined;
}

async function numbered<T>(at: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CniError ? error.within(`failed to allocate for range ${at}`) : error;
  }
}
