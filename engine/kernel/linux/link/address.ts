/** IP addresses as bytes. */
import { isIP } from 'node:net';
import { KernelError } from '../../port';

export interface IpAddress {
  family: 4 | 6;
  bytes: Uint8Array;
}

/** Parses an address without a prefix. Errors: EINVAL. */
export function parseAddress(text: string): IpAddress {
  const family = isIP(text);
  if (family === 4) return { family, bytes: Uint8Array.from(text.split('.').map(Number)) };
  if (family === 6) return { family, bytes: parseIpv6(text) };
  throw new KernelError('EINVAL', 'address', text, 'not an IP address');
}

/** Parses `10.0.0.1/24`. Errors: EINVAL. */
export function parseInterfaceAddress(cidr: string): IpAddress & { prefix: number } {
  const [address = '', prefix = ''] = cidr.split('/');
  const parsed = parseAddress(address);
  const length = Number(prefix);
  if (!/^\d+$/.test(prefix) || length > parsed.bytes.byteLength * 8) {
    throw new KernelError('EINVAL', 'address', cidr, 'no prefix length like /24');
  }
  return { ...parsed, prefix: length };
}

function parseIpv6(text: string): Uint8Array {
  // A dotted tail stands for the last two groups.
  const groups = text.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`,
  );
  const [head = '', tail] = groups.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  const bytes = Buffer.alloc(16);
  [...left, ...zeros, ...right].forEach((group, index) => {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  });
  return bytes;
}
