/** Raw sockets: everything of one IP protocol, and own headers out (raw(7)). */

import { SysError } from '../../abi/errno';
import type { Blocking } from '../../sched/blocking';
import { isAny } from '../address/ip';
import type { IcmpReport } from '../ip/icmp';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, type IpHeader, type Packet, type Transport } from '../packet/packet';
import { ipPacketBytes, parseIcmp, transportBytes } from '../packet/wire';
import type { SocketAddress, SocketInfo } from '../socket-types';
import { DatagramSocket } from './datagram-socket';
import { endpointOf, isBoundFor, socketAddress } from './inet-address';
import type { PortTable } from './ports';

export class RawLayer {
  readonly sockets = new Set<RawSocket>();

  /** True when somebody took it. */
  deliver(packet: Packet, ip: IpHeader): boolean {
    let taken = false;
    for (const socket of this.sockets) {
      if (!socket.wants(ip) || !socket.takesFrom(packet.input)) continue;
      socket.deliver(packet, ip);
      taken = true;
    }
    return taken;
  }

  error(about: IpHeader, report: IcmpReport): void {
    for (const socket of this.sockets) if (socket.sent(about)) socket.report(about, report);
  }
}

export class RawSocket extends DatagramSocket {
  get ports(): PortTable {
    throw new SysError('EINVAL');
  }
  get sharesPort(): boolean {
    return true;
  }

  begin(): this {
    this.ns.sockets.raw.sockets.add(this);
    return this;
  }

  override bind(address: SocketAddress): void {
    const wanted = endpointOf(address, this.domain);
    if (!isAny(wanted.address) && !this.ns.ways.isLocal(wanted.address)) throw new SysError('EADDRNOTAVAIL');
    this.local = { ...wanted, port: 0 };
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *connect(address: SocketAddress): Blocking<void> {
    const to = endpointOf(address, this.domain);
    const way = this.ns.ways.to(to.address, { device: this.deviceFor(to) });
    if (isAny(this.local.address)) this.local = { ...this.local, address: way.source };
    this.remote = to;
  }

  // biome-ignore lint/correctness/useYield: others wait here.
  override *send(data: Uint8Array, to: SocketAddress | null): Blocking<number> {
    this.takeError();
    const remote = to === null ? this.remote : endpointOf(to, this.domain);
    if (!remote) throw new SysError('EDESTADDRREQ');
    this.sendIp(remote, data, {
      ...this.sendOptions(remote),
      source: isAny(this.local.address) ? null : this.local.address,
      protocol: this.protocol,
      transport: this.#parse(data),
    });
    return data.length;
  }

  wants(ip: IpHeader): boolean {
    if ((this.domain === 'inet') !== (typeof ip.source === 'number')) return false;
    if (this.protocol !== 255 && this.protocol !== ip.protocol) return false;
    if (this.remote && this.remote.address !== ip.source) return false;
    return isBoundFor(this.local.address, true, ip.destination);
  }

  sent(about: IpHeader): boolean {
    if ((this.domain === 'inet') !== (typeof about.source === 'number') || this.protocol !== about.protocol)
      return false;
    return isBoundFor(this.local.address, true, about.source);
  }

  /** An IPv4 socket is given the IP header too. */
  deliver(packet: Packet, ip: IpHeader): void {
    const data =
      this.domain === 'inet' ? ipPacketBytes(ip) : transportBytes(ip.transport, ip.source, ip.destination, ip.protocol);
    this.arrive(packet, ip, data);
  }

  report(about: IpHeader, report: IcmpReport): void {
    const data = transportBytes(about.transport, about.source, about.destination, about.protocol);
    if (this.options.number('recverr') !== 0) {
      this.errors.push({ report, destination: socketAddress(this.domain, about.destination, 0), data });
    } else if (this.remote !== null && report.isFatal) this.pending = report.errno;
    this.changed.wake();
  }

  info(): SocketInfo {
    return { ...this.describe('raw', this.remote ? 'ESTAB' : 'UNCONN', 'raw'), localPort: this.protocol };
  }

  override release(): void {
    this.ns.sockets.raw.sockets.delete(this);
    super.release();
  }

  #parse(data: Uint8Array): Transport {
    if (this.protocol === IPPROTO_ICMP || this.protocol === IPPROTO_ICMPV6) {
      const message = parseIcmp(data);
      if (message) return message;
    }
    return { kind: 'raw', data };
  }
}
