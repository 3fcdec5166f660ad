/** A container's interface: given its addresses and routes, and compared with what it was given. */
import { type AddressInfo, KernelError, type NetworkNamespace, type RouteInfo } from '../../../kernel';
import {
  CniError,
  contains,
  errorCodes,
  formatIp,
  type IpConfig,
  lastOf,
  parseCidr,
  type Result,
  type Route,
} from '../../spec';
import { cidrOf, destinationOf, familyOf, ipOf } from './addresses';
import { requireLink } from './namespaces';

const RT_TABLE_MAIN = 254;
const scopes: Record<number, RouteInfo['scope']> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host' };

/** Sets it up, then gives it the addresses and routes of `result` that are its own. */
export function configureInterface(box: NetworkNamespace, ifname: string, result: Result): void {
  const { index } = requireLink(box, ifname);
  const at = result.interfaces.findIndex(({ name, sandbox }) => name === ifname && sandbox !== undefined);
  const own = result.ips.filter((ip) => ip.interface === undefined || ip.interface === at);
  if (own.some(({ address }) => cidrOf(address).ip.family === 6)) enableIpv6(box, ifname);
  box.linkSet(index, { up: true });
  for (const ip of own) addAddress(box, index, ip);
  for (const route of result.routes) addRoute(box, index, route, own);
}

/** IPv6 on the device, without asking others first whether they have its addresses already. */
export function enableIpv6(namespace: NetworkNamespace, device: string): void {
  namespace.sysctlSet(`net/ipv6/conf/${device}/disable_ipv6`, '0');
  namespace.sysctlSet(`net/ipv6/conf/${device}/accept_dad`, '0');
  // A later plugin of a chain may set it down for a moment.
  namespace.sysctlSet(`net/ipv6/conf/${device}/keep_addr_on_down`, '1');
}

/** Tells neighbours when the device gets another address or comes up. */
export function announceChanges(namespace: NetworkNamespace, device: string): void {
  for (const name of [`net/ipv4/conf/${device}/arp_notify`, `net/ipv6/conf/${device}/ndisc_notify`]) {
    trySysctl(namespace, name, '1');
  }
}

/** A kernel without the protocol has no such sysctl. */
export function trySysctl(namespace: NetworkNamespace, name: string, value: string): void {
  try {
    namespace.sysctlSet(name, value);
  } catch (error) {
    if (!(error instanceof KernelError && error.code === 'ENOENT')) throw error;
  }
}

/** The address as the kernel takes it, with the broadcast address its network has. */
export function addAddress(namespace: NetworkNamespace, index: number, { address }: Pick<IpConfig, 'address'>): void {
  const cidr = cidrOf(address);
  const family = familyOf(cidr.ip);
  namespace.addressAdd({
    index,
    family,
    address: formatIp(cidr.ip),
    prefix: cidr.prefix,
    ...(family === 'inet' && cidr.prefix < 31 ? { broadcast: formatIp(lastOf(cidr)) } : {}),
    ...(family === 'inet6' ? { flags: ['nodad'] } : {}),
  });
}

/** A route without a gateway goes to that of the first address of its family. There already: nothing happens. */
function addRoute(box: NetworkNamespace, index: number, route: Route, ips: IpConfig[]): void {
  const destination = cidrOf(route.dst);
  const family = familyOf(destination.ip);
  const linkScope = route.scope === 253;
  const gateway = route.gw ?? (linkScope ? undefined : gatewayFor(family, ips));
  try {
    box.routeAdd({
      family,
      destination: destinationOf(destination),
      device: index,
      ...(gateway === undefined ? {} : { gateway }),
      ...(route.mtu === undefined ? {} : { mtu: route.mtu }),
      ...(route.advmss === undefined ? {} : { advmss: route.advmss }),
      ...(route.priority === undefined ? {} : { metric: route.priority }),
      ...(route.table === undefined ? {} : { table: route.table }),
      ...(route.scope === undefined ? {} : { scope: scopes[route.scope] ?? 'global' }),
    });
  } catch (error) {
    if (!(error instanceof KernelError && error.code === 'EEXIST')) throw error;
  }
}

function gatewayFor(family: 'inet' | 'inet6', ips: IpConfig[]): string | undefined {
  return ips.find(({ address, gateway }) => gateway !== undefined && familyOf(cidrOf(address).ip) === family)?.gateway;
}

/** For CHECK. Errors: 999 naming the first address that is missing. */
export function checkAddresses(box: NetworkNamespace, ifname: string, ips: IpConfig[]): void {
  const there = box.addresses(requireLink(box, ifname).index);
  for (const { address, gateway } of ips) {
    if (!there.some((found) => sameAddress(found, address))) {
      throw new CniError(errorCodes.internal, `${ifname} does not have the address ${address}`);
    }
    if (gateway !== undefined) requireReachable(address, gateway);
  }
}

function sameAddress(found: AddressInfo, wanted: string): boolean {
  const { ip, prefix } = cidrOf(wanted);
  return found.address === formatIp(ip) && found.prefix === prefix;
}

/** Of IPv6 a gateway may be link-local: nothing is said of it then. */
function requireReachable(address: string, gateway: string): void {
  const network = parseCidr(address);
  const ip = ipOf(gateway);
  if (!network || network.ip.family !== ip.family || network.prefix === (ip.family === 4 ? 32 : 128)) return;
  if (ip.family === 6 || contains(network, ip)) return;
  throw new CniError(errorCodes.internal, `the gateway ${gateway} is not in the network of ${address}`);
}

/** For CHECK. Errors: 999 naming the first route that is missing. */
export function checkRoutes(box: NetworkNamespace, routes: Route[]): void {
  for (const route of routes) {
    const destination = cidrOf(route.dst);
    const there = box.routes(familyOf(destination.ip), route.table ?? RT_TABLE_MAIN);
    const wanted = destinationOf(destination);
    const gateway = route.gw;
    if (!there.some((found) => found.destination === wanted && (gateway === undefined || found.gateway === gateway))) {
      const via = gateway === undefined ? '' : ` via ${gateway}`;
      throw new CniError(errorCodes.internal, `expected route ${route.dst}${via} is missing`);
    }
  }
}
