/**
 * IP addresses as values: an IPv4 address is a number, an IPv6 address a bigint. Both compare with `===` and serve as
 * keys of maps; which family it is, its type tells. Text forms: inet_pton(3), RFC 5952.
 */
export type IpAddress = number | bigint;
export type IpFamily = 4 | 6;
export type InetFamily = 'inet' | 'inet6';

export interface IpPrefix {
  /** Host bits are zero. */
  readonly address: IpAddress;
  readonly length: number;
}

export const anyV4: IpAddress = 0;
export const anyV6: IpAddress = 0n;
export const loopbackV4 = 0x7f000001;
export const loopbackV6 = 1n;
export const limitedBroadcast = 0xffffffff;

export function familyOf(ip: IpAddress): IpFamily {
  return typeof ip === 'number' ? 4 : 6;
}

export function inetFamilyOf(ip: IpAddress): InetFamily {
  return typeof ip === 'number' ? 'inet' : 'inet6';
}

export function bitsOf(ip: IpAddress): 32 | 128 {
  return typeof ip === 'number' ? 32 : 128;
}

export function anyOf(family: InetFamily): IpAddress {
  return family === 'inet' ? anyV4 : anyV6;
}

export function isAny(ip: IpAddress): boolean {
  return ip === 0 || ip === 0n;
}

/** Strictly four decimal numbers. */
export function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part)) return null;
    const byte = Number(part);
    if (byte > 255) return null;
    value = value * 256 + byte;
  }
  return value;
}

export function parseIpv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = '', tail] = halves;
  const front = groupsOf(head);
  if (front === null) return null;
  if (tail === undefined) return front.length === 8 ? join(front) : null;
  const back = groupsOf(tail);
  if (back === null || front.length + back.length > 7) return null;
  const gap = new Array<number>(8 - front.length - back.length).fill(0);
  return join([...front, ...gap, ...back]);
}

export function parseIp(text: string): IpAddress | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

export function formatIp(ip: IpAddress): string {
  if (typeof ip === 'number') return `${(ip >>> 24) & 255}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
  return formatIpv6(ip);
}

/** `10.0.0.0/24`; null when it is none. An address alone is a prefix of all its bits. Host bits are cleared. */
export function parsePrefix(text: string): IpPrefix | null {
  const [addressText = '', lengthText, ...more] = text.split('/');
  const address = parseIp(addressText);
  if (address === null || more.length > 0) return null;
  if (lengthText === undefined) return { address, length: bitsOf(address) };
  if (!/^\d{1,3}$/.test(lengthText)) return null;
  const length = Number(lengthText);
  return length > bitsOf(address) ? null : { address: networkOf(address, length), length };
}

export function formatPrefix({ address, length }: IpPrefix): string {
  return `${formatIp(address)}/${length}`;
}

/** The address with all bits after the prefix cleared. */
export function networkOf(ip: IpAddress, length: number): IpAddress {
  if (typeof ip === 'number') return (ip & mask4(length)) >>> 0;
  return ip & mask6(length);
}

export function isWithin(ip: IpAddress, prefix: IpPrefix): boolean {
  if (typeof ip === 'number') {
    return typeof prefix.address === 'number' && (ip & mask4(prefix.length)) >>> 0 === prefix.address;
  }
  return typeof prefix.address === 'bigint' && (ip & mask6(prefix.length)) === prefix.address;
}

/** The last address of an IPv4 network. */
export function broadcastOf(ip: number, length: number): number {
  return (ip | ~mask4(length)) >>> 0;
}

export function mask4(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

const masks6 = Array.from({ length: 129 }, (_, length) => ((1n << BigInt(length)) - 1n) << BigInt(128 - length));

export function mask6(length: number): bigint {
  return masks6[length] ?? 0n;
}

export function isLoopback(ip: IpAddress): boolean {
  return typeof ip === 'number' ? ip >>> 24 === 127 : ip === 1n;
}

export function isMulticast(ip: IpAddress): boolean {
  return typeof ip === 'number' ? ip >>> 28 === 14 : ip >> 120n === 0xffn;
}

/** 169.254.0.0/16 or fe80::/10. */
export function isLinkLocal(ip: IpAddress): boolean {
  return typeof ip === 'number' ? ip >>> 16 === 0xa9fe : ip >> 118n === 0x3fan;
}

/** 240.0.0.0/4 without the limited broadcast. */
export function isReserved(ip: IpAddress): boolean {
  return typeof ip === 'number' && ip >>> 28 === 15 && ip !== limitedBroadcast;
}

/** A value to order addresses by. */
export function compareIp(a: IpAddress, b: IpAddress): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `::ffff:a.b.c.d`: how a dual-stack socket names an IPv4 address. */
export function mapped(ip: number): bigint {
  return (0xffffn << 32n) | BigInt(ip);
}

export function unmapped(ip: bigint): number | null {
  return ip >> 32n === 0xffffn ? Number(ip & 0xffffffffn) : null;
}

/** Its bytes in network order. */
export function ipBytes(ip: IpAddress): number[] {
  if (typeof ip === 'number') return [(ip >>> 24) & 255, (ip >>> 16) & 255, (ip >>> 8) & 255, ip & 255];
  return Array.from({ length: 16 }, (_, at) => Number((ip >> BigInt(120 - 8 * at)) & 255n));
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = parseIpv4(part);
      if (v4 === null || at !== parts.length - 1) return null;
      groups.push(v4 >>> 16, v4 & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}

function join(groups: readonly number[]): bigint | null {
  if (groups.length !== 8) return null;
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function formatIpv6(ip: bigint): string {
  const v4 = ip > 0xffffn && (ip >> 32n === 0xffffn || ip >> 32n === 0n) ? Number(ip & 0xffffffffn) : null;
  if (v4 !== null) return `${ip >> 32n === 0n ? '::' : '::ffff:'}${formatIp(v4)}`;
  const groups = Array.from({ length: 8 }, (_, at) => Number((ip >> BigInt(112 - 16 * at)) & 0xffffn));
  const { start, length } = longestZeros(groups);
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
