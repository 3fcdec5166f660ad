/**
 * Connections that pass a namespace (conntrack(8)): each packet is assigned to one, with the state the rules ask for.
 * Only kept while some rule needs it. Old entries go when they are looked at; no timer runs.
 */
import { formatIp } from '../address/ip';
import type { ConntrackEntry } from '../calls';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP, type IpHeader, type Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
import { Connection, reversed, type Tuple, tupleKey } from './connection';
import { firstState, nextState, tcpTimeouts } from './tcp-track';
import { isEchoRequest, tupleOf } from './tuples';

interface Entry {
  connection: Connection;
  direction: 'original' | 'reply';
}

const second = 1_000_000_000;
const sweepEvery = 4096;

export class Conntrack {
  readonly #entries = new Map<string, Entry>();
  /** Those whose source was rewritten, by where they come from. */
  readonly #bySource = new Map<string, Set<Connection>>();
  #nextId = 1;
  #sinceSweep = 0;

  constructor(private readonly ns: NetNamespace) {}

  get count(): number {
    return this.#entries.size / 2;
  }

  /** A packet comes in or is made here: finds its connection, or begins one. */
  track(packet: Packet): void {
    const { ip } = packet;
    if (!ip || packet.state !== null) return;
    const tuple = tupleOf(ip);
    if (!tuple) return this.#trackOther(packet, ip);
    const entry = this.#find(tuple);
    if (entry) this.#follow(packet, ip, entry);
    else this.#begin(packet, ip, tuple);
  }

