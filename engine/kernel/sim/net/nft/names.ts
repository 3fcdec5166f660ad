/** Names nft(8) has for numbers: protocols, ICMP types, connection states, flags. In the order it prints them. */
export interface NameTable {
  /** Null for what is no such name or number. */
  numberOf(text: string): number | null;
  nameOf(value: number): string;
}

function table(
  entries: ReadonlyArray<readonly [string, number]>,
  aliases: ReadonlyArray<readonly [string, number]> = [],
): NameTable {
  const numbers = new Map([...aliases, ...entries]);
  const names = new Map(entries.map(([name, value]) => [value, name]));
  return {
    numberOf: (text) => numbers.get(text) ?? parseNumber(text),
    nameOf: (value) => names.get(value) ?? String(value),
  };
}

export function parseNumber(text: string): number | null {
  if (/^0x[0-9a-fA-F]+$/.test(text) || /^\d+$/.test(text)) return Number(text);
  return null;
}

export const protocols = table(
  [
    ['icmp', 1],
    ['igmp', 2],
    ['tcp', 6],
    ['udp', 17],
    ['ipv6', 41],
    ['gre', 47],
    ['esp', 50],
    ['ah', 51],
    ['ipv6-icmp', 58],
    ['comp', 108],
    ['sctp', 132],
    ['udplite', 136],
    ['dccp', 33],
  ],
  [['icmpv6', 58]],
);

export const icmpTypes = table([
  ['echo-reply', 0],
  ['destination-unreachable', 3],
  ['source-quench', 4],
  ['redirect', 5],
  ['echo-request', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['parameter-problem', 12],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
  ['info-request', 15],
  ['info-reply', 16],
  ['address-mask-request', 17],
  ['address-mask-reply', 18],
]);

export const icmpv6Types = table([
  ['destination-unreachable', 1],
  ['packet-too-big', 2],
  ['time-exceeded', 3],
  ['parameter-problem', 4],
  ['echo-request', 128],
  ['echo-reply', 129],
  ['mld-listener-query', 130],
  ['mld-listener-report', 131],
  ['mld-listener-done', 132],
  ['nd-router-solicit', 133],
  ['nd-router-advert', 134],
  ['nd-neighbor-solicit', 135],
  ['nd-neighbor-advert', 136],
  ['nd-redirect', 137],
  ['router-renumbering', 138],
  ['mld2-listener-report', 143],
]);

/** Code of "destination unreachable", as `reject with` names it. */
export const icmpCodes = table([
  ['net-unreachable', 0],
  ['host-unreachable', 1],
  ['prot-unreachable', 2],
  ['port-unreachable', 3],
  ['frag-needed', 4],
  ['net-prohibited', 9],
  ['host-prohibited', 10],
  ['admin-prohibited', 13],
]);

export const icmpv6Codes = table([
  ['no-route', 0],
  ['admin-prohibited', 1],
  ['addr-unreachable', 3],
  ['port-unreachable', 4],
  ['policy-fail', 5],
  ['reject-route', 6],
]);

export const icmpxCodes = table([
  ['no-route', 0],
  ['port-unreachable', 1],
  ['host-unreachable', 2],
  ['admin-prohibited', 3],
]);

export const connectionStates = table([
  ['invalid', 1],
  ['established', 2],
  ['related', 4],
  ['new', 8],
  ['untracked', 64],
]);

export const connectionStatus = table([
  ['expected', 1],
  ['seen-reply', 2],
  ['assured', 4],
  ['confirmed', 8],
  ['snat', 16],
  ['dnat', 32],
  ['dying', 512],
]);

export const directions = table([
  ['original', 0],
  ['reply', 1],
]);

export const tcpFlags = table([
  ['fin', 1],
  ['syn', 2],
  ['rst', 4],
  ['psh', 8],
  ['ack', 16],
  ['urg', 32],
  ['ecn', 64],
  ['cwr', 128],
]);

export const etherTypes = table([
  ['ip', 0x800],
  ['arp', 0x806],
  ['vlan', 0x8100],
  ['ip6', 0x86dd],
  ['8021q', 0x8100],
  ['8021ad', 0x88a8],
]);

export const packetTypes = table(
  [
    ['host', 0],
    ['broadcast', 1],
    ['multicast', 2],
    ['other', 3],
  ],
  [['unicast', 0]],
);

export const nfProtocols = table([
  ['ipv4', 2],
  ['ipv6', 10],
]);

export const arpOperations = table([
  ['request', 1],
  ['reply', 2],
]);

export const dscps = table([
  ['cs0', 0],
  ['cs1', 8],
  ['cs2', 16],
  ['cs3', 24],
  ['cs4', 32],
  ['cs5', 40],
  ['cs6', 48],
  ['cs7', 56],
  ['af11', 10],
  ['af12', 12],
  ['af13', 14],
  ['af21', 18],
  ['af22', 20],
  ['af23', 22],
  ['af31', 26],
  ['af32', 28],
  ['af33', 30],
  ['af41', 34],
  ['af42', 36],
  ['af43', 38],
  ['ef', 46],
]);

export const addressTypes = table([
  ['unspec', 0],
  ['unicast', 1],
  ['local', 2],
  ['broadcast', 3],
  ['anycast', 4],
  ['multicast', 5],
  ['blackhole', 6],
  ['unreachable', 7],
  ['prohibit', 8],
]);

/** What stands for a set of bits: `established,related`. */
export function bitsOfList(names: NameTable, text: string): number | null {
  let bits = 0;
  for (const part of text.split(',')) {
    const bit = names.numberOf(part.trim());
    if (bit === null) return null;
    bits |= bit;
  }
  return bits;
}

export function listOfBits(names: NameTable, bits: number): string {
  const parts: string[] = [];
  for (let bit = 1; bit <= bits; bit *= 2) if ((bits & bit) !== 0) parts.push(names.nameOf(bit));
  return parts.length === 0 ? '0x0' : parts.join(',');
}
