/**
 * Names that are known without being written down (nss-myhostname(8)): the Machine's own, `localhost` and what ends in
 * `.localhost`, and `_gateway`. Asked where /etc/hosts has nothing.
 */
import {
  type AddressInfo,
  type InetFamily,
  type IpAddress,
  inetFamilyOf,
  isSysError,
  parseIp,
  type Sys,
} from '../../kernel/sim';

export interface OwnName {
  address: IpAddress;
  text: string;
  family: InetFamily;
  /** The device of a link-local address. */
  scope: string | null;
  names: readonly string[];
}

export function ownAddressesOf(sys: Sys, name: string, family: InetFamily | null): OwnName[] {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const all = isLocalhost(wanted)
    ? localhost
    : wanted === sys.uname().nodename.toLowerCase()
      ? hostAddresses(sys, name)
      : wanted === '_gateway'
        ? gateways(sys)
        : [];
  return all.filter((one) => family === null || one.family === family);
}

/** Of an address of this Machine its name. */
export function ownNameOf(sys: Sys, text: string): string | null {
  const address = parseIp(text);
  if (address === null) return null;
  const { nodename } = sys.uname();
  if (address === parseIp('127.0.0.2')) return nodename;
  return localAddresses(sys).some((one) => parseIp(one.address) === address) ? nodename : null;
}

function isLocalhost(name: string): boolean {
  return /^(.*\.)?localhost(\.localdomain)?$/.test(name);
}

function entry(text: string, names: readonly string[], scope: string | null = null): OwnName[] {
  const address = parseIp(text);
  return address === null ? [] : [{ address, text, family: inetFamilyOf(address), scope, names }];
}

const localhost: readonly OwnName[] = [...entry('::1', ['localhost']), ...entry('127.0.0.1', ['localhost'])];

function hostAddresses(sys: Sys, name: string): OwnName[] {
  const links = new Map(sys.links().map((link) => [link.index, link.name]));
  const found = localAddresses(sys).flatMap((one) =>
    entry(one.address, [name], one.scope === 'link' ? (links.get(one.index) ?? null) : null),
  );
  const of = (family: InetFamily) => found.filter((one) => one.family === family);
  // Without an address of its own it is called localhost, too.
  const six = of('inet6').length > 0 ? of('inet6') : entry('::1', [name, 'localhost']);
  const four = of('inet').length > 0 ? of('inet') : entry('127.0.0.2', [name, 'localhost']);
  return [...six, ...four];
}

/** Those that others may know, before those of one link. */
function localAddresses(sys: Sys): AddressInfo[] {
  const rank = ({ scope }: AddressInfo) => (scope === 'link' ? 1 : 0);
  return sys
    .addresses()
    .filter(({ scope, flags }) => scope !== 'host' && !flags.includes('tentative'))
    .sort((a, b) => rank(a) - rank(b));
}

function gateways(sys: Sys): OwnName[] {
  const families: readonly InetFamily[] = ['inet6', 'inet'];
  return families.flatMap((family) => routesOf(sys, family).flatMap((gateway) => entry(gateway, ['_gateway'])));
}

function routesOf(sys: Sys, family: InetFamily): string[] {
  try {
    return sys
      .routes(family, 254)
      .flatMap(({ destination, gateway }) => (destination === 'default' && gateway !== null ? [gateway] : []));
  } catch (error) {
    if (!isSysError(error)) throw error;
    return [];
  }
}
