/** rtnetlink(7) RTM_NEWLINK: a network device (linux/if_link.h). */
import type { NetDevice } from '../../../../state';
import { decodeAttributes, numberOf, textOf } from './message';

export const RTM_NEWLINK = 16;
export const RTM_GETLINK = 18;

const IFLA = {
  address: 1,
  name: 3,
  mtu: 4,
  link: 5,
  master: 10,
  operState: 16,
  linkInfo: 18,
  linkNetnsId: 37,
} as const;
const IFLA_INFO_KIND = 1;
const IFF_UP = 1;
const ARPHRD_LOOPBACK = 772;
const operStates = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'];

/** A device as its own namespace tells it: the other end of its link is in the namespace numbered `netnsId` there. */
export interface LinkMessage extends Omit<NetDevice, 'ns' | 'link'> {
  link: { index: number; netnsId: number | null } | null;
}

export function decodeLink(payload: Buffer): LinkMessage | null {
  if (payload.length < 16) return null;
  const hardware = payload.readUInt16LE(2);
  const index = payload.readInt32LE(4);
  const attributes = decodeAttributes(payload.subarray(16));
  const linkIndex = numberOf(attributes, IFLA.link);
  const address = attributes.get(IFLA.address);
  const info = attributes.get(IFLA.linkInfo);
  const kind = info ? textOf(decodeAttributes(info), IFLA_INFO_KIND) : null;
  return {
    index,
    name: textOf(attributes, IFLA.name) ?? `if${index}`,
    kind: kind ?? (hardware === ARPHRD_LOOPBACK ? 'loopback' : 'ether'),
    mac: address && address.length === 6 ? formatMac(address) : null,
    mtu: numberOf(attributes, IFLA.mtu) ?? 0,
    up: (payload.readUInt32LE(8) & IFF_UP) !== 0,
    operState: operStates[attributes.get(IFLA.operState)?.[0] ?? 0] ?? 'unknown',
    master: numberOf(attributes, IFLA.master),
    // 0 says that the other end is gone or none of ours to know.
    link: linkIndex ? { index: linkIndex, netnsId: numberOf(attributes, IFLA.linkNetnsId) } : null,
  };
}

function formatMac(bytes: Buffer): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
