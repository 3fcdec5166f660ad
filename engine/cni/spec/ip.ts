/** Addresses and networks as numbers: IPv4, and IPv6 (written as RFC 5952 says). */
export interface Ip {
  readonly family: 4 | 6;
  readonly value: bigint;
}
/** An address and the length of its network's prefix; host bits may be set. */
export interface Cidr {
  readonly ip: Ip;
  readonly prefix: number;
}

/** Null when it is no address. An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is an IPv4 address. */
export function parseIp(text: string): Ip | null {
  if (!text.includes(':')) {
    const value = parseQuad(text);
    return value === null ? null : { family: 4, value };
  }
  const value = parseHextets(text);
  if (value === null) return null;
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/** Null when it is not `address/length`. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/');
  const ip = slash === -1 ? null : parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (ip === null || !/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bitsOf(ip)) return null;
  return { ip, prefix: Number(length) };
}

export function formatIp({ family, value }: Ip): string {
  return family === 4 ? [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.') : formatHextets(value);
}

export const formatCidr = ({ ip, prefix }: Cidr): string => `${formatIp(ip)}/${prefix}`;

export const bitsOf = ({ family }: Ip): number => (family === 4 ? 32 : 128);

export const sameIp = (a: Ip, b: Ip): boolean => a.family === b.family && a.value === b.value;

/** The first address of the network. */
export function networkOf({ ip, prefix }: Cidr): Ip {
  const host = BigInt(bitsOf(ip) - prefix);
  return { family: ip.family, value: (ip.value >> host) << host };
}

/** The last address of the network: of IPv4, the broadcast address. */
export function lastOf(cidr: Cidr): Ip {
  const { family, value } = networkOf(cidr);
  return { family, value: value + (1n << BigInt(bitsOf(cidr.ip) - cidr.prefix)) - 1n };
}

export function contains(cidr: Cidr, ip: Ip): boolean {
  const shift = BigInt(bitsOf(cidr.ip) - cidr.prefix);
  return cidr.ip.family === ip.family && cidr.ip.value >> shift === ip.value >> shift;
}

function parseQuad(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseHextets(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(hextets);
  if (!head || tail === null) return null;
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  if (tail === undefined ? head.length !== 8 : zeros < 1) return null;
  return [...head, ...Array<bigint>(zeros).fill(0n), ...(tail ?? [])].reduce(
    (value, part) => (value << 16n) | part,
    0n,
  );
}

/** Groups of 16 bits; the last two may be written as an IPv4 address. */
function hextets(text: string): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    const quad = at === parts.length - 1 && part.includes('.') ? parseQuad(part) : null;
    if (quad !== null) groups.push(quad >> 16n, quad & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}

function formatHextets(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  const [start, length] = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: string[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === '0' ? length + 1 : 0;
    if (length > best[1]) best = [at - length + 1, length];
  }
  return best;
}
