/** Hardware addresses (IEEE 802), as lower-case text `aa:bb:cc:dd:ee:ff`. */
import type { Random } from '../../random';
import type { IpAddress } from './ip';

export type Mac = string;

export const broadcastMac: Mac = 'ff:ff:ff:ff:ff:ff';
export const zeroMac: Mac = '00:00:00:00:00:00';

/** A random address, locally administered, of one host. */
export function randomMac(random: Random): Mac {
  const bytes = random.bytes(6);
  return macFromBytes(bytes.map((byte, at) => (at === 0 ? (byte & 0xfe) | 0x02 : byte)));
}

export function macFromBytes(bytes: Uint8Array): Mac {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

export function macBytes(mac: Mac): number[] {
  return mac.split(':').map((byte) => Number.parseInt(byte, 16));
}

/** In its usual form; null when it is none. */
export function parseMac(text: string): Mac | null {
  const parts = text.toLowerCase().split(':');
  if (parts.length !== 6 || parts.some((part) => !/^[0-9a-f]{1,2}$/.test(part))) return null;
  return parts.map((part) => part.padStart(2, '0')).join(':');
}

/** The group bit: broadcast or multicast. */
export function isGroupMac(mac: Mac): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** What a multicast address is sent to (RFC 1112, RFC 2464). */
export function multicastMac(ip: IpAddress): Mac {
  if (typeof ip === 'bigint') {
    const low = (ip & 0xffffffffn).toString(16).padStart(8, '0');
    return `33:33:${low.slice(0, 2)}:${low.slice(2, 4)}:${low.slice(4, 6)}:${low.slice(6)}`;
  }
  const low = (ip & 0x7fffff).toString(16).padStart(6, '0');
  return `01:00:5e:${low.slice(0, 2)}:${low.slice(2, 4)}:${low.slice(4)}`;
}

/** fe80::/64 with the modified EUI-64 of the address (RFC 4291, appendix A). */
export function linkLocalOf(mac: Mac): bigint {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = macBytes(mac);
  const id = [a ^ 2, b, c, 0xff, 0xfe, d, e, f];
  return id.reduce((value, byte) => (value << 8n) | BigInt(byte), 0xfe80n << 48n);
}
