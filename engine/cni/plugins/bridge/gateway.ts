/** The host as the containers' gateway. */
import type { IpFamily, NetworkNamespace } from '../../../kernel';
import { CniError, contains, errorCodes, formatIp, type IpConfig, type Result } from '../../spec';
import { cidrOf, defaultRoutes, familyOf, firstHost, ipOf } from '../common/addresses';
import { addAddress, enableIpv6 } from '../common/interface';
import type { BridgeConfig } from './config';

/** Completes a result of IPAM: where there is no gateway, the host takes the first address of the network. */
export function withGateways(result: Result, config: BridgeConfig): Result {
  if (!config.isGateway) return result;
  const ips = result.ips.map((ip) => ({ ...ip, gateway: ip.gateway ?? firstHost(cidrOf(ip.address)) }));
  if (!config.isDefaultGateway) return { ...result, ips };
  return { ...result, ips, routes: withDefaultRoutes(result, ips) };
}

function withDefaultRoutes(result: Result, ips: IpConfig[]): Result['routes'] {
  const routes = [...result.routes];
  for (const { address, gateway } of ips) {
    const dst = defaultRoutes[familyOf(cidrOf(address).ip)];
    if (!routes.some((route) => route.dst === dst)) routes.push({ dst, gw: gateway });
  }
  return routes;
}

/** Gives the device the gateways' addresses and lets the host forward. Errors: 999 when it has others of that network. */
export function becomeGateway(
  own: NetworkNamespace,
  index: number,
  device: string,
  ips: IpConfig[],
  force: boolean,
): void {
  const families = new Set<IpFamily>();
  for (const { address, gateway } of ips) {
    if (gateway === undefined) continue;
    const { prefix } = cidrOf(address);
    const family = familyOf(ipOf(gateway));
    if (family === 'inet6') enableIpv6(own, device);
    ensureAddress(own, index, device, `${gateway}/${prefix}`, force);
    families.add(family);
  }
  for (const family of families) enableForwarding(own, family);
}

function ensureAddress(own: NetworkNamespace, index: number, device: string, wanted: string, force: boolean): void {
  const cidr = cidrOf(wanted);
  const family = familyOf(cidr.ip);
  const there = own.addresses(index).filter((found) => found.family === family && found.scope !== 'link');
  if (there.some((found) => found.address === formatIp(cidr.ip) && found.prefix === cidr.prefix)) return;
  for (const other of there) {
    // Of IPv6 a device may have any number; of IPv4 two networks at once are a mistake unless they do not touch.
    const otherCidr = cidrOf(`${other.address}/${other.prefix}`);
    const overlapping = contains(otherCidr, cidr.ip) || contains(cidr, otherCidr.ip);
    if (family === 'inet6' && !overlapping) continue;
    if (!force) {
      throw new CniError(
        errorCodes.internal,
        `${JSON.stringify(device)} already has an IP address different from ${wanted}`,
      );
    }
    own.addressDelete({ index, family, address: other.address, prefix: other.prefix });
  }
  addAddress(own, index, { address: wanted });
}

export function enableForwarding(own: NetworkNamespace, family: IpFamily): void {
  const name = family === 'inet' ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
  if (own.sysctl(name) !== '1') own.sysctlSet(name, '1');
}
