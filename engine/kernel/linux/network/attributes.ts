/** Netlink attributes (netlink(7)) as bytes: numbers in the machine's order, and in the network's where the name says so. */
import { isIP } from 'node:net';
import { KernelError } from '../../port';
import { parseAddress } from '../link/address';
import { attribute } from '../link/rtnetlink';

const NLA_F_NESTED = 0x8000;

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_BRIDGE = 7;

export function nest(type: number, ...parts: Uint8Array[]): Buffer {
  return attribute(type | NLA_F_NESTED, Buffer.concat(parts));
}

export function u8(type: number, value: number): Buffer {
  return attribute(type, Uint8Array.of(value));
}

export function u16(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return attribute(type, bytes);
}

export function u16be(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return attribute(type, bytes);
}

export function u32(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return attribute(type, bytes);
}

export function u32be(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return attribute(type, bytes);
}

export function u64be(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return attribute(type, bytes);
}

export function string(type: number, value: string): Buffer {
  return attribute(type, Buffer.from(`${value}\0`));
}

export function ip(type: number, address: string): Buffer {
  return attribute(type, parseAddress(address).bytes);
}

/** Bytes of `02:00:00:00:00:01`. Errors: EINVAL. */
export function macBytes(text: string): Buffer {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) {
    throw new KernelError('EINVAL', 'hardware address', text, 'not six pairs of hexadecimal digits');
  }
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

export function formatMac(bytes: Uint8Array | undefined): string {
  return bytes?.length === 6 ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':') : '';
}

export function familyNumber(family: 'inet' | 'inet6'): number {
  return family === 'inet' ? AF_INET : AF_INET6;
}

export function familyName(family: number): 'inet' | 'inet6' | null {
  if (family === AF_INET) return 'inet';
  return family === AF_INET6 ? 'inet6' : null;
}

/** Parts of `10.0.0.0/24`; a bare address is a host's. Errors: EINVAL. */
export function splitPrefix(text: string): { address: string; length: number } {
  const [address = '', length] = text.split('/');
  const version = isIP(address);
  if (version === 0) throw new KernelError('EINVAL', 'network', text, 'not an IP address');
  return { address, length: length === undefined ? (version === 4 ? 32 : 128) : Number(length) };
}

/** The name of a number in a table of names, or the number itself. */
export function nameOf<Name extends string>(
  table: Readonly<Record<Name, number>>,
  value: number | undefined,
): Name | null {
  for (const name in table) if (table[name] === value) return name;
  return null;
}

/** The number behind a name. Errors: EINVAL, with the names there are. */
export function numberFor(table: Readonly<Record<string, number>>, name: string, what: string): number {
  const value = table[name];
  if (value === undefined) {
    throw new KernelError('EINVAL', what, name, `one of ${Object.keys(table).join(', ')}`);
  }
  return value;
}
