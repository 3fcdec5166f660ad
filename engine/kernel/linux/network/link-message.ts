/** Devices as rtnetlink(7) messages (linux/if_link.h). */
import { checkedDeviceName } from '../../device-name';
import type { BridgePortInfo, LinkChange, LinkDetails, LinkInfo, NetworkNamespace, NewLink } from '../../network';
import { type Attributes, decodeAttributes, numberOf, textOf } from '../inspect/netlink/message';
import { attribute } from '../link/rtnetlink';
import { formatMac, macBytes, nest, string, u32 } from './attributes';
import { decodeDetails, encodeDetails } from './link-details';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;

export const IFLA_AF_SPEC = 26;
const IFLA = {
  address: 1,
  name: 3,
  mtu: 4,
  link: 5,
  master: 10,
  protinfo: 12,
  queueLength: 13,
  operState: 16,
  linkInfo: 18,
  alias: 20,
  group: 27,
  netnsFd: 28,
  promiscuity: 30,
  linkNetnsId: 37,
} as const;
const IFLA_INFO = { kind: 1, data: 2, portKind: 4, portData: 5 } as const;
const VETH_INFO_PEER = 1;
const IFLA_BRPORT = { hairpin: 4, learning: 8, flood: 9, isolated: 33 } as const;

const flagBits = {
  UP: 0x1,
  BROADCAST: 0x2,
  LOOPBACK: 0x8,
  POINTOPOINT: 0x10,
  NOARP: 0x80,
  PROMISC: 0x100,
  ALLMULTI: 0x200,
  MULTICAST: 0x1000,
  LOWER_UP: 0x10000,
} as const;
const linkTypes: Record<number, LinkInfo['linkType']> = { 1: 'ether', 772: 'loopback', 65534: 'none' };
const operStates = ['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN', 'TESTING', 'DORMANT', 'UP'];

/** How a namespace is named in a message: by an open descriptor. */
export type DescriptorOf = (namespace: NetworkNamespace) => number;

/** struct ifinfomsg */
export function linkHeader(index: number, flags = 0, change = 0, family = 0): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt8(family, 0);
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(flags >>> 0, 8);
  header.writeUInt32LE(change >>> 0, 12);
  return header;
}

export function encodeNewLink(link: NewLink, descriptorOf: DescriptorOf): Buffer {
  const details =
    link.kind === 'veth' ? encodePeer(link.peer ?? {}, descriptorOf) : encodeDetails(link.kind, link.details ?? {});
  return Buffer.concat([
    linkHeader(0, link.up ? flagBits.UP : 0, link.up ? flagBits.UP : 0),
    ...common(link, descriptorOf),
    ...(link.link === undefined ? [] : [u32(IFLA.link, link.link)]),
    nest(
      IFLA.linkInfo,
      string(IFLA_INFO.kind, link.kind),
      ...(details.length > 0 ? [nest(IFLA_INFO.data, details)] : []),
    ),
  ]);
}

function encodePeer(peer: NonNullable<NewLink['peer']>, descriptorOf: DescriptorOf): Buffer {
  return nest(VETH_INFO_PEER, linkHeader(0), ...common(peer, descriptorOf));
}

/** What can be said of a device when it is made as well as later. */
function common(link: Omit<LinkChange, 'master'> & { master?: number | null }, descriptorOf: DescriptorOf): Buffer[] {
  const parts: Buffer[] = [];
  if (link.name !== undefined) parts.push(string(IFLA.name, checkedDeviceName(link.name)));
  if (link.address !== undefined) parts.push(attribute(IFLA.address, macBytes(link.address)));
  if (link.mtu !== undefined) parts.push(u32(IFLA.mtu, link.mtu));
  if (link.queueLength !== undefined) parts.push(u32(IFLA.queueLength, link.queueLength));
  if (link.master !== undefined) parts.push(u32(IFLA.master, link.master ?? 0));
  if (link.group !== undefined) parts.push(u32(IFLA.group, link.group));
  if (link.alias !== undefined) parts.push(string(IFLA.alias, link.alias));
  if (link.netns !== undefined) parts.push(u32(IFLA.netnsFd, descriptorOf(link.netns)));
  return parts;
}

