/** Addresses of Internet sockets, between their text in system calls and their values here. */
import { SysError } from '../../abi/errno';
import { formatIp, type IpAddress, mapped, parseIpv4, parseIpv6, unmapped } from '../address/ip';
import type { SocketAddress, SocketDomain } from '../socket-types';

export interface Endpoint {
  /** A mapped IPv4 address is a number here. */
  address: IpAddress;
  port: number;
  /** Index of the device of a link-local address; 0 for none. */
  scope: number;
}

/** EAFNOSUPPORT when it is of another family than the socket, EINVAL when it is none. */
export function endpointOf(address: SocketAddress, domain: SocketDomain): Endpoint {
  if (address.family === 'inet' && domain === 'inet') {
    const ip = parseIpv4(address.address);
    if (ip === null) throw new SysError('EINVAL');
    return { address: ip, port: address.port, scope: 0 };
  }
  if (address.family === 'inet6' && domain === 'inet6') {
    const ip = parseIpv6(address.address);
    if (ip === null) throw new SysError('EINVAL');
    return { address: unmapped(ip) ?? ip, port: address.port, scope: address.scope ?? 0 };
  }
  throw new SysError('EAFNOSUPPORT');
}

/** As a socket of that domain is told it. */
export function socketAddress(domain: SocketDomain, address: IpAddress, port: number, scope = 0): SocketAddress {
  if (domain === 'inet6') {
    const ip = typeof address === 'number' ? (address === 0 ? 0n : mapped(address)) : address;
    return { family: 'inet6', address: formatIp(ip), port, ...(scope === 0 ? {} : { scope }) };
  }
  return { family: 'inet', address: formatIp(address), port };
}

/** Does something bound to `bound` get what is sent to `address`? `v6only`: of the socket. */
export function isBoundFor(bound: IpAddress, v6only: boolean, address: IpAddress): boolean {
  if (bound === address) return true;
  if (bound === 0) return typeof address === 'number';
  return bound === 0n && (typeof address === 'bigint' || !v6only);
}

/** Can two sockets not be bound to the same port with these addresses? */
export function boundClash(a: IpAddress, aOnly: boolean, b: IpAddress, bOnly: boolean): boolean {
  if (a === b) return true;
  const isAnyA = a === 0 || a === 0n;
  const isAnyB = b === 0 || b === 0n;
  if (typeof a === typeof b) return isAnyA || isAnyB;
  // One is IPv6, the other IPv4: only an IPv6 wildcard reaches over.
  const wide = typeof a === 'bigint' ? { any: isAnyA, only: aOnly } : { any: isAnyB, only: bOnly };
  return wide.any && !wide.only;
}