  /** Its first packet has passed everything: from now on it is known. False: another one is in its place already. */
  confirm(connection: Connection): boolean {
    if (connection.confirmed) return true;
    if (this.#find(connection.original) || this.#find(connection.reply)) return false;
    connection.confirmed = true;
    this.#entries.set(tupleKey(connection.original), { connection, direction: 'original' });
    this.#entries.set(tupleKey(connection.reply), { connection, direction: 'reply' });
    if (connection.sourceNat) {
      const key = sourceKey(connection.original);
      const same = this.#bySource.get(key) ?? new Set();
      this.#bySource.set(key, same.add(connection));
    }
    if (++this.#sinceSweep >= sweepEvery) this.#sweep();
    return true;
  }

  /** Would answers with this tuple be mistaken for another connection's? */
  isTaken(tuple: Tuple, except: Connection): boolean {
    const entry = this.#find(tuple);
    return entry !== undefined && entry.connection !== except;
  }

  /** Connections from the same place that were translated before: their translation is used again. */
  *fromSource(original: Tuple): Iterable<Connection> {
    for (const connection of this.#bySource.get(sourceKey(original)) ?? [])
      if (this.#isAlive(connection)) yield connection;
  }

  clear(): void {
    this.#entries.clear();
    this.#bySource.clear();
  }

  /** All UDP flows that came to a port: the next packet of each meets the rules anew. */
  forgetUdp(port: number): void {
    for (const { connection } of [...this.#entries.values()]) {
      const { protocol, destinationPort } = connection.original;
      if (protocol === IPPROTO_UDP && destinationPort === port) this.#remove(connection);
    }
  }

  list(): ConntrackEntry[] {
    this.#sweep();
    const { now } = this.ns.network.kernel;
    const listed: ConntrackEntry[] = [];
    for (const { connection, direction } of this.#entries.values()) {
      if (direction !== 'original') continue;
      const { original, reply, mark, seenReply, assured, sourceNat, destinationNat } = connection;
      const status = [
        ...(seenReply ? ['SEEN_REPLY'] : []),
        ...(assured ? ['ASSURED'] : []),
        ...(sourceNat ? ['SRC_NAT'] : []),
        ...(destinationNat ? ['DST_NAT'] : []),
      ];
      listed.push({
        protocol: protocolName(original.protocol),
        state: original.protocol === IPPROTO_TCP ? connection.tcp : '',
        original: ends(original),
        reply: ends(reply),
        status,
        mark,
        timeoutSeconds: Math.ceil((connection.expires - now) / second),
      });
    }
    return listed;
  }

  #find(tuple: Tuple): Entry | undefined {
    const entry = this.#entries.get(tupleKey(tuple));
    if (!entry) return undefined;
    if (this.#isAlive(entry.connection)) return entry;
    this.#remove(entry.connection);
    return undefined;
  }

  #isAlive({ expires, dying }: Connection): boolean {
    return !dying && expires > this.ns.network.kernel.now;
  }

  #remove(connection: Connection): void {
    connection.dying = true;
    this.#entries.delete(tupleKey(connection.original));
    this.#entries.delete(tupleKey(connection.reply));
    const key = sourceKey(connection.original);
    const same = this.#bySource.get(key);
    same?.delete(connection);
    if (same?.size === 0) this.#bySource.delete(key);
  }

  #sweep(): void {
    this.#sinceSweep = 0;
    for (const { connection } of [...this.#entries.values()]) if (!this.#isAlive(connection)) this.#remove(connection);
  }

  /** Errors belong to the connection of the packet they quote. */
  #trackOther(packet: Packet, ip: IpHeader): void {
    const { transport } = ip;
    if (transport.kind !== 'icmp' || !transport.about) {
      packet.state = 'untracked';
      return;
    }
    const quoted = tupleOf(transport.about);
    const entry = quoted && this.#find(reversed(quoted));
    if (!entry) {
      packet.state = 'invalid';
      return;
    }
    packet.connection = entry.connection;
    packet.direction = entry.direction;
    packet.state = 'related';
  }

  #begin(packet: Packet, ip: IpHeader, tuple: Tuple): void {
    const { transport } = ip;
    const connection = new Connection(tuple, this.#nextId++);
    if (transport.kind === 'tcp') {
      const state = firstState(transport.flags);
      if (state === null) {
        packet.state = 'invalid';
        return;
      }
      connection.tcp = state;
    } else if (transport.kind === 'icmp' && !isEchoRequest(transport, typeof ip.source === 'number')) {
      packet.state = 'invalid';
      return;
    }
    packet.connection = connection;
    packet.direction = 'original';
    packet.state = 'new';
    this.#refresh(connection, ip);
  }

  #follow(packet: Packet, ip: IpHeader, { connection, direction }: Entry): void {
    const { transport } = ip;
    if (direction === 'reply') connection.seenReply = true;
    if (transport.kind === 'tcp') {
      const before = connection.tcp;
      connection.tcp = nextState(connection, direction, transport.flags);
      if (connection.tcp === 'SYN_SENT' && before !== 'SYN_SENT') connection.finFrom = null;
      if (connection.tcp === 'ESTABLISHED' && connection.seenReply) connection.assured = true;
    } else if (transport.kind === 'udp' && connection.seenReply) connection.assured = true;
    packet.connection = connection;
    packet.direction = direction;
    packet.state = direction === 'reply' || connection.seenReply ? 'established' : 'new';
    this.#refresh(connection, ip);
  }

  #refresh(connection: Connection, ip: IpHeader): void {
    connection.expires = this.ns.network.kernel.now + this.#timeout(connection, ip) * second;
  }

  #timeout(connection: Connection, ip: IpHeader): number {
    const { sysctl } = this.ns;
    switch (ip.transport.kind) {
      case 'tcp':
        return sysctl.number(`netfilter/nf_conntrack_tcp_timeout_${tcpTimeouts[connection.tcp]}`);
      case 'udp':
        return sysctl.number(
          connection.assured ? 'netfilter/nf_conntrack_udp_timeout_stream' : 'netfilter/nf_conntrack_udp_timeout',
        );
      case 'icmp':
        return sysctl.number(
          typeof ip.source === 'number'
            ? 'netfilter/nf_conntrack_icmp_timeout'
            : 'netfilter/nf_conntrack_icmpv6_timeout',
        );
      case 'raw':
        return sysctl.number('netfilter/nf_conntrack_generic_timeout');
    }
  }
}

function protocolName(protocol: number): ConntrackEntry['protocol'] {
  if (protocol === IPPROTO_TCP) return 'tcp';
  if (protocol === IPPROTO_UDP) return 'udp';
  return protocol === IPPROTO_ICMPV6 ? 'icmpv6' : protocol === IPPROTO_ICMP ? 'icmp' : 'udp';
}

function ends({ source, destination, sourcePort, destinationPort }: Tuple): ConntrackEntry['original'] {
  return { source: formatIp(source), destination: formatIp(destination), sourcePort, destinationPort };
}

function sourceKey({ protocol, source, sourcePort }: Tuple): string {
  return `${protocol}/${source}/${sourcePort}`;
}
