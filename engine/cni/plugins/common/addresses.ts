/** Addresses of results in the kernel's terms. */
import type { IpFamily } from '../../../kernel';
import { bitsOf, type Cidr, CniError, errorCodes, formatIp, type Ip, networkOf, parseCidr, parseIp } from '../../spec';

export const defaultRoutes: Record<IpFamily, string> = { inet: '0.0.0.0/0', inet6: '::/0' };

/** Errors: 7. */
export function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr) return cidr;
  throw new CniError(errorCodes.invalidConfig, `invalid address ${JSON.stringify(text)}`);
}

/** Errors: 7. */
export function ipOf(text: string): Ip {
  const ip = parseIp(text);
  if (ip) return ip;
  throw new CniError(errorCodes.invalidConfig, `invalid IP address ${JSON.stringify(text)}`);
}

export const familyOf = (ip: Ip): IpFamily => (ip.family === 4 ? 'inet' : 'inet6');

/** The first address a network can give to a host. */
export function firstHost(cidr: Cidr): string {
  const { family, value } = networkOf(cidr);
  return formatIp({ family, value: value + 1n });
}

/** `10.0.0.0/24`; the default route's destination is `default`, as the kernel's list has it. */
export function destinationOf(cidr: Cidr): string {
  return cidr.prefix === 0 ? 'default' : networkText(cidr);
}

export const networkText = (cidr: Cidr): string => `${formatIp(networkOf(cidr))}/${cidr.prefix}`;

/** `10.0.0.2/32` */
export const hostNetwork = (ip: Ip): string => `${formatIp(ip)}/${bitsOf(ip)}`;
