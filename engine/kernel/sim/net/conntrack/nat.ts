/** Network address translation (RFC 3022; nf_nat_core.c): chosen once a connection, done to every packet of it. */
import { compareIp, type IpAddress } from '../address/ip';
import { describeEnds } from '../packet/describe';
import type { Packet } from '../packet/packet';
import { flowHash } from '../route/fib';
import type { NetNamespace } from '../types';
import { type Connection, reversed, type Tuple } from './connection';
import { withDestination, withSource } from './tuples';

export interface NatRange {
  from: IpAddress;
  to: IpAddress;
  ports: { from: number; to: number } | null;
  /** Always another port. */
  random: boolean;
  /** The same source is always translated alike. */
  persistent: boolean;
}

export type Manipulation = 'source' | 'destination';

/** Decides how a new connection is translated; `null`: it is not, but answers to it must still be told apart. */
export function setupNat(
  ns: NetNamespace,
  connection: Connection,
  what: Manipulation,
  range: NatRange | null,
): boolean {
  const current = reversed(connection.reply);
  const wanted = range
    ? chooseTuple(ns, connection, current, what, range)
    : uniqueTuple(ns, connection, current, what, null);
  if (wanted === null) return false;
  connection.reply = reversed(wanted);
  const before =
    what === 'source' ? [current.source, current.sourcePort] : [current.destination, current.destinationPort];
  const after = what === 'source' ? [wanted.source, wanted.sourcePort] : [wanted.destination, wanted.destinationPort];
  const changed = before[0] !== after[0] || before[1] !== after[1];
  if (what === 'source') {
    connection.sourceNat = changed;
    connection.sourceDone = true;
  } else {
    connection.destinationNat = changed;
    connection.destinationDone = true;
  }
  return true;
}

/** Puts the translation into the packet's headers at one of the two places. Answers what it changed, for traces. */
export function translate(packet: Packet, what: Manipulation): { before: string; after: string } | null {
  const { connection, direction, ip } = packet;
  if (!connection || !ip) return null;
  const isOriginal = direction === 'original';
  const isSource = what === 'source';
  // In answers, what was done to the source is undone at the destination.
  const applies = isSource === isOriginal ? connection.sourceNat : connection.destinationNat;
  if (!applies) return null;
  const target = reversed(isOriginal ? connection.reply : connection.original);
  const before = describeEnds(ip);
  const { transport } = ip;
  if (transport.kind === 'icmp' && transport.about) {
    const quoted = isOriginal ? connection.reply : connection.original;
    // What it quotes went the other way.
    const about = isSource
      ? withDestination(transport.about, quoted.destination, quoted.destinationPort)
      : withSource(transport.about, quoted.source, quoted.sourcePort);
    const inner = { ...ip, transport: { ...transport, about } };
    packet.ip = isSource ? { ...inner, source: target.source } : { ...inner, destination: target.destination };
  } else {
    packet.ip = isSource
      ? withSource(ip, target.source, target.sourcePort)
      : withDestination(ip, target.destination, target.destinationPort);
  }
  return packet.ip ? { before, after: describeEnds(packet.ip) } : null;
}

function chooseTuple(
  ns: NetNamespace,
  connection: Connection,
  current: Tuple,
  what: Manipulation,
  range: NatRange,
): Tuple | null {
  if (what === 'source' && !range.random) {
    const same = reuse(ns, connection, current, range);
    if (same) return same;
  }
  const address = pickAddress(current, what, range);
  const moved = what === 'source' ? { ...current, source: address } : { ...current, destination: address };
  return uniqueTuple(ns, connection, moved, what, range);
}

/** The source as another connection from the same place has it. */
function reuse(ns: NetNamespace, connection: Connection, current: Tuple, range: NatRange): Tuple | null {
  for (const other of ns.conntrack.fromSource(connection.original)) {
    const mapped = reversed(other.reply);
    const isInRange = compareIp(mapped.source, range.from) >= 0 && compareIp(mapped.source, range.to) <= 0;
    const isPort = !range.ports || (mapped.sourcePort >= range.ports.from && mapped.sourcePort <= range.ports.to);
    if (!isInRange || !isPort) continue;
    const tuple = { ...current, source: mapped.source, sourcePort: mapped.sourcePort };
    if (!ns.conntrack.isTaken(reversed(tuple), connection)) return tuple;
  }
  return null;
}

function pickAddress(current: Tuple, what: Manipulation, range: NatRange): IpAddress {
  if (range.from === range.to) return range.from;
  const other = what === 'source' ? current.destination : current.destination;
  const hash = flowHash(current.source, range.persistent ? current.source : other);
  if (typeof range.from === 'number' && typeof range.to === 'number')
    return range.from + (hash % (range.to - range.from + 1));
  if (typeof range.from === 'bigint' && typeof range.to === 'bigint')
    return range.from + (BigInt(hash) % (range.to - range.from + 1n));
  return range.from;
}

/** Null when every port is taken. */
function uniqueTuple(
  ns: NetNamespace,
  connection: Connection,
  tuple: Tuple,
  what: Manipulation,
  range: NatRange | null,
): Tuple | null {
  const isFree = (candidate: Tuple) => !ns.conntrack.isTaken(reversed(candidate), connection);
  const port = what === 'source' ? tuple.sourcePort : tuple.destinationPort;
  const ports = range?.ports ?? null;
  if (!range?.random) {
    if (!ports || (port >= ports.from && port <= ports.to)) {
      if (isFree(tuple)) return tuple;
    } else if (ports.from === ports.to) {
      const fixed = withPort(tuple, what, ports.from);
      if (isFree(fixed)) return fixed;
    }
  }
  if (what === 'destination' && !ports) return tuple;
  const span = ports ?? likePort(port);
  const count = span.to - span.from + 1;
  const start = ns.network.kernel.random.below(count);
  for (let step = 0; step < Math.min(count, 4096); step++) {
    const candidate = withPort(tuple, what, span.from + ((start + step) % count));
    if (isFree(candidate)) return candidate;
  }
  return null;
}

function withPort(tuple: Tuple, what: Manipulation, port: number): Tuple {
  if (tuple.protocol === 1 || tuple.protocol === 58) return { ...tuple, sourcePort: port, destinationPort: port };
  return what === 'source' ? { ...tuple, sourcePort: port } : { ...tuple, destinationPort: port };
}

/** Well-known ports stay well-known. */
function likePort(port: number): { from: number; to: number } {
  if (port < 512) return { from: 1, to: 511 };
  return port < 1024 ? { from: 600, to: 1023 } : { from: 1024, to: 65535 };
}
