/** Names of routing tables (/etc/iproute2/rt_tables). */
import { invalid } from './context';

const tables = new Map([
  ['default', 253],
  ['main', 254],
  ['local', 255],
]);

export function tableNumber(text: string, message = '"table" value is invalid'): number {
  const known = tables.get(text);
  if (known !== undefined) return known;
  if (!/^\d+$/.test(text)) throw invalid(message, text);
  return Number(text);
}

export function tableName(table: number): string {
  for (const [name, number] of tables) if (number === table) return name;
  return String(table);
}

/** /etc/iproute2/rt_protos. */
const protocols = new Map([
  ['unspec', 0],
  ['redirect', 1],
  ['kernel', 2],
  ['boot', 3],
  ['static', 4],
  ['gated', 8],
  ['ra', 9],
  ['mrt', 10],
  ['zebra', 11],
  ['bird', 12],
  ['dnrouted', 13],
  ['xorp', 14],
  ['ntk', 15],
  ['dhcp', 16],
  ['keepalived', 18],
  ['babel', 42],
  ['openr', 99],
  ['bgp', 186],
  ['isis', 187],
  ['ospf', 188],
  ['rip', 189],
  ['eigrp', 192],
]);

/** Its name where it has one. */
export function routeProtocol(text: string): string {
  if (protocols.has(text)) return text;
  const number = Number(text);
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text) || number > 255) throw invalid('"protocol" value is invalid', text);
  return [...protocols].find(([, known]) => known === number)?.[0] ?? String(number);
}

export function protocolNumber(name: string): string {
  return String(protocols.get(name) ?? name);
}
