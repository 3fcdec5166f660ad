/** rtnetlink(7) RTM_NEWADDR: an address of a device (linux/if_addr.h). */
import type { Address, NsId } from '../../../../state';
import { formatIp } from './ip-address';
import { decodeAttributes } from './message';

export const RTM_NEWADDR = 20;
export const RTM_GETADDR = 22;

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const AF_INET = 2;
const AF_INET6 = 10;
const scopes: Record<number, Address['scope']> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' };

export function decodeAddress(payload: Buffer, ns: NsId): Address | null {
  if (payload.length < 8) return null;
  const family = payload[0];
  if (family !== AF_INET && family !== AF_INET6) return null;
  const attributes = decodeAttributes(payload.subarray(8));
  // On a point-to-point device IFA_ADDRESS is the peer; IFA_LOCAL is always ours, where it is given.
  const address = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  if (!address) return null;
  return {
    ns,
    device: payload.readUInt32LE(4),
    family: family === AF_INET ? 'ipv4' : 'ipv6',
    cidr: `${formatIp(address)}/${payload[1]}`,
    scope: scopes[payload[3] ?? 0] ?? 'global',
  };
}
