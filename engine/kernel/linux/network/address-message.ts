/** Addresses of devices as rtnetlink(7) messages (linux/if_addr.h). */
import type { AddressInfo, AddressKey, NewAddress } from '../../network';
import { formatIp } from '../inspect/netlink/ip-address';
import { decodeAttributes } from '../inspect/netlink/message';
import { familyName, familyNumber, ip, nameOf, numberFor, u32 } from './attributes';

export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

const IFA = { address: 1, local: 2, broadcast: 4, flags: 8 } as const;
const scopes = { global: 0, site: 200, link: 253, host: 254 } as const;
const flagBits = {
  secondary: 1,
  nodad: 2,
  dadfailed: 8,
  tentative: 0x40,
  permanent: 0x80,
  noprefixroute: 0x200,
} as const;

/** struct ifaddrmsg */
function header(family: number, prefix: number, scope: number, index: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(family, 0);
  bytes.writeUInt8(prefix, 1);
  bytes.writeUInt8(scope, 3);
  bytes.writeUInt32LE(index, 4);
  return bytes;
}

export function addressQuestion(): Buffer {
  return header(0, 0, 0, 0);
}

export function encodeAddress(address: NewAddress | AddressKey): Buffer {
  const all: NewAddress = address;
  const flags = (all.flags ?? []).reduce((bits, name) => bits | numberFor(flagBits, name, 'address flag'), 0);
  return Buffer.concat([
    header(familyNumber(all.family), all.prefix, scopes[all.scope ?? 'global'], all.index),
    ip(IFA.local, all.address),
    ip(IFA.address, all.peer ?? all.address),
    ...(all.broadcast ? [ip(IFA.broadcast, all.broadcast)] : []),
    ...(flags === 0 ? [] : [u32(IFA.flags, flags)]),
  ]);
}

export function decodeAddressInfo(payload: Buffer): AddressInfo[] {
  const family = familyName(payload[0] ?? 0);
  if (family === null || payload.length < 8) return [];
  const attributes = decodeAttributes(payload.subarray(8));
  const peer = attributes.get(IFA.address);
  const local = attributes.get(IFA.local) ?? peer;
  if (!local) return [];
  const broadcast = attributes.get(IFA.broadcast);
  const bits = attributes.get(IFA.flags)?.readUInt32LE(0) ?? payload[2] ?? 0;
  return [
    {
      index: payload.readUInt32LE(4),
      family,
      address: formatIp(local),
      prefix: payload[1] ?? 0,
      peer: formatIp(peer ?? local),
      broadcast: broadcast ? formatIp(broadcast) : null,
      scope: nameOf(scopes, payload[3]) ?? 'global',
      flags: Object.entries(flagBits).flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name])),
    },
  ];
}