export function encodeLinkChange(index: number, change: LinkChange, descriptorOf: DescriptorOf): Buffer {
  let flags = 0;
  let mask = 0;
  const set = (bit: number, on: boolean | undefined) => {
    if (on === undefined) return;
    mask |= bit;
    if (on) flags |= bit;
  };
  set(flagBits.UP, change.up);
  set(flagBits.PROMISC, change.promisc);
  set(flagBits.ALLMULTI, change.allMulti);
  set(flagBits.MULTICAST, change.multicast);
  set(flagBits.NOARP, change.arp === undefined ? undefined : !change.arp);
  return Buffer.concat([linkHeader(index, flags, mask), ...common(change, descriptorOf)]);
}

/** A question for one device, by name or index. */
export function linkQuestion(nameOrIndex: string | number): Buffer {
  if (typeof nameOrIndex === 'number') return linkHeader(nameOrIndex);
  return Buffer.concat([linkHeader(0), string(IFLA.name, checkedDeviceName(nameOrIndex))]);
}

export function decodeLinkInfo(payload: Buffer): LinkInfo {
  const index = payload.readInt32LE(4);
  const bits = payload.readUInt32LE(8);
  const attributes = decodeAttributes(payload.subarray(16));
  const info = linkInfoOf(attributes);
  const kind = textOf(info, IFLA_INFO.kind) ?? '';
  const link = numberOf(attributes, IFLA.link);
  return {
    index,
    name: textOf(attributes, IFLA.name) ?? `if${index}`,
    kind,
    linkType: linkTypes[payload.readUInt16LE(2)] ?? 'other',
    address: formatMac(attributes.get(IFLA.address)),
    mtu: numberOf(attributes, IFLA.mtu) ?? 0,
    queueLength: numberOf(attributes, IFLA.queueLength) ?? 0,
    group: numberOf(attributes, IFLA.group) ?? 0,
    flags: Object.entries(flagBits).flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name])),
    operState: operStates[attributes.get(IFLA.operState)?.[0] ?? 0] ?? 'UNKNOWN',
    master: numberOf(attributes, IFLA.master),
    link: link || null,
    linkNetnsId: numberOf(attributes, IFLA.linkNetnsId),
    alias: textOf(attributes, IFLA.alias) ?? '',
    details: detailsOf(kind, info),
    promiscuity: numberOf(attributes, IFLA.promiscuity) ?? 0,
  };
}

function linkInfoOf(attributes: Attributes): Attributes {
  return decodeAttributes(attributes.get(IFLA.linkInfo) ?? Buffer.alloc(0));
}

function detailsOf(kind: string, info: Attributes): LinkDetails {
  const data = info.get(IFLA_INFO.data);
  return data ? decodeDetails(kind, decodeAttributes(data)) : {};
}

export function encodePortChange(
  change: Partial<Pick<BridgePortInfo, 'hairpin' | 'isolated' | 'learning' | 'flood'>>,
): Buffer {
  const flag = (type: number, on: boolean | undefined) =>
    on === undefined ? [] : [attribute(type, Uint8Array.of(on ? 1 : 0))];
  return nest(
    IFLA.protinfo,
    ...flag(IFLA_BRPORT.hairpin, change.hairpin),
    ...flag(IFLA_BRPORT.learning, change.learning),
    ...flag(IFLA_BRPORT.flood, change.flood),
    ...flag(IFLA_BRPORT.isolated, change.isolated),
  );
}

/** Null for what is no port of a bridge. */
export function decodePort(payload: Buffer): BridgePortInfo | null {
  const attributes = decodeAttributes(payload.subarray(16));
  const info = linkInfoOf(attributes);
  const bridge = numberOf(attributes, IFLA.master);
  const data = info.get(IFLA_INFO.portData);
  if (bridge === null || !data || textOf(info, IFLA_INFO.portKind) !== 'bridge') return null;
  const port = decodeAttributes(data);
  const flag = (type: number) => port.get(type)?.[0] === 1;
  return {
    index: payload.readInt32LE(4),
    bridge,
    hairpin: flag(IFLA_BRPORT.hairpin),
    isolated: flag(IFLA_BRPORT.isolated),
    learning: flag(IFLA_BRPORT.learning),
    flood: flag(IFLA_BRPORT.flood),
  };
}
