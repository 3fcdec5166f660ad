/** The addresses of all devices of a namespace, and which of them a packet leaves with (RFC 6724 in IPv6). */
import { type IpAddress, isLinkLocal, isLoopback, isWithin, networkOf } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { RouteScope } from '../route/route';
import type { IfAddress } from './if-address';

const scopeNumbers: Record<RouteScope, number> = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 };

export class AddressTable {
  readonly #v4 = new Map<NetDevice, IfAddress[]>();
  readonly #v6 = new Map<NetDevice, IfAddress[]>();

  v4(device: NetDevice): readonly IfAddress[] {
    return this.#v4.get(device) ?? [];
  }

  v6(device: NetDevice): readonly IfAddress[] {
    return this.#v6.get(device) ?? [];
  }

  get hasV6(): boolean {
    return this.#v6.size > 0;
  }

  of(device: NetDevice, address: IpAddress): readonly IfAddress[] {
    return typeof address === 'number' ? this.v4(device) : this.v6(device);
  }

  find(device: NetDevice, address: IpAddress): IfAddress | undefined {
    return this.of(device, address).find((one) => one.address === address);
  }

  /** The entry with that address on any device. */
  bearer(address: IpAddress): IfAddress | undefined {
    for (const list of (typeof address === 'number' ? this.#v4 : this.#v6).values()) {
      const found = list.find((one) => one.address === address);
      if (found) return found;
    }
    return undefined;
  }

  /** Primary ones of an IPv4 device before secondary ones; IPv6 by scope, the newest first (as ip(8) lists them). */
  insert(entry: IfAddress): void {
    if (typeof entry.address === 'number') this.#insertV4(entry);
    else this.#insertV6(entry);
  }

  remove(entry: IfAddress): void {
    const lists = typeof entry.address === 'number' ? this.#v4 : this.#v6;
    const left = (lists.get(entry.device) ?? []).filter((one) => one !== entry);
    if (left.length === 0) lists.delete(entry.device);
    else lists.set(entry.device, left);
  }

  /** inet_select_addr: what a packet that goes out of the device to `towards` is sent from; null when there is nothing. */
  selectV4(
    device: NetDevice,
    towards: IpAddress | null,
    devices: Iterable<NetDevice>,
    scope: RouteScope = 'global',
  ): number | null {
    const limit = Math.max(scopeNumbers[scope], scopeNumbers.global);
    let first: number | null = null;
    for (const entry of this.v4(device)) {
      if (entry.secondary || typeof entry.address !== 'number') continue;
      if (scopeNumbers[entry.scope] > Math.max(limit, scopeNumbers.link)) continue;
      if (
        towards !== null &&
        isWithin(towards, { address: networkOf(entry.address, entry.prefix), length: entry.prefix })
      ) {
        return entry.address;
      }
      first ??= entry.address;
    }
    if (first !== null) return first;
    for (const other of devices) {
      for (const entry of this.v4(other)) {
        if (!entry.secondary && entry.scope !== 'link' && entry.scope !== 'host' && typeof entry.address === 'number') {
          return entry.address;
        }
      }
    }
    return null;
  }

  selectV6(device: NetDevice, towards: bigint, devices: Iterable<NetDevice>): bigint | null {
    if (isLoopback(towards)) return 1n;
    const usable = (list: readonly IfAddress[]) =>
      list.flatMap(({ address, tentative, dadFailed }) =>
        typeof address === 'bigint' && !tentative && !dadFailed && !isLoopback(address) ? [address] : [],
      );
    const own = usable(this.v6(device));
    if (isLinkLocal(towards)) return own.find(isLinkLocal) ?? own[0] ?? null;
    const all = [
      ...own,
      ...[...devices].filter((other) => other !== device).flatMap((other) => usable(this.v6(other))),
    ];
    const global = all.filter((address) => !isLinkLocal(address));
    const best = global.reduce<bigint | null>(
      (found, address) => (found === null || common(address, towards) > common(found, towards) ? address : found),
      null,
    );
    // Better an address of loopback than none.
    return best ?? own[0] ?? ([...devices].some((other) => this.find(other, 1n)) ? 1n : null);
  }

  #insertV4(entry: IfAddress): void {
    const list = [...(this.#v4.get(entry.device) ?? [])];
    let at = list.length;
    if (!entry.secondary) {
      at = 0;
      for (const [position, other] of list.entries()) {
        if (!other.secondary && scopeNumbers[entry.scope] <= scopeNumbers[other.scope]) at = position + 1;
      }
    }
    list.splice(at, 0, entry);
    this.#v4.set(entry.device, list);
  }

  #insertV6(entry: IfAddress): void {
    const list = [...(this.#v6.get(entry.device) ?? [])];
    const reach = (one: IfAddress) =>
      one.scope === 'global' ? 14 : one.scope === 'site' ? 5 : one.scope === 'link' ? 2 : 1;
    const at = list.findIndex((other) => reach(entry) >= reach(other));
    list.splice(at < 0 ? list.length : at, 0, entry);
    this.#v6.set(entry.device, list);
  }
}

/** How many leading bits two addresses share. */
function common(a: bigint, b: bigint): number {
  const different = a ^ b;
  return different === 0n ? 128 : 128 - different.toString(2).length;
}
