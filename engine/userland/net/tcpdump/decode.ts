/** Frames taken apart (RFC 791, 792, 768, 793, 826, 8200). */
export interface Frame {
  bytes: Uint8Array;
  ethernet: { source: string; destination: string; type: number } | null;
  vlans: number[];
  /** EtherType of what follows. */
  protocol: number;
  arp: Arp | null;
  ip: Ip | null;
}

export interface Arp {
  operation: number;
  senderMac: string;
  sender: string;
  targetMac: string;
  target: string;
}

export interface Ip {
  version: 4 | 6;
  source: string;
  destination: string;
  protocol: number;
  ttl: number;
  tos: number;
  id: number;
  offset: number;
  moreFragments: boolean;
  dontFragment: boolean;
  flowLabel: number;
  /** Of the whole packet; of IPv6 without its header. */
  length: number;
  header: Uint8Array;
  /** What the header is followed by. */
  payload: Uint8Array;
}

export const etherTypes = { ip: 0x0800, arp: 0x0806, ip6: 0x86dd, vlan: 0x8100 };

export function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function long(bytes: Uint8Array, at: number): number {
  return word(bytes, at) * 65_536 + word(bytes, at + 2);
}

function mac(bytes: Uint8Array, at: number): string {
  return Array.from(bytes.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

export function ipv4(bytes: Uint8Array, at: number): string {
  return bytes.subarray(at, at + 4).join('.');
}

/** The longest row of zeros is left out (RFC 5952). */
export function ipv6(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => word(bytes, at + 2 * index).toString(16));
  const text = groups.join(':');
  const rows = [...text.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = rows;
  if (!longest) return text;
  const { index = 0 } = longest;
  const before = text.slice(0, index).replace(/:$/, '');
  const after = text.slice(index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

export function decodeFrame(bytes: Uint8Array): Frame {
  const ethernet = { destination: mac(bytes, 0), source: mac(bytes, 6), type: word(bytes, 12) };
  let protocol = ethernet.type;
  let at = 14;
  const vlans: number[] = [];
  while (protocol === etherTypes.vlan) {
    vlans.push(word(bytes, at) & 0xfff);
    protocol = word(bytes, at + 2);
    at += 4;
  }
  return { bytes, ethernet, vlans, ...decodeNetwork(bytes.subarray(at), protocol) };
}

export function decodeNetwork(bytes: Uint8Array, protocol: number): Pick<Frame, 'protocol' | 'arp' | 'ip'> {
  const arp = protocol === etherTypes.arp && bytes.length >= 28 ? decodeArp(bytes) : null;
  const ip = protocol === etherTypes.ip ? decodeIpv4(bytes) : protocol === etherTypes.ip6 ? decodeIpv6(bytes) : null;
  return { protocol, arp, ip };
}

function decodeArp(bytes: Uint8Array): Arp {
  return {
    operation: word(bytes, 6),
    senderMac: mac(bytes, 8),
    sender: ipv4(bytes, 14),
    targetMac: mac(bytes, 18),
    target: ipv4(bytes, 24),
  };
}

export function decodeIpv4(bytes: Uint8Array): Ip | null {
  if (bytes.length < 20) return null;
  const headerLength = ((bytes[0] ?? 0) & 15) * 4;
  const length = word(bytes, 2);
  const flags = word(bytes, 6);
  return {
    version: 4,
    source: ipv4(bytes, 12),
    destination: ipv4(bytes, 16),
    protocol: bytes[9] ?? 0,
    ttl: bytes[8] ?? 0,
    tos: bytes[1] ?? 0,
    id: word(bytes, 4),
    offset: (flags & 0x1fff) * 8,
    moreFragments: (flags & 0x2000) !== 0,
    dontFragment: (flags & 0x4000) !== 0,
    flowLabel: 0,
    length,
    header: bytes.subarray(0, headerLength),
    payload: bytes.subarray(headerLength, length),
  };
}

export function decodeIpv6(bytes: Uint8Array): Ip | null {
  if (bytes.length < 40) return null;
  const length = word(bytes, 4);
  return {
    version: 6,
    source: ipv6(bytes, 8),
    destination: ipv6(bytes, 24),
    protocol: bytes[6] ?? 0,
    ttl: bytes[7] ?? 0,
    tos: (word(bytes, 0) >> 4) & 0xff,
    id: 0,
    offset: 0,
    moreFragments: false,
    dontFragment: false,
    flowLabel: long(bytes, 0) & 0xfffff,
    length,
    header: bytes.subarray(0, 40),
    payload: bytes.subarray(40, 40 + length),
  };
}

/** Ports of TCP and UDP; null for others, and for fragments but the first. */
export function portsOf({ protocol, payload, offset }: Ip): { source: number; destination: number } | null {
  if ((protocol !== 6 && protocol !== 17) || offset > 0 || payload.length < 4) return null;
  return { source: word(payload, 0), destination: word(payload, 2) };
}
