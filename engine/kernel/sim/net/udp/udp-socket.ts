/** A UDP socket (udp(7)). */

import { SysError } from '../../abi/errno';
import type { Blocking } from '../../sched/blocking';
import { isAny, isMulticast } from '../address/ip';
import type { IcmpReport } from '../ip/icmp';
import { IPPROTO_UDP, type IpHeader, type Packet, type UdpDatagram } from '../packet/packet';
import { DatagramSocket } from '../socket/datagram-socket';
import { type Endpoint, endpointOf, socketAddress } from '../socket/inet-address';
import type { PortTable } from '../socket/ports';
import type { SocketAddress, SocketInfo } from '../socket-types';

const maxDatagram = 65_507;

export class UdpSocket extends DatagramSocket {
  get ports(): PortTable {
    return this.ns.sockets.udp.ports;
  }
  get sharesPort(): boolean {
    return this.options.number('reuseaddr') !== 0;
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *connect(address: SocketAddress): Blocking<void> {
    const to = endpointOf(address, this.domain);
    const way = this.ns.ways.toConnect(to.address, {
      source: isAny(this.local.address) ? null : this.local.address,
      device: this.deviceFor(to),
      mark: this.options.number('mark'),
    });
    if (way.isBroadcast && this.options.number('broadcast') === 0) throw new SysError('EACCES');
    this.keepsWay = isAny(this.local.address) && typeof to.address === 'bigint';
    if (isAny(this.local.address)) this.local = { ...this.local, address: way.source };
    if (this.local.port === 0) this.takePort(0);
    const address2 = isAny(to.address) ? way.source : to.address;
    this.remote = { ...to, address: address2 };
    this.ns.network.kernel.touch('sockets');
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *send(data: Uint8Array, to: SocketAddress | null): Blocking<number> {
    this.takeError();
    if (this.writeShut) throw new SysError('EPIPE');
    const remote = to === null ? this.remote : endpointOf(to, this.domain);
    if (!remote) throw new SysError('EDESTADDRREQ');
    if (remote.port === 0) throw new SysError('EINVAL');
    if (data.length > maxDatagram) throw new SysError('EMSGSIZE');
    if (this.local.port === 0) this.takePort(0);
    this.#transmit(remote, data);
    return data.length;
  }

  override shutdown(how: 'read' | 'write' | 'both'): void {
    if (this.remote === null) throw new SysError('ENOTCONN');
    if (how !== 'write') this.readShut = true;
    if (how !== 'read') this.writeShut = true;
    this.changed.wake();
  }

  deliver(packet: Packet, ip: IpHeader, datagram: UdpDatagram): void {
    this.arrive(packet, ip, datagram.data, datagram.sourcePort);
  }

  report(about: IpHeader, datagram: UdpDatagram, report: IcmpReport): void {
    if (this.options.number('recverr') !== 0) {
      const destination = socketAddress(this.domain, about.destination, datagram.destinationPort);
      this.errors.push({ report, destination, data: datagram.data });
      this.pending = report.errno;
    } else if (this.remote !== null && report.isFatal) this.pending = report.errno;
    this.changed.wake();
  }

  info(): SocketInfo {
    return { ...this.describe('udp', this.remote ? 'ESTAB' : 'UNCONN', 'dgram'), recvQueue: this.queue.bytes };
  }

  override release(): void {
    this.givePort();
    super.release();
  }

  #transmit(remote: Endpoint, data: Uint8Array): void {
    const ttlOption = isMulticast(remote.address) ? 'multicast_ttl' : 'ttl';
    this.sendIp(remote, data, {
      ...this.sendOptions(remote),
      source: isAny(this.local.address) || isMulticast(this.local.address) ? null : this.local.address,
      protocol: IPPROTO_UDP,
      transport: { kind: 'udp', sourcePort: this.local.port, destinationPort: remote.port, data },
      ttl: this.options.has(ttlOption) ? this.options.number(ttlOption) : undefined,
    });
  }
}
