/** Names of hosts and services, from /etc/hosts and /etc/services (hosts(5), services(5)): there is no name server. */
import { type Blocking, type InetFamily, type IpAddress, inetFamilyOf, parseIp, type Sys } from '../../kernel/sim';
import { readHosts } from '../lib/hosts';
import { readFileOrNull } from '../lib/io';
import { ownAddressesOf, ownNameOf } from './own-names';

export class Services {
  readonly #ports = new Map<string, number>();
  readonly #names = new Map<string, string>();

  static *load(sys: Sys): Blocking<Services> {
    const services = new Services();
    for (const line of ((yield* readFileOrNull(sys, '/etc/services')) ?? '').split('\n')) {
      const [name = '', port = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
      services.#add(name, port, aliases);
    }
    return services;
  }

  #add(name: string, port: string, aliases: readonly string[]): void {
    const [number = '', protocol = ''] = port.split('/');
    if (!/^\d+$/.test(number)) return;
    if (!this.#names.has(`${number}/${protocol}`)) this.#names.set(`${number}/${protocol}`, name);
    for (const one of [name, ...aliases]) if (!this.#ports.has(one)) this.#ports.set(one, Number(number));
  }

  port(name: string): number | null {
    return this.#ports.get(name) ?? null;
  }
  name(port: number, protocol: string): string | null {
    return this.#names.get(`${port}/${protocol}`) ?? null;
  }
}

export interface Host {
  address: IpAddress;
  family: InetFamily;
}

/** getaddrinfo(3): a number, a name in /etc/hosts or one of its own. Empty when there is none. `family` null: IPv6 first. */
export function* resolveHost(sys: Sys, name: string, family: InetFamily | null): Blocking<Host[]> {
  const direct = parseIp(name.replace(/%.*$/, '')) ?? shortIpv4(name);
  if (direct !== null) {
    const own = inetFamilyOf(direct);
    return family === null || family === own ? [{ address: direct, family: own }] : [];
  }
  const found: Host[] = [];
  for (const { address: text, names } of yield* readHosts(sys)) {
    const address = parseIp(text);
    if (address === null || !names.some((one) => one.toLowerCase() === name.toLowerCase())) continue;
    const own = inetFamilyOf(address);
    if (family === null || own === family) found.push({ address, family: own });
  }
  if (found.length === 0) found.push(...ownAddressesOf(sys, name, family));
  return found.sort((a, b) => (a.family === b.family ? 0 : a.family === 'inet6' ? -1 : 1));
}

/** The first name /etc/hosts has for an address; of an own one the Machine's. */
export function* hostName(sys: Sys, address: string): Blocking<string | null> {
  const found = (yield* readHosts(sys)).find((line) => parseIp(line.address) === parseIp(address));
  return found?.names[0] ?? ownNameOf(sys, address);
}

/** inet_aton(3): `127.1`, `10`, `0x7f.1`. */
export function shortIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length > 4 || text === '') return null;
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(part)) return null;
    numbers.push(/^0\d/.test(part) ? Number.parseInt(part, 8) : Number(part));
  }
  const last = numbers.pop() ?? 0;
  if (numbers.some((one) => one > 255) || last >= 256 ** (4 - numbers.length)) return null;
  return numbers.reduce((value, byte, at) => value + byte * 256 ** (3 - at), last);
}
