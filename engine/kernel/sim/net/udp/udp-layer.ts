/** UDP (RFC 768): finds the socket a datagram is for. */
import { isMulticast } from '../address/ip';
import type { IcmpReport } from '../ip/icmp';
import type { IpHeader, Packet, UdpDatagram } from '../packet/packet';
import { boundClash, isBoundFor } from '../socket/inet-address';
import { PortTable } from '../socket/ports';
import type { NetNamespace } from '../types';
import { UdpSocket } from './udp-socket';

/** The kernel's own use of a port: a VXLAN device. */
export interface UdpTunnel {
  take(packet: Packet, ip: IpHeader, datagram: UdpDatagram): void;
}

export class UdpLayer {
  readonly ports: PortTable;
  readonly tunnels = new Map<number, Set<UdpTunnel>>();

  constructor(private readonly ns: NetNamespace) {
    this.ports = new PortTable(ns);
  }

  receive(packet: Packet, ip: IpHeader, datagram: UdpDatagram): void {
    const tunnels = this.tunnels.get(datagram.destinationPort);
    if (tunnels && tunnels.size > 0) {
      for (const tunnel of tunnels) tunnel.take(packet, ip, datagram);
      return;
    }
    if (isMulticast(ip.destination) || packet.type === 'broadcast' || this.ns.ways.isBroadcast(ip.destination)) {
      for (const socket of this.#candidates(packet, ip, datagram)) socket.deliver(packet, ip, datagram);
      return;
    }
    const socket = best(this.#candidates(packet, ip, datagram), ip);
    if (socket) socket.deliver(packet, ip, datagram);
    else this.ns.icmp.error(packet, 'port-unreachable');
  }

  error(about: IpHeader, datagram: UdpDatagram, report: IcmpReport): void {
    for (const holder of this.ports.at(datagram.sourcePort)) {
      if (!(holder instanceof UdpSocket) || !isBoundFor(holder.local.address, holder.isV6Only, about.source)) continue;
      if (
        holder.remote &&
        (holder.remote.address !== about.destination || holder.remote.port !== datagram.destinationPort)
      )
        continue;
      holder.report(about, datagram, report);
      return;
    }
  }

  #candidates(packet: Packet, ip: IpHeader, datagram: UdpDatagram): UdpSocket[] {
    const found: UdpSocket[] = [];
    for (const holder of this.ports.at(datagram.destinationPort)) {
      if (!(holder instanceof UdpSocket) || !holder.takesFrom(packet.input)) continue;
      const isAnyway = isMulticast(ip.destination) || packet.type === 'broadcast';
      const { local, remote } = holder;
      const isBound = isAnyway
        ? boundClash(local.address, holder.isV6Only, ip.destination, false) ||
          isBoundFor(local.address, holder.isV6Only, ip.destination)
        : isBoundFor(local.address, holder.isV6Only, ip.destination);
      if (!isBound) continue;
      if (remote && (remote.address !== ip.source || remote.port !== datagram.sourcePort)) continue;
      found.push(holder);
    }
    return found;
  }
}

/** The one that is bound most closely (compute_score). */
function best(sockets: readonly UdpSocket[], ip: IpHeader): UdpSocket | null {
  let found: UdpSocket | null = null;
  let most = -1;
  for (const socket of sockets) {
    const isFamily = (socket.domain === 'inet') === (typeof ip.destination === 'number');
    const score =
      (socket.remote ? 8 : 0) +
      (socket.local.address === ip.destination ? 4 : 0) +
      (socket.options.device === '' ? 0 : 4) +
      (isFamily ? 2 : 0);
    if (score > most) {
      most = score;
      found = socket;
    }
  }
  return found;
}
