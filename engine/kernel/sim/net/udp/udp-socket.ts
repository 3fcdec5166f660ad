/** A UDP socket (udp(7)). */

import { SysError } from '../../abi/errno';
import { POLLERR, POLLIN, POLLOUT } from '../../abi/files';
import type { Blocking } from '../../sched/blocking';
import type { Task } from '../../task/task';
import { formatIp, isAny, isMulticast } from '../address/ip';
import type { Received, RecvOptions, SocketAddress, SocketInfo } from '../calls';
import type { IcmpReport } from '../ip/icmp';
import { IPPROTO_UDP, type IpHeader, type Packet, type UdpDatagram } from '../packet/packet';
import { DatagramQueue } from '../socket/datagrams';
import { type Endpoint, endpointOf, socketAddress } from '../socket/inet-address';
import { InetSocket } from '../socket/inet-socket';
import type { PortTable } from '../socket/ports';

const maxDatagram = 65_507;

export class UdpSocket extends InetSocket {
  readonly #queue = new DatagramQueue();

  get ports(): PortTable {
    return this.ns.sockets.udp.ports;
  }
  get sharesPort(): boolean {
    return this.options.number('reuseaddr') !== 0;
  }
  override get available(): number {
    return this.#queue.firstLength;
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *connect(address: SocketAddress): Blocking<void> {
    const to = endpointOf(address, this.domain);
    const way = this.ns.ip.way(to.address, {
      source: isAny(this.local.address) ? null : this.local.address,
      device: this.deviceFor(to),
      mark: this.options.number('mark'),
    });
    if (way.isBroadcast && this.options.number('broadcast') === 0) throw new SysError('EACCES');
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

  override *recv(count: number, options: RecvOptions, task: Task): Blocking<Received> {
    return yield* this.wait(
      task,
      () => {
        const got = this.#queue.take(count, options);
        if (got) return got;
        this.takeError();
        return this.readShut ? { data: new Uint8Array(), from: null } : undefined;
      },
      this.isNonBlocking || (options.nonBlock ?? false),
      this.options.number('rcvtimeo'),
    );
  }

  override shutdown(how: 'read' | 'write' | 'both'): void {
    if (this.remote === null) throw new SysError('ENOTCONN');
    if (how !== 'write') this.readShut = true;
    if (how !== 'read') this.writeShut = true;
    this.changed.wake();
  }

  override poll(): number {
    const errors = this.pending !== null || this.errors.length > 0 ? POLLERR : 0;
    return (this.#queue.isEmpty && !this.readShut ? 0 : POLLIN) | POLLOUT | errors;
  }

  deliver(packet: Packet, ip: IpHeader, datagram: UdpDatagram): void {
    const scope = typeof ip.source === 'bigint' && ip.source >> 118n === 0x3fan ? (packet.input?.index ?? 0) : 0;
    const from = socketAddress(this.domain, ip.source, datagram.sourcePort, scope);
    const time = this.ns.network.kernel.realtime;
    if (this.#queue.push({ data: datagram.data, from, ttl: ip.ttl, to: formatIp(ip.destination), time }))
      this.changed.wake();
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
    return { ...this.describe('udp', this.remote ? 'ESTAB' : 'UNCONN', 'dgram'), recvQueue: this.#queue.bytes };
  }

  override release(): void {
    this.givePort();
    this.#queue.clear();
    super.release();
  }

  #transmit(remote: Endpoint, data: Uint8Array): void {
    const { options } = this;
    const isGroup = isMulticast(remote.address);
    const ttl = options.has(isGroup ? 'multicast_ttl' : 'ttl')
      ? options.number(isGroup ? 'multicast_ttl' : 'ttl')
      : undefined;
    this.sendIp(remote, data, {
      source: isAny(this.local.address) || isMulticast(this.local.address) ? null : this.local.address,
      destination: remote.address,
      protocol: IPPROTO_UDP,
      transport: { kind: 'udp', sourcePort: this.local.port, destinationPort: remote.port, data },
      ttl,
      tos: options.number('tos'),
      mark: options.number('mark'),
      device: this.deviceFor(remote),
      sender: { uid: this.uid, gid: this.gid },
      dontFragment: options.dontFragment,
      broadcast: options.number('broadcast') !== 0,
    });
  }
}
