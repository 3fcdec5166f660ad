/** TCP of one namespace: which connection or listener a segment belongs to. */
import type { IpAddress } from '../address/ip';
import type { IcmpReport } from '../ip/icmp';
import {
  ACK,
  FIN,
  IPPROTO_TCP,
  type IpHeader,
  noBytes,
  type Packet,
  RST,
  SYN,
  type TcpSegment,
} from '../packet/packet';
import { isBoundFor } from '../socket/inet-address';
import { PortTable } from '../socket/ports';
import type { NetNamespace } from '../types';
import type { TcpConnection, TcpEnds } from './connection';
import { seqAdd } from './sequence';
import { TcpSocket } from './tcp-socket';

export class TcpLayer {
  readonly ports: PortTable;
  readonly connections = new Map<string, TcpConnection>();
  /** Connections without a socket: being accepted, or closed and not over. */
  readonly #orphans = new Set<TcpConnection>();

  constructor(private readonly ns: NetNamespace) {
    this.ports = new PortTable(ns);
  }

  add(connection: TcpConnection): void {
    this.connections.set(keyOf(connection.ends), connection);
  }

  remove(connection: TcpConnection): void {
    if (this.connections.get(keyOf(connection.ends)) === connection) this.connections.delete(keyOf(connection.ends));
    this.#orphans.delete(connection);
  }

  has(ends: TcpEnds): boolean {
    return this.connections.has(keyOf(ends));
  }

  orphan(connection: TcpConnection): void {
    if (connection.state !== 'CLOSED') this.#orphans.add(connection);
  }
  adopt(connection: TcpConnection): void {
    this.#orphans.delete(connection);
  }
  isOrphan(connection: TcpConnection): boolean {
    return this.#orphans.has(connection);
  }
  get orphans(): Iterable<TcpConnection> {
    return this.#orphans;
  }

  receive(packet: Packet, ip: IpHeader, segment: TcpSegment): void {
    if (packet.type !== 'host') return;
    const ends: TcpEnds = {
      local: ip.destination,
      localPort: segment.destinationPort,
      remote: ip.source,
      remotePort: segment.sourcePort,
    };
    const connection = this.connections.get(keyOf(ends));
    const isCall = (segment.flags & (SYN | ACK | RST)) === SYN;
    if (connection && !(connection.state === 'TIME-WAIT' && isCall)) return connection.receive(packet, segment);
    const listener = this.#listener(packet, ends);
    if (listener && isCall) {
      connection?.finish(null);
      return listener.called(ends, segment, packet);
    }
    if ((segment.flags & RST) === 0) this.reset(ends, segment);
  }

  /** Answers what belongs to nothing (RFC 9293, 3.10.7.1). `rejected`: the packet another host is spoken for about. */
  reset(ends: TcpEnds, segment: TcpSegment, rejected?: Packet): void {
    const hasAck = (segment.flags & ACK) !== 0;
    const length = segment.data.length + ((segment.flags & SYN) === 0 ? 0 : 1) + ((segment.flags & FIN) === 0 ? 0 : 1);
    this.ns.quietly(() =>
      this.ns.ip.send({
        source: ends.local,
        destination: ends.remote,
        protocol: IPPROTO_TCP,
        dontFragment: true,
        isForeign: rejected !== undefined,
        about: rejected,
        transport: {
          kind: 'tcp',
          sourcePort: ends.localPort,
          destinationPort: ends.remotePort,
          seq: hasAck ? segment.ack : 0,
          ack: hasAck ? 0 : seqAdd(segment.seq, length),
          flags: hasAck ? RST : RST | ACK,
          window: 0,
          data: noBytes,
        },
      }),
    );
  }

  error(about: IpHeader, segment: TcpSegment, report: IcmpReport): void {
    const ends = {
      local: about.source,
      localPort: segment.sourcePort,
      remote: about.destination,
      remotePort: segment.destinationPort,
    };
    this.connections.get(keyOf(ends))?.report(report);
  }

  /** Is there room among those waiting to be accepted? */
  mayComplete(connection: TcpConnection): boolean {
    return !(connection.owner instanceof TcpSocket) || connection.owner.hasRoomFor(connection);
  }

  #listener(packet: Packet, { local, localPort }: { local: IpAddress; localPort: number }): TcpSocket | null {
    let found: TcpSocket | null = null;
    let most = -1;
    for (const holder of this.ports.at(localPort)) {
      if (!(holder instanceof TcpSocket) || !holder.isListening || !holder.takesFrom(packet.input)) continue;
      if (!isBoundFor(holder.local.address, holder.isV6Only, local)) continue;
      const score =
        (holder.local.address === local ? 4 : 0) +
        (holder.options.device === '' ? 0 : 4) +
        ((holder.domain === 'inet') === (typeof local === 'number') ? 1 : 0);
      if (score > most) {
        most = score;
        found = holder;
      }
    }
    return found;
  }
}

function keyOf({ local, localPort, remote, remotePort }: TcpEnds): string {
  return `${local}/${localPort}/${remote}/${remotePort}`;
}
